using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Engine.Actors;
using ActorFingerprint.Engine.Journal;

namespace ActorFingerprint.Engine.Sharding;

/// <summary>
/// Brings one device of a shard back: its snapshot, the events after it, and the counter deltas of rows that the snapshot does
/// not hold yet. A device whose snapshot was dropped (erasure, retention) is counted from all rows.
/// </summary>
internal sealed class DeviceLoader(IJournal journal, ISnapshotStore snapshots, string shardPersistenceId)
{
    private readonly Dictionary<string, List<(long Row, DeviceDelta Delta)>> _pending = new(StringComparer.Ordinal);

    /// <summary>Devices whose deltas wait to be folded.</summary>
    public IReadOnlyCollection<string> Pending => _pending.Keys;

    /// <summary>
    /// Journal ordering of the last row folded into the snapshot that the shard recovered from, or 0: only rows after it are
    /// remembered here.
    /// </summary>
    public long SnapshotOrdering { get; set; }

    /// <summary>Starts a recovery: forgets what waits.</summary>
    public void Clear() => _pending.Clear();

    /// <summary>Keeps the deltas of a recovered row until their devices are loaded.</summary>
    public void Remember(long row, IEnumerable<DeviceDelta> deltas)
    {
        foreach (var delta in deltas)
        {
            if (!_pending.TryGetValue(delta.PersistenceId, out var list)) _pending[delta.PersistenceId] = list = [];
            list.Add((row, delta));
        }
    }

    /// <summary>Drops what waits for a device whose rows were overwritten.</summary>
    public void Forget(string persistenceId) => _pending.Remove(persistenceId);

    /// <summary>The device; a new one has no events and the initial state.</summary>
    public async Task<DeviceActor> LoadAsync(string persistenceId)
    {
        var stored = await snapshots.LoadAsync(persistenceId, CancellationToken.None);
        var snapshot = stored is null ? null : stored.Value as DeviceSnapshot ?? DeviceEventCodec.DecodeSnapshot(stored.Manifest, stored.Payload.Span);
        var sequenceNumber = snapshot is null ? 0 : stored!.SequenceNumber;
        var actor = new DeviceActor(persistenceId, snapshot?.State ?? Device.Initial, snapshot?.Counters ?? DeviceCounters.Empty, sequenceNumber);
        var firstOrdering = long.MaxValue;
        await foreach (var past in journal.ReplayAsync(persistenceId, sequenceNumber + 1, CancellationToken.None))
        {
            firstOrdering = Math.Min(firstOrdering, past.Ordering);
            actor.Replay(DeviceEventCodec.Default.Decode(past.Manifest, past.Payload.Span));
        }
        var isStored = firstOrdering < long.MaxValue;
        var remembersAll = firstOrdering > SnapshotOrdering && _pending.ContainsKey(persistenceId);
        if (snapshot is null && isStored && !remembersAll) await CountAllRowsAsync(actor);
        else FoldPending(actor, snapshot?.ShardSequence ?? 0);
        _pending.Remove(persistenceId);
        return actor;
    }

    private void FoldPending(DeviceActor actor, long foldedRow)
    {
        if (!_pending.TryGetValue(actor.PersistenceId, out var deltas)) return;
        foreach (var (row, delta) in deltas)
            if (row > foldedRow)
                actor.Fold(delta);
    }

    private async Task CountAllRowsAsync(DeviceActor actor)
    {
        await foreach (var stored in journal.ReplayAsync(shardPersistenceId, 1, CancellationToken.None))
            foreach (var delta in ShardRowCodec.Decode(stored.Manifest, stored.Payload.Span).Deltas)
                if (delta.PersistenceId == actor.PersistenceId)
                    actor.Fold(delta);
    }
}
