using System.Diagnostics.CodeAnalysis;
using ActorFingerprint.Core.Net;

namespace ActorFingerprint.Core.Observations;

/// <summary>What a CDP packet says, text escaped and bounded; null for what it does not say.</summary>
public sealed record CdpPacket
{
    /// <summary>1 or 2.</summary>
    public required int Version { get; init; }

    /// <summary>Seconds that it stays valid.</summary>
    public required int TimeToLive { get; init; }

    /// <summary>Name of the device.</summary>
    public string? DeviceId { get; init; }

    /// <summary>Software version.</summary>
    public string? Software { get; init; }

    /// <summary>Hardware platform.</summary>
    public string? Platform { get; init; }

    /// <summary>Port that sent it.</summary>
    public string? PortId { get; init; }

    /// <summary>Names of the capabilities.</summary>
    public IReadOnlyList<string>? Capabilities { get; init; }

    /// <summary>Addresses of the device and its management, of IPv4 and IPv6.</summary>
    public IReadOnlyList<NetworkAddress> Addresses { get; init; } = [];

    /// <summary>VLAN of untagged frames.</summary>
    public int? NativeVlan { get; init; }
}

/// <summary>
/// A neighbour that announced itself over CDP: the first in a minute of each content. The device is the sender of the frame.
/// </summary>
public sealed class CdpObservation : SignalObservation
{
    /// <summary>Made at an origin without addresses.</summary>
    [SetsRequiredMembers]
    public CdpObservation(in Origin origin, CdpPacket packet, bool isPartial) : base(origin) =>
        (Packet, IsPartial) = (packet, IsPartial | isPartial);

    /// <inheritdoc />
    public override string Protocol => "cdp";

    /// <inheritdoc />
    public override string Event => "announcement";

    /// <summary>What it said.</summary>
    public CdpPacket Packet { get; }
}
