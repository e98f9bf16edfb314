using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Engine.Sharding;

namespace ActorFingerprint.Engine.Journal;

/// <summary>
/// Which stored rows a journaled <see cref="DeviceEvent.RetentionApplied"/> has to overwrite, and with what. An overwritten event
/// keeps its place, time, kind and number, and loses value and features: replay then goes through the same states as before,
/// counts of runs included, and only the facts are gone. Pure; made twice it is empty.
/// </summary>
public sealed class RetentionPlan
{
    private static readonly FingerprintFeatures NoFeatures = new();

    private readonly DeviceRetention _retention;
    private readonly long _ordering;

    private RetentionPlan(string persistenceId, long ordering, DeviceRetention retention, IReadOnlyList<Rewrite> events) =>
        (PersistenceId, _ordering, _retention, Events) = (persistenceId, ordering, retention, events);

    /// <summary>The device.</summary>
    public string PersistenceId { get; }

    /// <summary>The device's events to overwrite.</summary>
    public IReadOnlyList<Rewrite> Events { get; }

    /// <summary>The plan of a device's newest retention, from all of its events in order; null when it has none.</summary>
    public static RetentionPlan? Of(IReadOnlyList<StoredEvent> events)
    {
        var newest = -1;
        for (var i = 0; i < events.Count; i++)
            if (events[i].Manifest == DeviceManifests.RetentionApplied) newest = i;
        if (newest < 0) return null;
        var past = events.Take(newest + 1).Select(Decode).ToList();
        var after = past.OfType<DeviceEvent>().Aggregate(DeviceState.Initial, Device.Evolve);
        var retention = new DeviceRetention(after, (DeviceEvent.RetentionApplied)past[newest]!);
        var rewrites = new List<Rewrite>();
        for (var i = 0; i < newest; i++)
            if (past[i] is { } @event && retention.Forgets(@event) && Blank(@event) is var (manifest, payload))
                rewrites.Add(new(events[i].PersistenceId, events[i].SequenceNumber, manifest, payload));
        return new(events[newest].PersistenceId, events[newest].Ordering, retention, rewrites);
    }

    /// <summary>The row of a shard without what these devices' retentions forgot; null when it holds nothing of it.</summary>
    public static Rewrite? ForShardRow(StoredEvent stored, IReadOnlyDictionary<string, RetentionPlan> plans)
    {
        if (stored.Manifest != ShardRow.Manifest) return null;
        var row = ShardRowCodec.Decode(stored.Manifest, stored.Payload.Span);
        var changed = false;
        var deltas = new List<DeviceDelta>(row.Deltas.Count);
        foreach (var delta in row.Deltas)
        {
            var isOlder = plans.TryGetValue(delta.PersistenceId, out var plan) && stored.Ordering < plan._ordering;
            var kept = isOlder ? plan!._retention.Strip(delta) : delta;
            changed |= !ReferenceEquals(kept, delta);
            deltas.Add(kept);
        }
        if (!changed) return null;
        return new(stored.PersistenceId, stored.SequenceNumber, ShardRow.Manifest, ShardRowCodec.Encode(row with { Deltas = deltas }));
    }

    private static DeviceEvent? Decode(StoredEvent stored) => DeviceEventCodec.Default.Decode(stored.Manifest, stored.Payload.Span);

    /// <summary>The event without its facts; null when it has none (any more).</summary>
    private static (string Manifest, byte[] Payload)? Blank(DeviceEvent past) => past switch
    {
        DeviceEvent.FingerprintObserved { Value.Length: > 0 } e => DeviceEventCodec.Encode(e with { Value = "", Features = NoFeatures }),
        DeviceEvent.ChurnDetected { Current.Length: > 0 } e => DeviceEventCodec.Encode(e with { Previous = "", Current = "" }),
        _ => null,
    };
}
