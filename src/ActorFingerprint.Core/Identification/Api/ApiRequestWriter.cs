using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using ActorFingerprint.Core.Net;

namespace ActorFingerprint.Core.Identification.Api;

/// <summary>Writes the request body of <c>combinations/interrogate</c>: what is shown to people is made here, too.</summary>
public static class ApiRequestWriter
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One JSON object in UTF-8; members that are not known are left out.</summary>
    public static byte[] Write(MacAddress mac, ApiSignals signals)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            json.WriteStartObject();
            if (mac.IsUnicast) json.WriteString(ApiFields.NameOf(ApiField.Mac), mac.ToString());
            WriteText(json, ApiField.DhcpFingerprint, signals.DhcpFingerprint);
            WriteText(json, ApiField.DhcpVendor, signals.DhcpVendor);
            WriteText(json, ApiField.Dhcp6Fingerprint, signals.Dhcp6Fingerprint);
            if (signals.UserAgents.Count > 0)
            {
                json.WriteStartArray(ApiFields.NameOf(ApiField.UserAgents));
                foreach (var agent in signals.UserAgents) json.WriteStringValue(agent);
                json.WriteEndArray();
            }
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteText(Utf8JsonWriter json, ApiField field, string? text)
    {
        if (text is not null) json.WriteString(ApiFields.NameOf(field), text);
    }
}
