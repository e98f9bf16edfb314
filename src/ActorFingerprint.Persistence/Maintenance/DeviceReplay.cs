using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Sharding;
using ActorFingerprint.Persistence.Store;

namespace ActorFingerprint.Persistence.Maintenance;

/// <summary>A device as it was.</summary>
/// <param name="State">What its events up to the time add up to.</param>
/// <param name="Counters">The fold of the batches that ended by then.</param>
/// <param name="Events">How many events that were.</param>
public sealed record DeviceAsOf(DeviceState State, DeviceCounters Counters, int Events);

/// <summary>Replays the journal for a question about the past.</summary>
public static class DeviceReplay
{
    /// <summary>
    /// A device as of a time (UTC ticks; <see cref="long.MaxValue"/> for all there is): events with a time at or before it, and the
    /// counters of batches whose last frame is at or before it. Null when the device was not known then.
    /// </summary>
    public static async Task<DeviceAsOf?> AsOfAsync(SqliteStore store, DeviceKey device, long ticks, CancellationToken stop)
    {
        var id = store.Pseudonyms.PersistenceIdOf(device);
        var (state, counters, events) = (DeviceState.Initial, DeviceCounters.Empty, 0);
        await foreach (var stored in store.Journal.ReplayAsync(id, 1, stop))
        {
            if (DeviceEventCodec.Default.Decode(stored.Manifest, stored.Payload.Span) is not { } past || past.AtTicks > ticks) continue;
            state = Device.Evolve(state, past);
            events++;
        }
        if (!state.Exists) return null;
        var shard = ShardRowCodec.PersistenceIdOf((int)(device.StableHash() % (ulong)store.Journal.Shards));
        await foreach (var stored in store.Journal.ReplayAsync(shard, 1, stop))
            foreach (var delta in ShardRowCodec.Decode(stored.Manifest, stored.Payload.Span).Deltas)
                if (delta.PersistenceId == id && delta.LastTicks <= ticks) counters = counters.Apply(delta);
        return new(state, counters, events);
    }
}
