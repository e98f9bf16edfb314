using System.Text.Json;
using System.Text.Json.Serialization;
using ActorFingerprint.Core.Devices.Storage;

namespace ActorFingerprint.Engine.Sharding;

/// <summary>Shard rows to and from their stored form: UTF-8 JSON, as the device events (<see cref="DeviceJson"/>).</summary>
public static class ShardRowCodec
{
    /// <summary>What the persistence id of every device shard starts with; its number follows.</summary>
    public const string Prefix = "shard-device-";

    /// <summary>The persistence id of a device shard.</summary>
    public static string PersistenceIdOf(int shard) => $"{Prefix}{shard}";

    /// <summary>The payload to store under <see cref="ShardRow.Manifest"/>.</summary>
    public static byte[] Encode(ShardRow row) => JsonSerializer.SerializeToUtf8Bytes(row, ShardRowJson.Default.ShardRow);

    /// <summary>
    /// The row behind a stored payload. Throws <see cref="StoredEventException"/> for another manifest or a payload that does not fit.
    /// </summary>
    public static ShardRow Decode(string manifest, ReadOnlySpan<byte> payload)
    {
        if (manifest != ShardRow.Manifest)
            throw new StoredEventException($"unknown shard row manifest \"{manifest}\": the store was written by a newer version");
        try
        {
            return JsonSerializer.Deserialize(payload, ShardRowJson.Default.ShardRow) ?? throw new JsonException("null is no row");
        }
        catch (JsonException error)
        {
            throw new StoredEventException($"the payload does not fit its manifest \"{manifest}\": {error.Message}", error);
        }
    }
}

/// <summary>The storage format of shard rows; a sample under tests/data/events holds it still, byte for byte.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ShardRow))]
internal sealed partial class ShardRowJson : JsonSerializerContext;
