namespace ActorFingerprint.Cluster.Spool;

/// <summary>Where a spool is and how large it may grow.</summary>
public sealed record SpoolOptions
{
    /// <summary>Smallest <see cref="SegmentBytes"/>.</summary>
    public const int MinSegmentBytes = 4096;

    /// <summary>Folder of the segments; made when absent. One process owns it at a time.</summary>
    public required string Folder { get; init; }

    /// <summary>
    /// Most bytes of all batches; an append waits beyond. At least two segments. The heads of the segments, with the marks, come on top.
    /// </summary>
    public long MaxBytes { get; init; } = 4L * 1024 * 1024 * 1024;

    /// <summary>Size at which a segment is closed and the next begun; a longer record has one of its own.</summary>
    public int SegmentBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>
    /// Shortest time between two flushes to the disk, unless <see cref="FlushBytes"/> wait: what comes meanwhile shares the next one.
    /// </summary>
    public TimeSpan FlushInterval { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>Bytes that are flushed without waiting for the interval.</summary>
    public int FlushBytes { get; init; } = 1024 * 1024;

    /// <summary>Time between attempts while the disk refuses.</summary>
    public TimeSpan RetryInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Bytes that may wait in memory for the disk; further appends wait ahead of them.</summary>
    internal int MaxPendingBytes => Math.Max(16 * 1024 * 1024, FlushBytes);

    internal void Check()
    {
        if (SegmentBytes < MinSegmentBytes)
            throw new ArgumentException($"a spool segment has at least {MinSegmentBytes} bytes, not {SegmentBytes}");
        if (MaxBytes < 2L * SegmentBytes)
            throw new ArgumentException($"a spool of {MaxBytes} bytes does not hold two segments of {SegmentBytes}");
        if (FlushBytes < 1) throw new ArgumentException($"{FlushBytes} bytes are no group to flush");
    }
}
