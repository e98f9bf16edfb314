namespace ActorFingerprint.Protocols.Quic;

/// <summary>
/// Bounds of the QUIC state of one partition. All partitions together hold at most <see cref="PacketHeader.Partitions"/> times as much.
/// </summary>
public sealed record QuicLimits
{
    /// <summary>Directions with an unfinished hello; beyond it the oldest goes.</summary>
    public int MaxAssemblies { get; init; } = 128;

    /// <summary>Bytes of their buffers; beyond it the oldest goes.</summary>
    public int MaxBytes { get; init; } = 256 * 1024;

    /// <summary>Flows whose keys and hellos are remembered, in each of two aligned minutes.</summary>
    public int MaxRememberedFlows { get; init; } = 1024;

    /// <summary>Packets of a flow that are tried until the next hello is whole, before the rest of the flow is left alone.</summary>
    public int MaxAttempts { get; init; } = 64;

    /// <summary>
    /// Frame time for which a connection is known since its first Initial packet, and an unfinished hello kept: above 0 and at most one
    /// minute, which is what the remembered minutes cover.
    /// </summary>
    public TimeSpan Lifetime
    {
        get;
        init => field = value > TimeSpan.Zero && value <= TimeSpan.FromMinutes(1)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "the lifetime of QUIC state is above 0 s and at most 60 s");
    } = TimeSpan.FromMinutes(1);
}
