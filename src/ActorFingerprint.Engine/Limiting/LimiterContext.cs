using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Limiting.Asks;

namespace ActorFingerprint.Engine.Limiting;

/// <summary>What the shards of a limiter region share.</summary>
/// <param name="Options">Limits and intervals.</param>
/// <param name="Journal">Where shards are claimed.</param>
/// <param name="Loader">Where entities come back from.</param>
/// <param name="Commits">Where events and snapshots are written.</param>
/// <param name="Known">What the journal may hold.</param>
/// <param name="Scheduler">Where storage is waited for: never the thread of a caller.</param>
/// <param name="Send">Delivers a message, and what follows from it, on this thread as far as shards are idle.</param>
/// <param name="Time">Clock of leases.</param>
/// <param name="IsHosted">Whether a shard is on this node.</param>
internal sealed record LimiterContext(
    LimiterRegionOptions Options, IJournal Journal, LimiterEntityLoader Loader, CommitCoordinator Commits, KnownEntities Known,
    EngineScheduler Scheduler, Action<LimiterMessage> Send, TimeProvider Time, Func<int, bool> IsHosted)
{
    /// <summary>The way to the shards of other nodes; null on a node that is alone.</summary>
    public LimiterRelay? Relay { get; init; }

    /// <summary>Told when a shard of a cluster's node ended because another owner has claimed it, or because it failed.</summary>
    public Action<int, Exception> Lost { get; init; } = static (_, _) => { };
}
