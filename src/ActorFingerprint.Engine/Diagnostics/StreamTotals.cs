using ActorFingerprint.Engine.Capture;
using ActorFingerprint.Engine.Streams;
using ActorFingerprint.Protocols;

namespace ActorFingerprint.Engine.Diagnostics;

/// <summary>Sums over streams, by the names that metrics show.</summary>
internal sealed class StreamTotals
{
    public long Frames { get; private set; }

    public long SampledOut { get; private set; }

    /// <summary>By protocol.</summary>
    public Dictionary<string, long> Observations { get; } = new(StringComparer.Ordinal);

    /// <summary>By kind of fault, those before the lanes included.</summary>
    public Dictionary<string, long> Faults { get; } = new(StringComparer.Ordinal);

    /// <summary>By limit.</summary>
    public Dictionary<string, long> Evictions { get; } = new(StringComparer.Ordinal);

    /// <summary>By type of the watchlist entry.</summary>
    public Dictionary<string, long> WatchlistHits { get; } = new(StringComparer.Ordinal);

    /// <summary>By who dropped.</summary>
    public Dictionary<string, long> Dropped { get; } = new(StringComparer.Ordinal);

    public void Add(ICaptureSource source, StreamCounters counters)
    {
        Frames += counters.Frames;
        SampledOut += counters.SampledOut;
        foreach (var (protocol, count) in counters.ObservationsByProtocol) Add(Observations, protocol, count);
        foreach (var (fault, count) in counters.Faults) Add(Faults, Name(fault), count);
        foreach (var (limit, count) in counters.Evictions) Add(Evictions, Name(limit), count);
        foreach (var (type, count) in counters.WatchlistHits) Add(WatchlistHits, type, count);
        if (counters.Walk is { } walk)
        {
            foreach (var fault in Enum.GetValues<Malformed>())
                if (walk[fault] > 0) Add(Faults, Name(fault), walk[fault]);
            foreach (var limit in Enum.GetValues<StateLimit>())
                if (walk[limit] > 0) Add(Evictions, Name(limit), walk[limit]);
        }
        var read = source.Counters;
        Add(Dropped, "kernel", read.DroppedByKernel);
        Add(Dropped, "interface", read.DroppedByInterface);
        Add(Dropped, "engine", read.DroppedByEngine);
    }

    public void Add(StreamTotals other)
    {
        Frames += other.Frames;
        SampledOut += other.SampledOut;
        foreach (var (name, count) in other.Observations) Add(Observations, name, count);
        foreach (var (name, count) in other.Faults) Add(Faults, name, count);
        foreach (var (name, count) in other.Evictions) Add(Evictions, name, count);
        foreach (var (name, count) in other.WatchlistHits) Add(WatchlistHits, name, count);
        foreach (var (name, count) in other.Dropped) Add(Dropped, name, count);
    }

    private static void Add(Dictionary<string, long> to, string name, long count) => to[name] = to.GetValueOrDefault(name) + count;

    /// <summary><c>LinkHeaderTruncated</c> becomes <c>link_header_truncated</c>.</summary>
    private static string Name(Enum kind) =>
        string.Concat(kind.ToString().Select((c, i) => char.IsAsciiLetterUpper(c) ? (i > 0 ? "_" : "") + char.ToLowerInvariant(c) : c.ToString()));
}
