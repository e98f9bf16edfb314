using ActorFingerprint.Limits.Entities;

namespace ActorFingerprint.Limits.Scores;

/// <summary>
/// Counts landings on exactly threshold − 1 (AF-1 §9.3). The second within 1 800 s of the first, and every later one, counts as reaching
/// the threshold; the watch outlives the window or score it came from. Durable.
/// </summary>
/// <param name="Count">Observations.</param>
/// <param name="FirstAt">Unix second of the first; the lifetime is fixed from it.</param>
public readonly record struct NearThresholdWatch(int Count, long FirstAt)
{
    /// <summary>Seconds from the first observation.</summary>
    public const int LifetimeSeconds = 1_800;

    /// <summary>The Unix second from which the watch is void.</summary>
    public long ExpiresAt => Count == 0 ? 0 : FirstAt + LifetimeSeconds;

    /// <summary>Counts an observation; true when it counts as reaching the threshold.</summary>
    public bool Observe(EntityState state, in WatchRef self, long now, EventLog log)
    {
        var expired = now >= ExpiresAt;
        var counted = new LimiterEvent.WatchCounted(now, self, expired ? 1 : Math.Min(Count + 1, 2), expired ? now : FirstAt);
        if (counted.Count != Count || counted.FirstAt != FirstAt) log.Raise(state, counted);
        return counted.Count >= 2;
    }
}
