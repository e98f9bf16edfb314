using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ActorFingerprint.Limits.Identity;

/// <summary>
/// Canonical JSON of the client-assisted signals (AF-1 §5): keys in ordinal order at every depth, lists as given, scalars of the type they
/// came with; a missing or empty map is the empty text. Also the two buckets that a page applies before it sends anything.
/// </summary>
public static class ClientHintMap
{
    /// <summary>Longest canonical form, in bytes of UTF-8.</summary>
    public const int MaxLength = 2048;

    private const int MaxDepth = 8;

    // The text is hashed, never shown: characters stay as they are, and only what JSON itself demands is escaped.
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The canonical form.</summary>
    /// <exception cref="ArgumentException">Not an object, deeper than 8, repeats a key, or longer than <see cref="MaxLength"/>.</exception>
    public static string Canonicalize(JsonElement? hints)
    {
        if (hints is not { } map || map.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null) return "";
        if (map.ValueKind != JsonValueKind.Object) throw Refused($"must be an object, not {map.ValueKind}");
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Plain)) Write(writer, map, 1);
        if (buffer.Length > MaxLength) throw Refused($"must fit {MaxLength} bytes as canonical JSON");
        var text = Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
        return text == "{}" ? "" : text;
    }

    /// <summary>A screen side pair, each floored to 100 px: <c>1900x1000</c>.</summary>
    public static string ScreenBucket(int width, int height) =>
        string.Create(CultureInfo.InvariantCulture, $"{width / 100 * 100}x{height / 100 * 100}");

    /// <summary>A UTC offset in minutes, floored to 60: <c>+60</c>, <c>-300</c>, <c>+0</c>.</summary>
    public static string TimezoneBucket(int offsetMinutes) =>
        ((int)Math.Floor(offsetMinutes / 60m) * 60).ToString("+0;-0;+0", CultureInfo.InvariantCulture);

    private static void Write(Utf8JsonWriter writer, JsonElement value, int depth)
    {
        if (depth > MaxDepth) throw Refused($"must not be nested deeper than {MaxDepth}");
        if (writer.BytesCommitted + writer.BytesPending > MaxLength) throw Refused($"must fit {MaxLength} bytes as canonical JSON");
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                string? before = null;
                foreach (var member in value.EnumerateObject().OrderBy(m => m.Name, StringComparer.Ordinal))
                {
                    if (member.Name == before) throw Refused($"must not repeat the key '{member.Name}'");
                    before = member.Name;
                    writer.WritePropertyName(member.Name);
                    Write(writer, member.Value, depth + 1);
                }
                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in value.EnumerateArray()) Write(writer, item, depth + 1);
                writer.WriteEndArray();
                break;
            case JsonValueKind.Number:
                writer.WriteRawValue(value.GetRawText());
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }

    private static ArgumentException Refused(string why) => new($"client hints {why}");
}
