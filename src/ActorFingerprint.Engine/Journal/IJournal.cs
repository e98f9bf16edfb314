namespace ActorFingerprint.Engine.Journal;

/// <summary>An event to append. <paramref name="Payload"/> is UTF-8 JSON.</summary>
public readonly record struct NewEvent(string PersistenceId, long SequenceNumber, string Manifest, ReadOnlyMemory<byte> Payload, string? Tag = null);

/// <summary>A snapshot to store in the same transaction; replaces the older ones of its persistence id.</summary>
public readonly record struct NewSnapshot(string PersistenceId, long SequenceNumber, string Manifest, ReadOnlyMemory<byte> Payload)
{
    /// <summary>
    /// What the payload would say, for a journal that keeps no events and lives no longer than the process: the payload is empty then.
    /// </summary>
    public object? Value { get; init; }
}

/// <summary>Proof of ownership: the write is refused unless the stored epoch of the shard is still this one (design §5).</summary>
public readonly record struct ShardFence(string Region, int Shard, long Epoch);

/// <summary>What one shard commits: events and snapshots, in order, under its fence.</summary>
public sealed record AtomicWrite(ShardFence? Fence, IReadOnlyList<NewEvent> Events, IReadOnlyList<NewSnapshot> Snapshots);

/// <summary>An event as stored (Akka.Persistence.Sql's columns plus a checksum).</summary>
/// <param name="Ordering">Position in the whole journal, rising.</param>
/// <param name="PersistenceId">The entity.</param>
/// <param name="SequenceNumber">Position within the entity, from 1, without gaps.</param>
/// <param name="Manifest">Stored type tag, <c>device.first-seen.v1</c>.</param>
/// <param name="Payload">UTF-8 JSON.</param>
/// <param name="CreatedMs">Wall time of the append, Unix milliseconds.</param>
/// <param name="WriterUuid">Which writer process appended it.</param>
/// <param name="Tag">Tag, or null.</param>
public sealed record StoredEvent(
    long Ordering, string PersistenceId, long SequenceNumber, string Manifest, ReadOnlyMemory<byte> Payload, long CreatedMs, string WriterUuid, string? Tag);

/// <summary>Where an entity stands in the journal: its highest sequence number, and the wall time of that append in Unix milliseconds.</summary>
public readonly record struct EntityPosition(string PersistenceId, long SequenceNumber, long CreatedMs);

/// <summary>Overwrites one stored payload and manifest, keeping row, ordering and sequence (erasure, retention).</summary>
public readonly record struct Rewrite(string PersistenceId, long SequenceNumber, string Manifest, ReadOnlyMemory<byte> Payload);

/// <summary>
/// The event log. The unique key (persistence id, sequence number) is the fence between writers: an append with a used
/// number fails whole. Appends are durable when the task completes.
/// </summary>
public interface IJournal : IAsyncDisposable
{
    /// <summary>
    /// False when nothing appended can be read again: writers may then leave events out and store snapshots alone.
    /// </summary>
    bool KeepsEvents => true;

    /// <summary>
    /// Appends everything in one transaction, or nothing. Throws <see cref="JournalConflictException"/> when a sequence number
    /// is taken, leaves a gap, or a fence is stale; <see cref="JournalUnavailableException"/> when storage refuses (full, locked,
    /// read-only): nothing was written then and the same write may be tried again.
    /// </summary>
    Task WriteAsync(IReadOnlyList<AtomicWrite> writes, CancellationToken stop);

    /// <summary>Events of one entity in sequence order, from <paramref name="fromSequenceNumber"/> on. Throws <see cref="JournalCorruptException"/> on a bad checksum.</summary>
    IAsyncEnumerable<StoredEvent> ReplayAsync(string persistenceId, long fromSequenceNumber, CancellationToken stop);

    /// <summary>Events of all entities after an ordering, in ordering order, at most <paramref name="max"/>.</summary>
    Task<IReadOnlyList<StoredEvent>> ReadAsync(long afterOrdering, int max, CancellationToken stop);

    /// <summary>Highest sequence number of an entity; 0 when it has no event.</summary>
    Task<long> HighestSequenceNumberAsync(string persistenceId, CancellationToken stop);

    /// <summary>Takes ownership of a shard: increments and returns its epoch. Earlier owners' writes are refused from then on.</summary>
    Task<long> ClaimShardAsync(string region, int shard, string owner, CancellationToken stop);

    /// <summary>
    /// The epochs of a region's shards as they are now, those nobody ever claimed left out. One cheap look for all: an owner renews with it.
    /// </summary>
    Task<IReadOnlyDictionary<int, long>> ReadEpochsAsync(string region, CancellationToken stop);

    /// <summary>
    /// The entities whose persistence id lies between <paramref name="after"/> and <paramref name="end"/>, both left out, in the order of their
    /// UTF-8 bytes, at most <paramref name="max"/>.
    /// </summary>
    Task<IReadOnlyList<EntityPosition>> EntitiesAsync(string after, string end, int max, CancellationToken stop);

    /// <summary>
    /// Deletes all events and snapshots of entities, in one transaction under a fence; how many entities. For those of which nothing is needed
    /// any more and that no projection reads. One that has gone on since its position was read stays, and so does the one with the journal's
    /// last row: the highest ordering never goes back, and none is used again. A writer that has a deleted entity still in memory cannot
    /// append to it, as its number leaves a gap. Throws as <see cref="WriteAsync"/> does.
    /// </summary>
    Task<int> DeleteAsync(ShardFence fence, IReadOnlyList<EntityPosition> entities, CancellationToken stop);

    /// <summary>
    /// Overwrites payloads, drops snapshots and appends <paramref name="append"/> (or nothing, when null) in one transaction, and makes the old bytes unreadable in the
    /// store's files. True when none of its files holds them any more; false when some may still: a reader kept an old copy alive, which goes
    /// with a later write, there was no room to write a file anew, or the store cannot tell (docs/journal.md). Throws as <see cref="WriteAsync"/> does; nothing was changed then.
    /// </summary>
    Task<bool> RewriteAsync(
        IReadOnlyList<Rewrite> rewrites, IReadOnlyList<string> dropSnapshotsOf, AtomicWrite? append, CancellationToken stop);
}

/// <summary>A snapshot as stored.</summary>
public sealed record StoredSnapshot(string PersistenceId, long SequenceNumber, string Manifest, ReadOnlyMemory<byte> Payload)
{
    /// <summary>As <see cref="NewSnapshot.Value"/>.</summary>
    public object? Value { get; init; }
}

/// <summary>Snapshots: a cache of replay, never the only copy of a fact (counters are folded from shard rows).</summary>
public interface ISnapshotStore
{
    /// <summary>The newest readable snapshot, or null. One with a bad checksum is skipped and reported, not used.</summary>
    Task<StoredSnapshot?> LoadAsync(string persistenceId, CancellationToken stop);
}

/// <summary>Another writer got there first: the actors concerned must recover before they decide again.</summary>
public sealed class JournalConflictException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Storage refuses for now; retry later. <see cref="Exception.Message"/> says which file and what to do.</summary>
public sealed class JournalUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A stored row does not match its checksum.</summary>
public sealed class JournalCorruptException(string message) : Exception(message);
