using System.Text;
using System.Text.Json.Nodes;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Engine.Runs;
using ActorFingerprint.Engine.Sharding;

namespace ActorFingerprint.Engine.Journal;

/// <summary>
/// Which stored rows an erasure has to overwrite, and with what. Pure: the running shard and the offline commands use the same
/// plan. Rows that hold nothing (any more) to erase are not in it, so a plan made twice is empty the second time.
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
    /// An event of another device or of a run without the MAC address of the erased one: where it is named as the router that a
    /// device was seen through, and in the saved router rule of a run. Null when the event does not name it.
    /// </summary>
    public static Rewrite? ForMention(StoredEvent stored, DeviceKey erased)
    {
        if (erased.Kind != DeviceKeyKind.Mac) return null;
        var mac = erased.Mac.ToString();
        if (stored.Payload.Span.IndexOf(Encoding.UTF8.GetBytes(mac)) < 0) return null;
        return stored.Manifest switch
        {
            DeviceManifests.FirstSeen => WithoutVia(stored, mac),
            RunManifests.Progressed => WithoutRouter(stored, mac),
            _ => null,
        };
    }

    private static Rewrite? WithoutVia(StoredEvent stored, string mac) =>
        DeviceEventCodec.Default.Decode(stored.Manifest, stored.Payload.Span) is DeviceEvent.FirstSeen first && first.Via == mac
            ? Rewritten(stored, DeviceEventCodec.Encode(first with { Via = null }))
            : null;

    private static Rewrite? WithoutRouter(StoredEvent stored, string mac) =>
        RunEventCodec.Decode(stored.Manifest, stored.Payload.Span) is RunEvent.Progressed progressed
            ? Rewritten(stored, RunEventCodec.Encode(progressed with { RouterState = Without(progressed.RouterState, mac) }))
            : null;

    private static Rewrite Rewritten(StoredEvent stored, (string Manifest, byte[] Payload) with) =>
        new(stored.PersistenceId, stored.SequenceNumber, with.Manifest, with.Payload);

    /// <summary>JSON without the array elements that are this text or objects with a member of it.</summary>
    private static string Without(string json, string text)
    {
        var root = JsonNode.Parse(json);
        if (root is not null) Remove(root, text);
        return root?.ToJsonString() ?? json;
    }

    private static void Remove(JsonNode node, string text)
    {
        if (node is JsonArray array)
            for (var i = array.Count - 1; i >= 0; i--)
                if (Names(array[i], text)) array.RemoveAt(i);
        IEnumerable<JsonNode?> children = node switch
        {
            JsonArray items => items,
            JsonObject members => members.Select(member => member.Value),
            _ => [],
        };
        foreach (var child in children)
            if (child is not null) Remove(child, text);
    }

    private static bool Names(JsonNode? node, string text) => node switch
    {
        JsonValue value => IsText(value, text),
        JsonObject members => members.Any(member => member.Value is JsonValue value && IsText(value, text)),
        _ => false,
    };

    private static bool IsText(JsonValue value, string text) => value.TryGetValue<string>(out var found) && found == text;
}
