using System.Runtime.CompilerServices;
using ActorFingerprint.Engine.Journal;

namespace ActorFingerprint.Tests.Engine;

/// <summary>A journal whose storage refuses now and then, reads and writes alike, by a seeded random number.</summary>
internal sealed class RefusingJournal(InMemoryJournal inner, int seed, double rate) : IJournal, ISnapshotStore
{
    private readonly Random _random = new(seed);

    /// <summary>Share of the calls that are refused, 0 to 1.</summary>
    public double Rate { get; set; } = rate;

    /// <summary>Calls refused so far.</summary>
    public int Refused { get; private set; }

    /// <summary>Refuses every write, whatever the rate.</summary>
    public bool RefusesWrites { get; set; }

    /// <summary>Runs before each rewrite, with what it appends.</summary>
    public Func<AtomicWrite?, Task>? BeforeRewrite { get; set; }

    public async Task WriteAsync(IReadOnlyList<AtomicWrite> writes, CancellationToken stop)
    {
        if (RefusesWrites) throw new JournalUnavailableException("the disk is full");
        RefuseSometimes();
        await inner.WriteAsync(writes, stop);
    }

    public async IAsyncEnumerable<StoredEvent> ReplayAsync(
        string persistenceId, long fromSequenceNumber, [EnumeratorCancellation] CancellationToken stop)
    {
        RefuseSometimes();
        await foreach (var stored in inner.ReplayAsync(persistenceId, fromSequenceNumber, stop)) yield return stored;
    }

    public async Task<IReadOnlyList<StoredEvent>> ReadAsync(long afterOrdering, int max, CancellationToken stop)
    {
        RefuseSometimes();
        return await inner.ReadAsync(afterOrdering, max, stop);
    }

    public Task<long> HighestSequenceNumberAsync(string persistenceId, CancellationToken stop) =>
        inner.HighestSequenceNumberAsync(persistenceId, stop);

    public async Task<long> ClaimShardAsync(string region, int shard, string owner, CancellationToken stop)
    {
        RefuseSometimes();
        return await inner.ClaimShardAsync(region, shard, owner, stop);
    }

    public Task<IReadOnlyDictionary<int, long>> ReadEpochsAsync(string region, CancellationToken stop) => inner.ReadEpochsAsync(region, stop);

    public async Task<bool> RewriteAsync(
        IReadOnlyList<Rewrite> rewrites, IReadOnlyList<string> dropSnapshotsOf, AtomicWrite? append, CancellationToken stop)
    {
        RefuseSometimes();
        if (BeforeRewrite is { } before) await before(append);
        return await inner.RewriteAsync(rewrites, dropSnapshotsOf, append, stop);
    }

    public async Task<IReadOnlyList<EntityPosition>> EntitiesAsync(string after, string end, int max, CancellationToken stop)
    {
        RefuseSometimes();
        return await inner.EntitiesAsync(after, end, max, stop);
    }

    public async Task<int> DeleteAsync(ShardFence fence, IReadOnlyList<EntityPosition> entities, CancellationToken stop)
    {
        RefuseSometimes();
        return await inner.DeleteAsync(fence, entities, stop);
    }

    public async Task<StoredSnapshot?> LoadAsync(string persistenceId, CancellationToken stop)
    {
        RefuseSometimes();
        return await inner.LoadAsync(persistenceId, stop);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void RefuseSometimes()
    {
        if (_random.NextDouble() >= Rate) return;
        Refused++;
        throw new JournalUnavailableException("the disk is full");
    }
}
