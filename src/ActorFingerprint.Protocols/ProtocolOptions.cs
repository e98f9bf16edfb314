using ActorFingerprint.Core.Net;
using ActorFingerprint.Protocols.Dtls;
using ActorFingerprint.Protocols.Network;
using ActorFingerprint.Protocols.Quic;
using ActorFingerprint.Protocols.Tcp;
using ActorFingerprint.Protocols.Tracing;

namespace ActorFingerprint.Protocols;

/// <summary>Which protocols are read, and with which bounds.</summary>
public sealed record ProtocolOptions
{
    /// <summary>Site name in the keys of devices that no MAC address identifies.</summary>
    public string Site { get; init; } = "default";

    /// <summary>Protocols that are read.</summary>
    public ProtocolSet Protocols { get; init; } = ProtocolSet.All;

    /// <summary>Networks of one's own with public addresses: their servers are devices, as those of the private networks are.</summary>
    public IReadOnlyList<NetworkPrefix> LocalNetworks { get; init; } = [];

    /// <summary>Bounds of the TCP state of each partition.</summary>
    public ReassemblyLimits Reassembly { get; init; } = new();

    /// <summary>Bounds of the QUIC state of each partition.</summary>
    public QuicLimits Quic { get; init; } = new();

    /// <summary>Bounds of the DTLS state of each partition.</summary>
    public DtlsLimits Dtls { get; init; } = new();

    /// <summary>Bounds of IP reassembly.</summary>
    public DefragmentOptions Defragment { get; init; } = new();

    /// <summary>Remembers the frames behind observations (<see cref="Core.Observations.Observation.Frames"/>); null when nobody asks.</summary>
    public FrameTrace? Trace { get; init; }

    /// <summary>What stages made with these options share: they must be used by one thread.</summary>
    internal SharedCaches Caches { get; init; } = new();

    /// <summary>The same options for the stages of another thread.</summary>
    public ProtocolOptions ForOneThread() => this with { Caches = new SharedCaches() };

    /// <summary>The part that the interest test needs.</summary>
    public InterestOptions Interest => new() { Protocols = Protocols, Defragment = Defragment, Trace = Trace };
}
