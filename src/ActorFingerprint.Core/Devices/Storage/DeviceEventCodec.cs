using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace ActorFingerprint.Core.Devices.Storage;

/// <summary>Events, deltas and snapshots of devices to and from their stored form (<see cref="DeviceJson"/>).</summary>
public sealed class DeviceEventCodec
{
    private readonly Dictionary<string, JsonUpcaster> _upcasters;

    /// <summary>A codec that also reads the manifests that these upcasters start from. Throws when they form a circle.</summary>
    public DeviceEventCodec(params IEnumerable<JsonUpcaster> upcasters)
    {
        _upcasters = upcasters.ToDictionary(upcaster => upcaster.From, StringComparer.Ordinal);
        foreach (var upcaster in _upcasters.Values)
        {
            var (step, steps) = (upcaster, 0);
            while (_upcasters.TryGetValue(step.To, out step!))
                if (++steps > _upcasters.Count)
                    throw new ArgumentException($"the upcasters from {upcaster.From} form a circle", nameof(upcasters));
        }
    }

    /// <summary>The product's codec: every manifest that was ever released.</summary>
    public static DeviceEventCodec Default { get; } = new();

    /// <summary>The manifest and payload to store.</summary>
    public static (string Manifest, byte[] Payload) Encode(DeviceEvent @event) => @event switch
    {
        DeviceEvent.FirstSeen e => (DeviceManifests.FirstSeen, Json(e, DeviceJson.Default.FirstSeen)),
        DeviceEvent.FingerprintObserved e => (DeviceManifests.FingerprintObserved, Json(e, DeviceJson.Default.FingerprintObserved)),
        DeviceEvent.AddressObserved e => (DeviceManifests.AddressObserved, Json(e, DeviceJson.Default.AddressObserved)),
        DeviceEvent.HostNameObserved e => (DeviceManifests.HostNameObserved, Json(e, DeviceJson.Default.HostNameObserved)),
        DeviceEvent.FactObserved e => (DeviceManifests.FactObserved, Json(e, DeviceJson.Default.FactObserved)),
        DeviceEvent.ChurnDetected e => (DeviceManifests.ChurnDetected, Json(e, DeviceJson.Default.ChurnDetected)),
        DeviceEvent.ChurnSuppressed e => (DeviceManifests.ChurnSuppressed, Json(e, DeviceJson.Default.ChurnSuppressed)),
        DeviceEvent.RouterIdentified e => (DeviceManifests.RouterIdentified, Json(e, DeviceJson.Default.RouterIdentified)),
        DeviceEvent.Classified e => (DeviceManifests.Classified, Json(e, DeviceJson.Default.Classified)),
        DeviceEvent.Labelled e => (DeviceManifests.Labelled, Json(e, DeviceJson.Default.Labelled)),
        DeviceEvent.RetentionApplied e => (DeviceManifests.RetentionApplied, Json(e, DeviceJson.Default.RetentionApplied)),
        DeviceEvent.Erased e => (DeviceManifests.DeviceErased, Json(e, DeviceJson.Default.Erased)),
        _ => throw new UnreachableException($"{@event.GetType()} is not a device event"),
    };

    /// <summary>
    /// The event behind a stored payload; null for <see cref="DeviceManifests.Erased"/>, which evolves to nothing. Throws
    /// <see cref="StoredEventException"/> for an unknown manifest or a payload that does not fit it.
    /// </summary>
    public DeviceEvent? Decode(string manifest, ReadOnlySpan<byte> payload)
    {
        try
        {
            return _upcasters.ContainsKey(manifest) ? DecodeOlder(manifest, payload) : DecodeCurrent(manifest, payload);
        }
        catch (JsonException error)
        {
            throw new StoredEventException($"the payload does not fit its manifest \"{manifest}\": {error.Message}", error);
        }
    }

    /// <summary>A delta as stored inside a shard row.</summary>
    public static byte[] Encode(DeviceDelta delta) => Json(delta, DeviceJson.Default.DeviceDelta);

    /// <summary>Reads what <see cref="Encode(DeviceDelta)"/> wrote.</summary>
    public static DeviceDelta DecodeDelta(ReadOnlySpan<byte> payload) => Read(payload, "device delta", DeviceJson.Default.DeviceDelta);

    /// <summary>A snapshot as stored.</summary>
    public static (string Manifest, byte[] Payload) Encode(DeviceSnapshot snapshot) =>
        (DeviceManifests.Snapshot, Json(snapshot, DeviceJson.Default.DeviceSnapshot));

    /// <summary>
    /// The snapshot, or null when its manifest is of another format: a snapshot is only a shortcut, and replay does without it.
    /// Throws <see cref="StoredEventException"/> for a payload that does not fit.
    /// </summary>
    public static DeviceSnapshot? DecodeSnapshot(string manifest, ReadOnlySpan<byte> payload) =>
        manifest == DeviceManifests.Snapshot ? Read(payload, manifest, DeviceJson.Default.DeviceSnapshot) : null;

    private DeviceEvent? DecodeOlder(string manifest, ReadOnlySpan<byte> payload)
    {
        var json = JsonNode.Parse(payload) as JsonObject ?? throw new JsonException("an event is a JSON object");
        while (_upcasters.TryGetValue(manifest, out var upcaster)) (manifest, json) = (upcaster.To, upcaster.Upcast(json));
        return DecodeCurrent(manifest, Encoding.UTF8.GetBytes(json.ToJsonString()));
    }

    private static DeviceEvent? DecodeCurrent(string manifest, ReadOnlySpan<byte> payload) => manifest switch
    {
        DeviceManifests.FirstSeen => Event(payload, DeviceJson.Default.FirstSeen),
        DeviceManifests.FingerprintObserved => Event(payload, DeviceJson.Default.FingerprintObserved),
        DeviceManifests.AddressObserved => Event(payload, DeviceJson.Default.AddressObserved),
        DeviceManifests.HostNameObserved => Event(payload, DeviceJson.Default.HostNameObserved),
        DeviceManifests.FactObserved => Event(payload, DeviceJson.Default.FactObserved),
        DeviceManifests.ChurnDetected => Event(payload, DeviceJson.Default.ChurnDetected),
        DeviceManifests.ChurnSuppressed => Event(payload, DeviceJson.Default.ChurnSuppressed),
        DeviceManifests.RouterIdentified => Event(payload, DeviceJson.Default.RouterIdentified),
        DeviceManifests.Classified => Event(payload, DeviceJson.Default.Classified),
        DeviceManifests.Labelled => Event(payload, DeviceJson.Default.Labelled),
        DeviceManifests.RetentionApplied => Event(payload, DeviceJson.Default.RetentionApplied),
        DeviceManifests.DeviceErased => Event(payload, DeviceJson.Default.Erased),
        DeviceManifests.Erased => null,
        _ => throw new StoredEventException($"unknown event manifest \"{manifest}\": the store was written by a newer version"),
    };

    private static byte[] Json<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.SerializeToUtf8Bytes(value, type);

    private static T Event<T>(ReadOnlySpan<byte> payload, JsonTypeInfo<T> type) where T : DeviceEvent =>
        JsonSerializer.Deserialize(payload, type) ?? throw new JsonException("null is no event");

    private static T Read<T>(ReadOnlySpan<byte> payload, string what, JsonTypeInfo<T> type) where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(payload, type) ?? throw new JsonException("null is none");
        }
        catch (JsonException error)
        {
            throw new StoredEventException($"the payload does not fit a {what}: {error.Message}", error);
        }
    }
}
