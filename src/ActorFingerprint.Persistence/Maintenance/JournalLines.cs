using System.Buffers;
using System.Text;
using System.Text.Json;
using ActorFingerprint.Engine.Journal;

namespace ActorFingerprint.Persistence.Maintenance;

/// <summary>
/// A stored event as a line of JSON. The payload is itself JSON and stands in the line as it is stored; one that would not come back
/// byte for byte (line breaks, not JSON) is Base64 under <c>payload_base64</c>.
/// </summary>
internal static class JournalLines
{
    private const string Hint = "write what 'journal export' wrote";

    /// <summary>Writes the line without its line break.</summary>
    public static void Write(StoredEvent stored, IBufferWriter<byte> to)
    {
        using var json = new Utf8JsonWriter(to);
        json.WriteStartObject();
        json.WriteNumber("ordering", stored.Ordering);
        json.WriteString("persistence_id", stored.PersistenceId);
        json.WriteNumber("sequence_number", stored.SequenceNumber);
        json.WriteNumber("created", stored.CreatedMs);
        json.WriteString("manifest", stored.Manifest);
        json.WriteString("writer_uuid", stored.WriterUuid);
        if (stored.Tag is not null) json.WriteString("tag", stored.Tag);
        if (IsPlainJson(stored.Payload.Span))
        {
            json.WritePropertyName("payload");
            json.WriteRawValue(stored.Payload.Span, skipInputValidation: true);
        }
        else
        {
            json.WriteBase64String("payload_base64", stored.Payload.Span);
        }
        json.WriteEndObject();
    }

    /// <summary>Reads a line; throws <see cref="InvalidDataException"/> saying what is missing or wrong.</summary>
    public static StoredEvent Read(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            var payload = root.TryGetProperty("payload_base64", out var base64)
                ? base64.GetBytesFromBase64()
                : Encoding.UTF8.GetBytes(Member(root, "payload").GetRawText());
            return new StoredEvent(
                Member(root, "ordering").GetInt64(),
                Text(root, "persistence_id"),
                Member(root, "sequence_number").GetInt64(),
                Text(root, "manifest"),
                payload,
                Member(root, "created").GetInt64(),
                Text(root, "writer_uuid"),
                root.TryGetProperty("tag", out var tag) ? tag.GetString() : null);
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"not JSON; {Hint}", error);
        }
        catch (Exception error) when (error is InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"this is no event; {Hint}", error);
        }
    }

    private static string Text(JsonElement root, string name) =>
        Member(root, name).GetString() ?? throw new InvalidDataException($"\"{name}\" is null; {Hint}");

    private static JsonElement Member(JsonElement root, string name) =>
        root.TryGetProperty(name, out var member) ? member : throw new InvalidDataException($"\"{name}\" is missing; {Hint}");

    private static bool IsPlainJson(ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty || payload.ContainsAny((byte)'\n', (byte)'\r')) return false;
        if (char.IsWhiteSpace((char)payload[0]) || char.IsWhiteSpace((char)payload[^1])) return false;
        try
        {
            var reader = new Utf8JsonReader(payload);
            while (reader.Read()) { }
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
