namespace ActorFingerprint.Cluster.Spool;

/// <summary>The way out.</summary>
public sealed partial class BatchSpool
{
    /// <summary>
    /// The next batch from a position on; else what completes when there are more, which is null once the spool is closed.
    /// </summary>
    private (SpooledBatch? Batch, Task? More) ReadNext(ref long next)
    {
        while (true)
        {
            lock (_files) // neither deleted nor written anew meanwhile
            {
                Segment? segment;
                lock (_gate)
                {
                    if (_segments.Count == 0) return (null, null);
                    segment = NextUnconfirmed(ref next);
                    if (segment is null) return (null, _appended.Task);
                }
                var position = next++;
                if (TryRead(segment, position, out var batch)) return (batch, null);
            }
        }
    }

    /// <summary>Moves on to the first unconfirmed position; null when there is none yet.</summary>
    private Segment? NextUnconfirmed(ref long next)
    {
        foreach (var segment in _segments)
        {
            if (segment.End <= next || segment.Unconfirmed == 0) continue;
            for (next = Math.Max(next, segment.First); next < segment.End; next++)
                if (!segment.IsConfirmed(next)) return segment;
        }
        return null;
    }

    /// <summary>Reads a batch. One that the disk does not give back as it was written is lost: it counts, and holds nobody up.</summary>
    private bool TryRead(Segment segment, long position, out SpooledBatch batch)
    {
        batch = default;
        string fault;
        try
        {
            if (SegmentScan.TryReadRecord(segment.File, segment.At(position), segment.Length, out var body, out fault)
                && SegmentFormat.TryReadBatch(body, out var record, out _))
            {
                batch = new SpooledBatch(position, record.Run, record.Shard, record.Number, record.Message);
                return true;
            }
        }
        catch (IOException error)
        {
            fault = error.Message;
        }
        _warn($"{segment.Path}: batch {position} is lost: {fault}. Check the disk");
        lock (_gate) _counters.LostBatches++;
        Confirm(position);
        return false;
    }
}
