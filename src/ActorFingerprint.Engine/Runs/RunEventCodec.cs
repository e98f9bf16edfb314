using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using ActorFingerprint.Core.Devices.Storage;

namespace ActorFingerprint.Engine.Runs;

/// <summary>Run events to and from their stored form: UTF-8 JSON, as the device events (<see cref="DeviceJson"/>).</summary>
public static class RunEventCodec
{
    /// <summary>What the persistence id of every run starts with; its id follows.</summary>
    public const string Prefix = "run-";

    /// <summary>The persistence id of a run.</summary>
    public static string PersistenceIdOf(string run) => Prefix + run;

    /// <summary>The manifest and payload to store.</summary>
    public static (string Manifest, byte[] Payload) Encode(RunEvent @event) => @event switch
    {
        RunEvent.Started e => (RunManifests.Started, Json(e, RunJson.Default.Started)),
        RunEvent.Progressed e => (RunManifests.Progressed, Json(e, RunJson.Default.Progressed)),
        RunEvent.Reported e => (RunManifests.Reported, Json(e, RunJson.Default.Reported)),
        RunEvent.Ended e => (RunManifests.Ended, Json(e, RunJson.Default.Ended)),
        _ => throw new UnreachableException($"{@event.GetType()} is not a run event"),
    };

    /// <summary>
    /// The event behind a stored payload; null for <see cref="DeviceManifests.Erased"/>. Throws <see cref="StoredEventException"/>
    /// for an unknown manifest or a payload that does not fit it.
    /// </summary>
    public static RunEvent? Decode(string manifest, ReadOnlySpan<byte> payload)
    {
        try
        {
            return manifest switch
            {
                RunManifests.Started => Read(payload, RunJson.Default.Started),
                RunManifests.Progressed => Read(payload, RunJson.Default.Progressed),
                RunManifests.Reported => Read(payload, RunJson.Default.Reported),
                RunManifests.Ended => Read(payload, RunJson.Default.Ended),
                DeviceManifests.Erased => null,
                _ => throw new StoredEventException($"unknown run manifest \"{manifest}\": the store was written by a newer version"),
            };
        }
        catch (JsonException error)
        {
            throw new StoredEventException($"the payload does not fit its manifest \"{manifest}\": {error.Message}", error);
        }
    }

    private static byte[] Json<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.SerializeToUtf8Bytes(value, type);

    private static T Read<T>(ReadOnlySpan<byte> payload, JsonTypeInfo<T> type) where T : RunEvent =>
        JsonSerializer.Deserialize(payload, type) ?? throw new JsonException("null is no event");
}

/// <summary>The storage format of runs; samples under tests/data/events hold it still, byte for byte.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(RunEvent.Started))]
[JsonSerializable(typeof(RunEvent.Progressed))]
[JsonSerializable(typeof(RunEvent.Reported))]
[JsonSerializable(typeof(RunEvent.Ended))]
internal sealed partial class RunJson : JsonSerializerContext;
