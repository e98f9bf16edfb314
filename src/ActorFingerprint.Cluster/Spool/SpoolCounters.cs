namespace ActorFingerprint.Cluster.Spool;

/// <summary>What happened to a spool since it was opened.</summary>
internal sealed class SpoolCounters
{
    /// <summary>Ends of files that a crash had left unfinished.</summary>
    public long TornTails { get; set; }

    /// <summary>Bytes of those.</summary>
    public long TornBytes { get; set; }

    /// <summary>Batches that could not be read any more.</summary>
    public long LostBatches { get; set; }

    /// <summary>Flushes to the disk.</summary>
    public long Flushes { get; set; }

    /// <summary>Batches made durable.</summary>
    public long Appended { get; set; }
}
