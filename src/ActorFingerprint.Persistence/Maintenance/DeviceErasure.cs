using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Sharding;
using ActorFingerprint.Persistence.Store;

namespace ActorFingerprint.Persistence.Maintenance;

/// <summary>What an erasure did.</summary>
/// <param name="Events">Events of the device that were overwritten.</param>
/// <param name="Rows">Shard rows that lost its counters, and events of others that named it.</param>
public readonly record struct ErasureResult(int Events, int Rows);

/// <summary>
/// Erases a device from a store that no node has open. First the old payloads go (journal, snapshots), then the
/// <see cref="DeviceEvent.Erased"/> event is appended, then the read side follows; each step can be done again, so an erasure that
/// was cut off is finished by asking for it again.
/// </summary>
public static class DeviceErasure
{
    /// <summary>Erases a device; null when the store does not know it.</summary>
    public static async Task<ErasureResult?> EraseAsync(SqliteStore store, DeviceKey device, long atTicks, CancellationToken stop)
    {
        var (journal, id) = (store.Journal, store.Pseudonyms.PersistenceIdOf(device));
        var events = await journal.OfAsync(id, stop);
        if (events.Count == 0) return null;

        var own = ErasurePlan.ForDevice(events);
        var shard = ShardRowCodec.PersistenceIdOf((int)(device.StableHash() % (ulong)journal.Shards));
        var others = new List<Rewrite>();
        await foreach (var stored in journal.AllAsync(0, stop))
        {
            var rewrite = stored.PersistenceId == shard ? ErasurePlan.ForShardRow(stored, id)
                : stored.PersistenceId == id ? null
                : ErasurePlan.ForMention(stored, device);
            if (rewrite is { } found) others.Add(found);
        }
        await journal.RewriteAsync([.. own, .. others], [id, .. others.Select(rewrite => rewrite.PersistenceId).Distinct()], null, stop);

        if (events[^1].Manifest != DeviceManifests.DeviceErased)
        {
            var (manifest, payload) = DeviceEventCodec.Encode(new DeviceEvent.Erased(atTicks));
            await journal.WriteAsync([new(null, [new(id, events[^1].SequenceNumber + 1, manifest, payload)], [])], stop);
        }
        await store.Projections.CatchUpAsync(fromZero: false, null, stop);
        return new ErasureResult(own.Count, others.Count);
    }
}
