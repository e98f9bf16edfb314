using ActorFingerprint.Engine.Journal;

namespace ActorFingerprint.Tests.Engine;

/// <summary>The process dies here: nothing after it may happen.</summary>
internal sealed class CrashException() : Exception("crash");

/// <summary>
/// A journal whose process dies at a chosen write: before it reaches storage, or after, so that nobody hears of it. From then
/// on every call fails; the inner journal is what a restart finds.
/// </summary>
internal sealed class CrashingJournal(InMemoryJournal inner, int atWrite, bool afterStorage) : IJournal, ISnapshotStore
{
    private int _writes;
    private bool _isDead;

    public bool IsDead => _isDead;

    /// <summary>It dies at the first rewrite instead (an erasure, the retention).</summary>
    public bool DiesAtRewrite { get; init; }

    public async Task WriteAsync(IReadOnlyList<AtomicWrite> writes, CancellationToken stop)
    {
        ThrowIfDead();
        var dies = ++_writes == atWrite;
        if (dies && !afterStorage) Die();
        await inner.WriteAsync(writes, stop);
        if (dies) Die();
    }

    public IAsyncEnumerable<StoredEvent> ReplayAsync(string persistenceId, long fromSequenceNumber, CancellationToken stop)
    {
        ThrowIfDead();
        return inner.ReplayAsync(persistenceId, fromSequenceNumber, stop);
    }

    public Task<IReadOnlyList<StoredEvent>> ReadAsync(long afterOrdering, int max, CancellationToken stop) => inner.ReadAsync(afterOrdering, max, stop);

    public Task<long> HighestSequenceNumberAsync(string persistenceId, CancellationToken stop) => inner.HighestSequenceNumberAsync(persistenceId, stop);

    public Task<long> ClaimShardAsync(string region, int shard, string owner, CancellationToken stop)
    {
        ThrowIfDead();
        return inner.ClaimShardAsync(region, shard, owner, stop);
    }

    public Task<IReadOnlyDictionary<int, long>> ReadEpochsAsync(string region, CancellationToken stop) => inner.ReadEpochsAsync(region, stop);

    public async Task<bool> RewriteAsync(
        IReadOnlyList<Rewrite> rewrites, IReadOnlyList<string> dropSnapshotsOf, AtomicWrite? append, CancellationToken stop)
    {
        ThrowIfDead();
        if (DiesAtRewrite && !afterStorage) Die();
        var isGone = await inner.RewriteAsync(rewrites, dropSnapshotsOf, append, stop);
        if (DiesAtRewrite) Die();
        return isGone;
    }

    public Task<IReadOnlyList<EntityPosition>> EntitiesAsync(string after, string end, int max, CancellationToken stop) =>
        inner.EntitiesAsync(after, end, max, stop);

    public Task<int> DeleteAsync(ShardFence fence, IReadOnlyList<EntityPosition> entities, CancellationToken stop)
    {
        ThrowIfDead();
        return inner.DeleteAsync(fence, entities, stop);
    }

    public Task<StoredSnapshot?> LoadAsync(string persistenceId, CancellationToken stop)
    {
        ThrowIfDead();
        return inner.LoadAsync(persistenceId, stop);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void ThrowIfDead()
    {
        if (_isDead) throw new CrashException();
    }

    private void Die()
    {
        _isDead = true;
        throw new CrashException();
    }
}
