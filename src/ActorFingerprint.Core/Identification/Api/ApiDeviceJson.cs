using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using ActorFingerprint.Core.Text;

namespace ActorFingerprint.Core.Identification.Api;

/// <summary>
/// Reads a reply of <c>combinations/interrogate</c>, and writes and reads the form that the cache keeps. Tolerant: members may be missing,
/// of another kind or unknown. Bounded: at most <see cref="MaxLength"/> bytes, <see cref="MaxDepth"/> levels and <see cref="MaxPath"/>
/// names of <see cref="MaxName"/> characters. Never throws on what it reads.
/// </summary>
public static class ApiDeviceJson
{
    /// <summary>Longest reply, in bytes. Real ones have a few KiB.</summary>
    public const int MaxLength = 256 * 1024;

    /// <summary>Deepest nesting that is read.</summary>
    public const int MaxDepth = 16;

    /// <summary>Most names in a path; the API's tree has about 8 levels.</summary>
    public const int MaxPath = 32;

    /// <summary>Longest name that is kept, in characters.</summary>
    public const int MaxName = 128;

    private static readonly JsonDocumentOptions Bounded = new() { MaxDepth = MaxDepth };

    /// <summary>The device of a reply, or false when the bytes hold none.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> utf8, [NotNullWhen(true)] out ApiDevice? device)
    {
        device = null;
        if (utf8.Length > MaxLength) return false;
        try
        {
            using var document = JsonDocument.Parse(utf8, Bounded);
            device = Read(document.RootElement);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // No JSON, or text in it that is no UTF-16: nothing to read.
        }
        return device is not null;
    }

    /// <summary>The canonical form; a null device is written as <c>null</c> and stands for "the API knows nothing".</summary>
    public static string Write(ApiDevice? device)
    {
        if (device is null) return "null";
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("id", device.Id);
            json.WriteStartArray("path");
            foreach (var name in device.Path) json.WriteStringValue(name);
            json.WriteEndArray();
            json.WriteNumber("score", device.Score);
            json.WriteString("version", device.Version);
            json.WriteEndObject();
        }
        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static ApiDevice? Read(JsonElement reply)
    {
        if (reply.ValueKind != JsonValueKind.Object) return null;
        var path = PathOf(reply);
        if (path.Count == 0) return null;
        return new ApiDevice(path, ScoreOf(reply))
        {
            Id = Member(reply, "device") is { } device ? NumberOf(device, "id") : NumberOf(reply, "id"),
            Version = TextOf(reply, "version") ?? "",
        };
    }

    /// <summary>
    /// Our own <c>path</c>; else the API's <c>device</c> behind its <c>parents</c>, which come nearest first; else its <c>device_name</c>, a path
    /// with slashes; else the name of its <c>device</c> alone.
    /// </summary>
    private static List<string> PathOf(JsonElement reply)
    {
        if (Member(reply, "path") is { ValueKind: JsonValueKind.Array } kept) return Names(kept.EnumerateArray(), text: e => Text(e));
        var device = Member(reply, "device");
        if (device is { } node && Member(node, "parents") is { ValueKind: JsonValueKind.Array } parents && TextOf(node, "name") is { } own)
        {
            var path = Names(parents.EnumerateArray().Take(MaxPath - 1).Reverse(), e => TextOf(e, "name"));
            path.Add(own);
            return path;
        }
        if (TextOf(reply, "device_name") is { } slashed)
            return [.. slashed.Split('/', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Take(MaxPath)];
        return device is { } lone && TextOf(lone, "name") is { } name ? [name] : [];
    }

    private static List<string> Names(IEnumerable<JsonElement> elements, Func<JsonElement, string?> text) =>
        [.. elements.Take(MaxPath).Select(text).OfType<string>()];

    private static int ScoreOf(JsonElement reply) => Member(reply, "score") is { ValueKind: JsonValueKind.Number } score
        && score.TryGetDouble(out var value) && double.IsFinite(value) ? (int)Math.Clamp(Math.Round(value), 0, 100) : 0;

    private static long NumberOf(JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var value) && value >= 0 ? value : 0;

    private static string? TextOf(JsonElement element, string name) => Member(element, name) is { } member ? Text(member) : null;

    private static string? Text(JsonElement element) =>
        element.ValueKind == JsonValueKind.String && VisibleText.Of(element.GetString()!, MaxName) is { Length: > 0 } kept ? kept : null;

    private static JsonElement? Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : null;
}
