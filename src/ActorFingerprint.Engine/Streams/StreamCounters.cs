using System.Collections.Concurrent;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Core.Watchlists;
using ActorFingerprint.Protocols;
using ActorFingerprint.Protocols.Network;

namespace ActorFingerprint.Engine.Streams;

/// <summary>What became of the bytes: counts since the start of a run of the pipeline. Written by many loops, read by any.</summary>
public sealed class StreamCounters
{
    private readonly long[] _faults = new long[Enum.GetValues<Malformed>().Length];
    private readonly long[] _evictions = new long[Enum.GetValues<StateLimit>().Length];
    private readonly ConcurrentDictionary<string, long> _protocols = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _hits = new(StringComparer.Ordinal);
    private long _frames;
    private long _interesting;
    private long _observations;
    private long _sampledOut;

    /// <summary>Frames read.</summary>
    public long Frames => Interlocked.Read(ref _frames);

    /// <summary>What became of every packet before the lanes; null before the first run.</summary>
    public WalkCounters? Walk { get; internal set; }

    /// <summary>Packets handed to a lane.</summary>
    public long Interesting => Interlocked.Read(ref _interesting);

    /// <summary>Packets that a stage wants, left out because a live source brought too many.</summary>
    public long SampledOut => Interlocked.Read(ref _sampledOut);

    /// <summary>Observations that left the merge.</summary>
    public long Observations => Interlocked.Read(ref _observations);

    /// <summary>Observations that left the merge, by protocol; protocols without any left out.</summary>
    public IReadOnlyDictionary<string, long> ObservationsByProtocol => _protocols;

    /// <summary>Faults by name; zero counts left out.</summary>
    public IReadOnlyDictionary<Malformed, long> Faults => Nonzero<Malformed>(_faults);

    /// <summary>Evictions of reassembly state by limit; zero counts left out.</summary>
    public IReadOnlyDictionary<StateLimit, long> Evictions => Nonzero<StateLimit>(_evictions);

    /// <summary>Watchlist entries hit, by type; zero counts left out.</summary>
    public IReadOnlyDictionary<string, long> WatchlistHits => _hits;

    internal void Add(long frames, long interesting)
    {
        Interlocked.Add(ref _frames, frames);
        Interlocked.Add(ref _interesting, interesting);
    }

    /// <summary>Called by one thread at a time.</summary>
    internal void Add(List<Observation> observations)
    {
        for (int start = 0, end; start < observations.Count; start = end) // a run of one protocol at a time: the table costs more than the loop
        {
            var protocol = observations[start].Protocol;
            for (end = start + 1; end < observations.Count && ReferenceEquals(observations[end].Protocol, protocol); end++) { }
            _protocols[protocol] = _protocols.GetValueOrDefault(protocol) + (end - start);
        }
        Interlocked.Add(ref _observations, observations.Count);
    }

    internal void AddSampledOut(long packets) => Interlocked.Add(ref _sampledOut, packets);

    internal void Fault(Malformed fault) => Interlocked.Increment(ref _faults[(int)fault]);

    /// <summary>Called by one thread at a time.</summary>
    internal void Hit(WatchlistType type) => _hits[type.Name] = _hits.GetValueOrDefault(type.Name) + 1;

    internal void Evicted(StateLimit limit) => Interlocked.Increment(ref _evictions[(int)limit]);

    private static Dictionary<T, long> Nonzero<T>(long[] counts)
        where T : struct, Enum =>
        Enum.GetValues<T>().Where(v => counts[Convert.ToInt32(v)] != 0).ToDictionary(v => v, v => Interlocked.Read(ref counts[Convert.ToInt32(v)]));
}
