using System.Text.Json;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols.Dns;

/// <summary>Writes the members of a message in DNS format (docs/formats.md).</summary>
internal static class DnsJson
{
    /// <summary>Writes the members into an object that the caller has begun.</summary>
    public static void Write(Utf8JsonWriter json, DnsMessage message)
    {
        json.WriteBoolean("response"u8, message.IsResponse);
        json.WriteStartArray("questions"u8);
        foreach (var question in message.Questions)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, question.Name);
            json.WriteNumber("type"u8, question.Type);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("records"u8);
        foreach (var record in message.Records) Write(json, record);
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, DnsRecord record)
    {
        json.WriteStartObject();
        json.WriteString("section"u8, record.Section switch
        {
            DnsSection.Answer => "answer",
            DnsSection.Authority => "authority",
            _ => "additional",
        });
        json.WriteString("name"u8, record.Name);
        json.WriteNumber("type"u8, record.Type);
        json.WriteNumber("ttl"u8, record.TimeToLive);
        json.WriteString("target"u8, record.Target);
        if (record.Port is { } port) json.WriteNumber("port"u8, port);
        else json.WriteNull("port"u8);
        json.WriteString("address"u8, record.Address.IsNone ? null : record.Address.ToString());
        WriteStrings(json, record.Text);
        WriteTypes(json, record.Types);
        json.WriteEndObject();
    }

    private static void WriteStrings(Utf8JsonWriter json, IReadOnlyList<string>? strings)
    {
        if (strings is null) { json.WriteNull("txt"u8); return; }
        json.WriteStartArray("txt"u8);
        foreach (var text in strings) json.WriteStringValue(text);
        json.WriteEndArray();
    }

    private static void WriteTypes(Utf8JsonWriter json, IReadOnlyList<ushort>? types)
    {
        if (types is null) { json.WriteNull("types"u8); return; }
        json.WriteStartArray("types"u8);
        foreach (var type in types) json.WriteNumberValue(type);
        json.WriteEndArray();
    }
}
