using System.Globalization;
using System.Text.Json;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols.Eve;

/// <summary>The <c>mdns</c> event. Data of a record is one text; that of TXT is an array of them.</summary>
internal static class MdnsEve
{
    public static void Write(Utf8JsonWriter json, Observation observation)
    {
        if (observation is not MdnsObservation { Message: { } message }) return;
        json.WriteStartObject("mdns"u8);
        json.WriteString("type"u8, message.IsResponse ? "response" : "request");
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
        json.WriteString("rrtype"u8, TypeName(record.Type));
        json.WriteNumber("ttl"u8, record.TimeToLive);
        if (record.Text is { } texts)
        {
            json.WriteStartArray("rdata"u8);
            foreach (var text in texts) json.WriteStringValue(text);
            json.WriteEndArray();
        }
        else if (!record.Address.IsNone)
        {
            json.WriteString("rdata"u8, record.Address.ToString());
        }
        else if (record.Target is { } target)
        {
            json.WriteString("rdata"u8, target);
            if (record.Port is { } port) json.WriteNumber("port"u8, port);
        }
        json.WriteEndObject();
    }

    private static string TypeName(ushort type) => type switch
    {
        1 => "A",
        2 => "NS",
        5 => "CNAME",
        12 => "PTR",
        13 => "HINFO",
        16 => "TXT",
        28 => "AAAA",
        33 => "SRV",
        41 => "OPT",
        47 => "NSEC",
        255 => "ANY",
        _ => type.ToString(CultureInfo.InvariantCulture),
    };
}
