using ActorFingerprint.Engine.Journal;

namespace ActorFingerprint.Tests.Engine.Cluster;

/// <summary>One node's connection to the journal that all share. Of a killed node nothing comes back; of a stopped one, when it goes on.</summary>
internal sealed class NodeJournal(InMemoryJournal shared) : IJournal, ISnapshotStore
{
    private Task _open = Task.CompletedTask;
    private TaskCompletionSource? _stopped;

    /// <summary>Nothing leaves the node any more.</summary>
    public void Stop() => _open = (_stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>It goes on.</summary>
    public void GoOn() => _stopped?.TrySetResult();

    public async Task WriteAsync(IReadOnlyList<AtomicWrite> writes, CancellationToken stop)
    {
        await _open;
        await shared.WriteAsync(writes, stop);
        await _open; // it may have stopped before it heard of the success
    }

    public async IAsyncEnumerable<StoredEvent> ReplayAsync(
        string persistenceId, long fromSequenceNumber, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        await _open;
        await foreach (var stored in shared.ReplayAsync(persistenceId, fromSequenceNumber, stop)) yield return stored;
    }

    public async Task<IReadOnlyList<StoredEvent>> ReadAsync(long afterOrdering, int max, CancellationToken stop)
    {
        await _open;
        return await shared.ReadAsync(afterOrdering, max, stop);
    }

    public async Task<long> HighestSequenceNumberAsync(string persistenceId, CancellationToken stop)
    {
        await _open;
        return await shared.HighestSequenceNumberAsync(persistenceId, stop);
    }

    public async Task<long> ClaimShardAsync(string region, int shard, string owner, CancellationToken stop)
    {
        await _open;
        var epoch = await shared.ClaimShardAsync(region, shard, owner, stop);
        await _open;
        return epoch;
    }

    public async Task<IReadOnlyList<EntityPosition>> EntitiesAsync(string after, string end, int max, CancellationToken stop)
    {
        await _open;
        return await shared.EntitiesAsync(after, end, max, stop);
    }

    public async Task<int> DeleteAsync(ShardFence fence, IReadOnlyList<EntityPosition> entities, CancellationToken stop)
    {
        await _open;
        return await shared.DeleteAsync(fence, entities, stop);
    }

    public async Task<bool> RewriteAsync(
        IReadOnlyList<Rewrite> rewrites, IReadOnlyList<string> dropSnapshotsOf, AtomicWrite? append, CancellationToken stop)
    {
        await _open;
        return await shared.RewriteAsync(rewrites, dropSnapshotsOf, append, stop);
    }

    public async Task<StoredSnapshot?> LoadAsync(string persistenceId, CancellationToken stop)
    {
        await _open;
        return await shared.LoadAsync(persistenceId, stop);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
