using System.Text.Json;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols.Http;

/// <summary>The <c>http</c> object of the observation contract (docs/formats.md).</summary>
internal static class HttpJson
{
    /// <summary>Writes the member with its name.</summary>
    public static void Write(Utf8JsonWriter json, HttpObservation observation)
    {
        var request = observation as HttpRequestObservation;
        var response = observation as HttpResponseObservation;
        json.WriteStartObject("http"u8);
        json.WriteString("version"u8, $"1.{observation.MinorVersion}");
        json.WriteString("method"u8, request?.Method);
        json.WriteString("host"u8, request?.Host);
        json.WriteString("user_agent"u8, request?.UserAgent);
        if (response is null) json.WriteNull("status"u8);
        else json.WriteNumber("status"u8, response.Status);
        json.WriteString("server"u8, response?.Server);
        json.WriteStartArray("header_order"u8);
        foreach (var name in observation.FieldNames) json.WriteStringValue(name);
        json.WriteEndArray();
        json.WriteString("signature"u8, observation.Signature);
        json.WriteBoolean("partial"u8, observation.IsPartial);
        json.WriteEndObject();
    }
}
