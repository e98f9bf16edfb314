using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Engine.Actors;
using ActorFingerprint.Engine.Journal;

namespace ActorFingerprint.Engine.Sharding;

/// <summary>
/// Brings one device back: its snapshot, the events after it, and the counter deltas of shard rows that its snapshot does not
/// hold yet.
/// </summary>
internal sealed class DeviceLoader(IJournal journal, ISnapshotStore snapshots)
{
    private readonly Dictionary<string, List<(long Row, DeviceDelta Delta)>> _pending = new(StringComparer.Ordinal);

    /// <summary>Devices whose deltas wait to be folded.</summary>
    public IReadOnlyCollection<string> Pending => _pending.Keys;

    /// <summary>Forgets what waits, before a new recovery.</summary>
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

    /// <summary>Drops what waits for an erased device.</summary>
    public void Forget(string persistenceId) => _pending.Remove(persistenceId);

    /// <summary>The device; a new one has no events and the initial state.</summary>
    public async Task<DeviceActor> LoadAsync(string persistenceId)
    {
        var stored = await snapshots.LoadAsync(persistenceId, CancellationToken.None);
        var snapshot = stored is null ? null : DeviceEventCodec.DecodeSnapshot(stored.Manifest, stored.Payload.Span);
        var sequenceNumber = snapshot is null ? 0 : stored!.SequenceNumber;
        var actor = new DeviceActor(persistenceId, snapshot?.State ?? Device.Initial, snapshot?.Counters ?? DeviceCounters.Empty, sequenceNumber);
        await foreach (var past in journal.ReplayAsync(persistenceId, sequenceNumber + 1, CancellationToken.None))
            actor.Replay(DeviceEventCodec.Default.Decode(past.Manifest, past.Payload.Span));
        if (_pending.Remove(persistenceId, out var deltas))
            foreach (var (row, delta) in deltas)
                if (row > (snapshot?.ShardSequence ?? 0))
                    actor.Fold(delta);
        return actor;
    }
}
