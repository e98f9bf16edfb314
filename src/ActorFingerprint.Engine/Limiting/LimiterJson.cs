using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using ActorFingerprint.Limits.Entities;
using ActorFingerprint.Limits.Keys;

namespace ActorFingerprint.Engine.Limiting;

/// <summary>
/// The storage format of the limiter: UTF-8 JSON, camel case. Holds digests and numbers only. Sample files under tests/data/events hold it
/// still, byte for byte. A member of a constructor without default must be in the JSON.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true,
    UseStringEnumConverter = true,
    RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true,
    Converters = [typeof(KeyDigestConverter), typeof(KeyRefConverter)])]
[JsonSerializable(typeof(LimiterEvent.Scored))]
[JsonSerializable(typeof(LimiterEvent.Blocked))]
[JsonSerializable(typeof(LimiterEvent.HardCycled))]
[JsonSerializable(typeof(LimiterEvent.DecayPaused))]
[JsonSerializable(typeof(LimiterEvent.WatchCounted))]
[JsonSerializable(typeof(LimiterEvent.BudgetCounted))]
[JsonSerializable(typeof(LimiterEvent.CooldownStarted))]
[JsonSerializable(typeof(LimiterEvent.AllowanceCounted))]
[JsonSerializable(typeof(LimiterEvent.FingerprintMissed))]
[JsonSerializable(typeof(LimiterEvent.FingerprintReturned))]
[JsonSerializable(typeof(LimiterEvent.SoftFailureEnded))]
[JsonSerializable(typeof(LimiterEvent.OccurrenceCounted))]
[JsonSerializable(typeof(LimiterEvent.FloodStaged))]
[JsonSerializable(typeof(LimiterEvent.DilutionMarked))]
[JsonSerializable(typeof(LimiterEvent.ThrottleCounted))]
[JsonSerializable(typeof(LimiterEvent.Rekeyed))]
[JsonSerializable(typeof(LimiterEvent.Unblocked))]
[JsonSerializable(typeof(LimiterEvent.Reset))]
[JsonSerializable(typeof(StoredFacts))]
[JsonSerializable(typeof(StoredWindows))]
internal sealed partial class LimiterJson : JsonSerializerContext;

/// <summary>Events inside an event or a snapshot, each with its manifest.</summary>
/// <param name="At">Unix seconds.</param>
/// <param name="Facts">In order.</param>
internal sealed record StoredFacts(long At, IReadOnlyList<StoredFact> Facts);

/// <summary>One of them.</summary>
internal sealed record StoredFact(string Manifest, JsonElement Event);

/// <summary>A digest as 32 hex digits; empty for none.</summary>
internal sealed class KeyDigestConverter : JsonConverter<KeyDigest>
{
    public override KeyDigest Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Parse(reader.GetString());

    public override void Write(Utf8JsonWriter writer, KeyDigest value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.IsNone ? "" : value.ToString());

    internal static KeyDigest Parse(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty) return default;
        return text.Length == 32
            && ulong.TryParse(text[..16], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var high)
            && ulong.TryParse(text[16..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var low)
            ? new(high, low)
            : throw new JsonException("this is no digest: 32 hex digits");
    }
}

/// <summary>A key of an entity: <c>K4</c> for the entity's own, else <c>K5:</c> and its digest.</summary>
internal sealed class KeyRefConverter : JsonConverter<KeyRef>
{
    public override KeyRef Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.GetString() is not { Length: 2 or 35 } text || text[0] != 'K' || text[1] is not ((>= '1' and <= '5') or '0')
            || (text.Length > 2 && text[2] != ':'))
            throw new JsonException("this is no key: K1 to K5, then ':' and a digest");
        return new((KeyType)(text[1] - '0'), text.Length == 2 ? default : KeyDigestConverter.Parse(text.AsSpan(3)));
    }

    public override void Write(Utf8JsonWriter writer, KeyRef value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Digest.IsNone ? $"K{(int)value.Type}" : $"K{(int)value.Type}:{value.Digest}");
}
