using System.Text.Json;
using System.Text.Json.Serialization;

namespace ActorFingerprint.Engine.Sharding;

/// <summary>Stored form of <see cref="ShardSnapshot"/>: UTF-8 JSON.</summary>
public static class ShardSnapshotCodec
{
    /// <summary>The payload to store under <see cref="ShardSnapshot.Manifest"/>.</summary>
    public static byte[] Encode(ShardSnapshot snapshot) => JsonSerializer.SerializeToUtf8Bytes(snapshot, ShardSnapshotJson.Default.ShardSnapshot);

    /// <summary>Reads what <see cref="Encode"/> wrote; throws <see cref="JsonException"/> for anything else.</summary>
    public static ShardSnapshot Decode(ReadOnlySpan<byte> payload) =>
        JsonSerializer.Deserialize(payload, ShardSnapshotJson.Default.ShardSnapshot) ?? throw new JsonException("a shard snapshot is an object, not null");
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ShardSnapshot))]
internal sealed partial class ShardSnapshotJson : JsonSerializerContext;
