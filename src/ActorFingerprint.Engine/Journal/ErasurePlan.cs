using System.Text;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Core.Identity;
using ActorFingerprint.Engine.Runs;
using ActorFingerprint.Engine.Sharding;

namespace ActorFingerprint.Engine.Journal;

/// <summary>
/// Which stored rows an erasure has to overwrite, and with what. Pure. Rows that hold nothing (any more) to erase are not in it, so a plan made twice is empty the second time.
/// </summary>
public static class ErasurePlan
{
    private static readonly ReadOnlyMemory<byte> Nothing = "{}"u8.ToArray();

    /// <summary>Overwrites every event of a device, its <see cref="DeviceEvent.Erased"/> markers apart.</summary>
    public static IReadOnlyList<Rewrite> ForDevice(IEnumerable<StoredEvent> events) =>
    [
        .. events
            .Where(stored => stored.Manifest is not (DeviceManifests.Erased or DeviceManifests.DeviceErased))
            .Select(stored => new Rewrite(stored.PersistenceId, stored.SequenceNumber, DeviceManifests.Erased, Nothing)),
    ];

    /// <summary>The row of a shard without the device's delta; null when the row has none of it.</summary>
    public static Rewrite? ForShardRow(StoredEvent stored, string devicePersistenceId)
    {
        if (stored.Manifest != ShardRow.Manifest) return null;
        if (stored.Payload.Span.IndexOf(Encoding.UTF8.GetBytes(devicePersistenceId)) < 0) return null;
        var row = ShardRowCodec.Decode(stored.Manifest, stored.Payload.Span);
        var without = row with { Deltas = [.. row.Deltas.Where(delta => delta.PersistenceId != devicePersistenceId)] };
        return new(stored.PersistenceId, stored.SequenceNumber, ShardRow.Manifest, ShardRowCodec.Encode(without));
    }

    /// <summary>
    /// An event of another device or of a run without the erased one: where its MAC address is the router that a device was seen
    /// through, and where the saved router rule of a run remembers it or what it said. Null when the event does not name it.
    /// </summary>
    public static Rewrite? ForMention(StoredEvent stored, DeviceKey erased)
    {
        if (stored.Manifest is not (DeviceManifests.FirstSeen or RunManifests.Progressed)) return null;
        if (erased.Address is not { } address || stored.Payload.Span.IndexOf(Encoding.UTF8.GetBytes(address)) < 0) return null;
        return stored.Manifest == RunManifests.Progressed ? WithoutRemembered(stored, erased) : WithoutVia(stored, address);
    }

    private static Rewrite? WithoutVia(StoredEvent stored, string address) =>
        DeviceEventCodec.Default.Decode(stored.Manifest, stored.Payload.Span) is DeviceEvent.FirstSeen first && first.Via == address
            ? Rewritten(stored, DeviceEventCodec.Encode(first with { Via = null }))
            : null;

    private static Rewrite? WithoutRemembered(StoredEvent stored, DeviceKey erased)
    {
        if (RunEventCodec.Decode(stored.Manifest, stored.Payload.Span) is not RunEvent.Progressed progressed) return null;
        var without = RouterRule.Without(progressed.RouterState, erased);
        return ReferenceEquals(without, progressed.RouterState)
            ? null
            : Rewritten(stored, RunEventCodec.Encode(progressed with { RouterState = without }));
    }

    private static Rewrite Rewritten(StoredEvent stored, (string Manifest, byte[] Payload) with) =>
        new(stored.PersistenceId, stored.SequenceNumber, with.Manifest, with.Payload);
}
