using ActorFingerprint.Core.Observations;
using ActorFingerprint.Core.Watchlists;

namespace ActorFingerprint.Engine.Streams;

/// <summary>Marks the observations of one run that a watchlist names, and counts them. One thread at a time.</summary>
/// <param name="current">The list in force; asked once for each handful of observations, so that a new list takes over at once.</param>
/// <param name="counters">Where hits are counted.</param>
public sealed class WatchlistMatcher(Func<Watchlist> current, StreamCounters counters)
{
    /// <summary>Marks (<see cref="Observation.Hits"/>) and counts.</summary>
    public void Mark(IReadOnlyList<Observation> observations)
    {
        var watchlist = current();
        if (watchlist.IsEmpty) return;
        for (var i = 0; i < observations.Count; i++)
        {
            watchlist.Mark(observations[i]);
            foreach (var hit in observations[i].Hits) counters.Hit(hit.Type);
        }
    }

    /// <summary>Marks an observation that was counted when it was made: one that is told again of another device.</summary>
    public void MarkAgain(Observation observation) => current().Mark(observation);
}
