using ActorFingerprint.Engine.Journal;

namespace ActorFingerprint.Engine.Sharding;

/// <summary>What every shard of a node shares.</summary>
/// <param name="Options">Limits and intervals.</param>
/// <param name="Journal">Where events are read.</param>
/// <param name="Snapshots">Where snapshots are read.</param>
/// <param name="Commits">Where events and snapshots are written.</param>
/// <param name="Pseudonyms">Persistence ids of devices.</param>
/// <param name="Scheduler">Where the loops run.</param>
/// <param name="Time">Wall clock, for passivation and INV-5 only.</param>
/// <param name="Identification">Who says what devices are; null when nobody does.</param>
/// <param name="Owner">Name of this node in the shard ownership table.</param>
internal sealed record ShardContext(
    EngineOptions Options, IJournal Journal, ISnapshotStore Snapshots, CommitCoordinator Commits, DevicePseudonyms Pseudonyms,
    EngineScheduler Scheduler, TimeProvider Time, DeviceIdentification? Identification, string Owner)
{
    /// <summary>Name of the device region in fences and persistence ids.</summary>
    public const string Region = "device";

    /// <summary>
    /// Several nodes share the journal: a shard is claimed when ownership comes to this node, and ends when its fence is lost. A node that is
    /// alone claims at recovery instead, and claims again after a conflict.
    /// </summary>
    public bool IsShared { get; init; }
}
