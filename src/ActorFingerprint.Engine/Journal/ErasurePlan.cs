using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Engine.Sharding;

namespace ActorFingerprint.Engine.Journal;

/// <summary>
/// What must be overwritten so that nothing of a device is left in a journal (design §6): every event of its own, and its part of
/// each row of its shard. Rows, orderings and sequence numbers stay. Pure.
/// </summary>
public static class ErasurePlan
{
    private static readonly byte[] Nothing = "{}"u8.ToArray();

    /// <summary>The overwritings; empty when nothing of the device is left.</summary>
    /// <param name="persistenceId">The device's.</param>
    /// <param name="own">All events of the device.</param>
    /// <param name="shardRows">All rows of its shard.</param>
    public static IReadOnlyList<Rewrite> For(string persistenceId, IEnumerable<StoredEvent> own, IEnumerable<StoredEvent> shardRows)
    {
        var plan = new List<Rewrite>();
        foreach (var stored in own)
            if (stored.Manifest != DeviceManifests.Erased)
                plan.Add(new Rewrite(stored.PersistenceId, stored.SequenceNumber, DeviceManifests.Erased, Nothing));
        foreach (var stored in shardRows)
        {
            var row = ShardRowCodec.Decode(stored.Manifest, stored.Payload.Span);
            if (!row.Deltas.Any(delta => delta.PersistenceId == persistenceId)) continue;
            var without = row with { Deltas = [.. row.Deltas.Where(delta => delta.PersistenceId != persistenceId)] };
            plan.Add(new Rewrite(stored.PersistenceId, stored.SequenceNumber, stored.Manifest, ShardRowCodec.Encode(without)));
        }
        return plan;
    }
}
