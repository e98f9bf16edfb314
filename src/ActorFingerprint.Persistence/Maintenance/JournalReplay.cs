using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Sharding;

namespace ActorFingerprint.Persistence.Maintenance;

/// <summary>A device as it was.</summary>
/// <param name="State">What its events up to the time add up to.</param>
/// <param name="Counters">The fold of the batches that ended by then.</param>
public sealed record DeviceAsOf(DeviceState State, DeviceCounters Counters);

/// <summary>Replays the journal for a question about the past.</summary>
public static class JournalReplay
{
    /// <summary>Events between two reports of progress.</summary>
    private const int ReportEvery = 4096;

    /// <summary>
    /// Every device known at a time (UTC ticks; <see cref="long.MaxValue"/> for all there is), in the order of the keys: events with a time at
    /// or before it, and the counters of batches whose last frame is at or before it.
    /// </summary>
    public static async Task<IReadOnlyList<DeviceAsOf>> DevicesAsOfAsync(IJournal journal, long ticks, IProgress<long>? progress, CancellationToken stop)
    {
        var states = new Dictionary<string, DeviceState>(StringComparer.Ordinal);
        var counters = new Dictionary<string, DeviceCounters>(StringComparer.Ordinal);
        var read = 0L;
        await foreach (var stored in JournalPages.AllAsync(journal, 0, stop))
        {
            if (stored.PersistenceId.StartsWith(DevicePseudonyms.Prefix, StringComparison.Ordinal)) Evolve(stored);
            else if (stored.Manifest == ShardRow.Manifest) Count(stored);
            if (++read % ReportEvery == 0) progress?.Report(read);
        }
        progress?.Report(read);
        return
        [
            .. states.Where(entry => entry.Value.Exists)
                .Select(entry => new DeviceAsOf(entry.Value, counters.GetValueOrDefault(entry.Key, DeviceCounters.Empty)))
                .OrderBy(device => device.State.FirstSeen!.Device.ToString(), StringComparer.Ordinal),
        ];

        void Evolve(StoredEvent stored)
        {
            if (DeviceEventCodec.Default.Decode(stored.Manifest, stored.Payload.Span) is not { } past || past.AtTicks > ticks) return;
            states[stored.PersistenceId] = Device.Evolve(states.GetValueOrDefault(stored.PersistenceId, DeviceState.Initial), past);
        }

        void Count(StoredEvent stored)
        {
            foreach (var delta in ShardRowCodec.Decode(stored.Manifest, stored.Payload.Span).Deltas)
                if (delta.LastTicks <= ticks)
                    counters[delta.PersistenceId] = counters.GetValueOrDefault(delta.PersistenceId, DeviceCounters.Empty).Apply(delta);
        }
    }
}
