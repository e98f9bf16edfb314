using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Sharding;
using ActorFingerprint.Persistence.Sqlite;
using ActorFingerprint.Persistence.Store;

namespace ActorFingerprint.Persistence.Maintenance;

/// <summary>What a sweep did.</summary>
/// <param name="Devices">Devices that forgot something.</param>
/// <param name="Rows">Stored rows that were overwritten.</param>
public readonly record struct RetentionResult(int Devices, int Rows);

/// <summary>
/// Applies the retention to a store that no node has open: fingerprints last seen before a time are forgotten (docs/journal.md,
/// "Retention"). Two passes over the journal; each step can be done again, so a sweep that was cut off is finished by the next.
/// </summary>
public static class RetentionSweep
{
    /// <summary>How long fingerprints are kept after they were last seen, unless configured otherwise.</summary>
    public static TimeSpan DefaultAge { get; } = TimeSpan.FromDays(90);

    /// <summary>
    /// Forgets what was last seen before <paramref name="beforeTicks"/>; <paramref name="atTicks"/> is when that is decided.
    /// </summary>
    public static async Task<RetentionResult> ApplyAsync(SqliteStore store, long beforeTicks, long atTicks, CancellationToken stop)
    {
        var devices = await FoldAsync(store.Journal, stop);
        var plans = new Dictionary<string, RetentionPlan>(StringComparer.Ordinal);
        var applied = 0;
        foreach (var (id, device) in devices.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            var decided = Device.Decide(device.State, new DeviceCommand.ApplyRetention(atTicks, beforeTicks, device.Counters));
            for (var i = 0; i < decided.Count; i++) await AppendAsync(store.Journal, id, device.SequenceNumber + 1 + i, decided[i], stop);
            if (decided.Count > 0) applied++;
            if (decided.Count == 0 && !device.HasRetention) continue;
            if (RetentionPlan.Of(await store.Journal.OfAsync(id, stop)) is { } plan) plans[id] = plan;
        }
        var rows = plans.Values.SelectMany(plan => plan.Events).ToList();
        if (plans.Count > 0)
            await foreach (var stored in store.Journal.AllAsync(0, stop))
                if (RetentionPlan.ForShardRow(stored, plans) is { } rewrite) rows.Add(rewrite);
        if (rows.Count > 0) await store.Journal.RewriteAsync(rows, [.. plans.Keys], null, stop);
        await store.Projections.CatchUpAsync(fromZero: false, null, stop);
        return new RetentionResult(applied, rows.Count);
    }

    private sealed class Folded
    {
        public DeviceState State { get; set; } = DeviceState.Initial;
        public DeviceCounters Counters { get; set; } = DeviceCounters.Empty;
        public long SequenceNumber { get; set; }
        public bool HasRetention { get; set; }
    }

    private static async Task<Dictionary<string, Folded>> FoldAsync(SqliteJournal journal, CancellationToken stop)
    {
        var devices = new Dictionary<string, Folded>(StringComparer.Ordinal);
        await foreach (var stored in journal.AllAsync(0, stop))
        {
            if (stored.PersistenceId.StartsWith(DevicePseudonyms.Prefix, StringComparison.Ordinal)) Evolve(stored);
            else if (stored.Manifest == ShardRow.Manifest) Count(stored);
        }
        return devices;

        void Evolve(StoredEvent stored)
        {
            if (!devices.TryGetValue(stored.PersistenceId, out var device)) devices[stored.PersistenceId] = device = new();
            device.SequenceNumber = stored.SequenceNumber;
            if (DeviceEventCodec.Default.Decode(stored.Manifest, stored.Payload.Span) is not { } past) return;
            device.State = Device.Evolve(device.State, past);
            device.HasRetention |= past is DeviceEvent.RetentionApplied;
        }

        void Count(StoredEvent stored)
        {
            foreach (var delta in ShardRowCodec.Decode(stored.Manifest, stored.Payload.Span).Deltas)
                if (devices.TryGetValue(delta.PersistenceId, out var device))
                    device.Counters = device.Counters.Apply(delta with { Ja3 = [], Sni = [], OtherJa3 = 0, OtherSni = 0 });
        }
    }

    private static Task AppendAsync(SqliteJournal journal, string id, long sequenceNumber, DeviceEvent @event, CancellationToken stop)
    {
        var (manifest, payload) = DeviceEventCodec.Encode(@event);
        return journal.WriteAsync([new(null, [new(id, sequenceNumber, manifest, payload)], [])], stop);
    }
}
