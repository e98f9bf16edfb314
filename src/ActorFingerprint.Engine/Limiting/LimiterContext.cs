using ActorFingerprint.Engine.Journal;

namespace ActorFingerprint.Engine.Limiting;

/// <summary>What the shards of a limiter region share.</summary>
/// <param name="Options">Limits and intervals.</param>
/// <param name="Journal">Where shards are claimed.</param>
/// <param name="Loader">Where entities come back from.</param>
/// <param name="Commits">Where events and snapshots are written.</param>
/// <param name="Post">Puts a visit into the mailbox that it wants next; never waits.</param>
internal sealed record LimiterContext(
    LimiterRegionOptions Options, IJournal Journal, LimiterEntityLoader Loader, CommitCoordinator Commits, Action<LimiterVisit> Post);
