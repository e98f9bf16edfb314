using System.Globalization;
using System.Text.Json;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols.Eve;

/// <summary>
/// The <c>mdns</c> event. A record has its name and a member named like its type: a text, for TXT an array, for SRV an object. Records whose
/// data is not read have their name alone.
/// </summary>
internal static class MdnsEve
{
    public static void Write(Utf8JsonWriter json, Observation observation)
    {
        if (observation is not MdnsObservation { Message: { } message }) return;
        json.WriteStartObject("mdns"u8);
        json.WriteString("type"u8, message.IsResponse ? "response" : "request");
        json.WriteNumber("opcode"u8, 0); // messages with another are not read
        if (message.Questions.Count > 0)
        {
            json.WriteStartArray("queries"u8);
            foreach (var question in message.Questions)
            {
                json.WriteStartObject();
                json.WriteString("rrname"u8, question.Name);
                json.WriteString("rrtype"u8, TypeName(question.Type));
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        WriteSection(json, "answers"u8, message, DnsSection.Answer);
        WriteSection(json, "authorities"u8, message, DnsSection.Authority);
        WriteSection(json, "additionals"u8, message, DnsSection.Additional);
        json.WriteEndObject();
    }

    private static void WriteSection(Utf8JsonWriter json, ReadOnlySpan<byte> name, DnsMessage message, DnsSection section)
    {
        if (!message.Records.Any(record => record.Section == section)) return;
        json.WriteStartArray(name);
        foreach (var record in message.Records)
            if (record.Section == section) WriteRecord(json, record);
        json.WriteEndArray();
    }

    private static void WriteRecord(Utf8JsonWriter json, DnsRecord record)
    {
        json.WriteStartObject();
        json.WriteString("rrname"u8, record.Name);
        if (record.Text is { } texts)
        {
            json.WriteStartArray(TypeName(record.Type));
            foreach (var text in texts) json.WriteStringValue(text);
            json.WriteEndArray();
        }
        else if (!record.Address.IsNone)
        {
            json.WriteString(TypeName(record.Type), record.Address.ToString());
        }
        else if (record.Port is { } port)
        {
            json.WriteStartObject(TypeName(record.Type));
            json.WriteNumber("port"u8, port);
            if (record.Target is { } host) json.WriteString("name"u8, host);
            json.WriteEndObject();
        }
        else if (record.Target is { } target)
        {
            json.WriteString(TypeName(record.Type), target);
        }
        json.WriteEndObject();
    }

    private static string TypeName(ushort type) => type switch
    {
        1 => "a",
        2 => "ns",
        5 => "cname",
        12 => "ptr",
        13 => "hinfo",
        16 => "txt",
        28 => "aaaa",
        33 => "srv",
        41 => "opt",
        47 => "nsec",
        255 => "any",
        _ => type.ToString(CultureInfo.InvariantCulture),
    };
}
