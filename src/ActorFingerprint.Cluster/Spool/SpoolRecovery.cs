namespace ActorFingerprint.Cluster.Spool;

/// <summary>What is left of a spool after a stop of any kind: whole records up to the first byte that is not right.</summary>
internal static class SpoolRecovery
{
    /// <summary>
    /// Reads every segment. What was cut by a crash is taken off the last one; a damaged one keeps what comes before the damage.
    /// </summary>
    public static List<Segment> Read(SpoolFolder folder, SpoolMarks marks, SpoolCounters counters, Action<string> warn)
    {
        var segments = new List<Segment>();
        var found = folder.OpenSegments();
        for (var i = 0; i < found.Count; i++)
        {
            var segment = found[i];
            if (SegmentScan.Read(segment, marks) is { } fault)
            {
                if (i == found.Count - 1) Cut(segment, fault, counters, warn);
                else Skip(segment, found[i + 1].First, fault, counters, warn);
            }
            if (segment.Length > 0) segments.Add(segment);
            else SpoolFolder.Delete(segment);
        }
        var confirmed = folder.ReadConfirmed();
        foreach (var segment in segments)
            for (var position = segment.First; position < Math.Min(confirmed, segment.End); position++)
                segment.Confirm(position);
        return segments;
    }

    /// <summary>The end of the last segment: what was not acknowledged before the crash.</summary>
    private static void Cut(Segment segment, string fault, SpoolCounters counters, Action<string> warn)
    {
        var length = RandomAccess.GetLength(segment.File);
        var torn = length - segment.Length;
        counters.TornBytes += torn;
        counters.TornTails++;
        warn($"{segment.Path}: {fault} at byte {segment.Length}; the last {torn} bytes, never acknowledged, are cut off");
        RandomAccess.SetLength(segment.File, segment.Length);
        RandomAccess.FlushToDisk(segment.File);
    }

    private static void Skip(Segment segment, long next, string fault, SpoolCounters counters, Action<string> warn)
    {
        var lost = next - segment.End;
        counters.LostBatches += lost;
        warn($"{segment.Path}: {fault} at byte {segment.Length}; the {lost} batches from there to the next segment are lost. Check the disk");
    }
}
