using ActorFingerprint.Engine.Journal;

namespace ActorFingerprint.Engine.Limiting;

/// <summary>What the shards of a limiter region share.</summary>
/// <param name="Options">Limits and intervals.</param>
/// <param name="Journal">Where shards are claimed.</param>
/// <param name="Loader">Where entities come back from.</param>
/// <param name="Commits">Where events and snapshots are written.</param>
/// <param name="Known">What the journal may hold.</param>
/// <param name="Scheduler">Where storage is waited for: never the thread of a caller.</param>
/// <param name="Send">Delivers a message, and what follows from it, on this thread as far as shards are idle.</param>
internal sealed record LimiterContext(
    LimiterRegionOptions Options, IJournal Journal, LimiterEntityLoader Loader, CommitCoordinator Commits, KnownEntities Known,
    EngineScheduler Scheduler, Action<LimiterMessage> Send);
