namespace ActorFingerprint.Protocols.Tcp;

/// <summary>Bounds of the TCP state of one partition. All partitions together hold at most <see cref="PacketHeader.Partitions"/> times as much.</summary>
public sealed record ReassemblyLimits
{
    /// <summary>Directions with buffered segments; beyond it the oldest goes.</summary>
    public int MaxStreams { get; init; } = 256;

    /// <summary>Bytes of buffers; beyond it the oldest stream goes.</summary>
    public int MaxBytes { get; init; } = 512 * 1024;

    /// <summary>Bytes kept of a direction in which no hello has started yet: segments that may have overtaken its start.</summary>
    public int MaxStashBytes { get; init; } = 16 * 1024;

    /// <summary>Directions whose hellos are remembered to recognise repeats, in each of two aligned minutes.</summary>
    public int MaxRememberedStreams { get; init; } = 2048;

    /// <summary>
    /// Frame time for which an unfinished hello is kept since its first frame, and for which a repeat counts as one, since the
    /// last copy: above 0 and at most one minute, which is what the remembered minutes cover.
    /// </summary>
    public TimeSpan Lifetime
    {
        get;
        init => field = value > TimeSpan.Zero && value <= TimeSpan.FromMinutes(1)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "the lifetime of TCP state is above 0 s and at most 60 s");
    } = TimeSpan.FromMinutes(1);
}
