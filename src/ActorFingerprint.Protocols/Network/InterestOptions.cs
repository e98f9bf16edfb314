using ActorFingerprint.Protocols.Tracing;

namespace ActorFingerprint.Protocols.Network;

/// <summary>Which protocols are looked for, and the bounds of the state behind it.</summary>
public sealed record InterestOptions
{
    /// <summary>Protocols whose packets are interesting.</summary>
    public ProtocolSet Protocols { get; init; } = ProtocolSet.All;

    /// <summary>Bounds of IP reassembly.</summary>
    public DefragmentOptions Defragment { get; init; } = new();

    /// <summary>Is told the frames of each reassembled datagram; null when nobody asks for them.</summary>
    public FrameTrace? Trace { get; init; }

    /// <summary>
    /// Size of the flow table, 2 to the power of this many sets of 32 bytes; 17 is 4 MiB for half a million directions a minute. 8..22.
    /// </summary>
    public int FlowSetBits { get; init; } = 17;
}
