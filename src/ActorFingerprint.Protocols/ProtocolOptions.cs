using ActorFingerprint.Protocols.Tcp;

namespace ActorFingerprint.Protocols;

/// <summary>Which protocols are read, and with which bounds.</summary>
public sealed record ProtocolOptions
{
    /// <summary>Site name in the keys of devices that no MAC address identifies.</summary>
    public string Site { get; init; } = "default";

    /// <summary>Read DHCPv4 and BOOTP.</summary>
    public bool Dhcp { get; init; } = true;

    /// <summary>Read TLS over TCP.</summary>
    public bool Tls { get; init; } = true;

    /// <summary>Bounds of the TCP state of each partition.</summary>
    public ReassemblyLimits Reassembly { get; init; } = new();
}
