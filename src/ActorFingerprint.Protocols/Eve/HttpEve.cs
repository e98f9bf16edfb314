using System.Text.Json;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols.Eve;

/// <summary>The <c>http</c> event: one a request and one an answer, where Suricata writes one for both.</summary>
internal static class HttpEve
{
    public static void Write(Utf8JsonWriter json, Observation observation)
    {
        if (observation is not HttpObservation http) return;
        json.WriteStartObject("http"u8);
        if (http is HttpRequestObservation request)
        {
            if (request.Host is { Length: > 0 } host) json.WriteString("hostname"u8, host);
            if (request.UserAgent is { } agent) json.WriteString("http_user_agent"u8, agent);
            json.WriteString("http_method"u8, request.Method);
        }
        json.WriteString("protocol"u8, $"HTTP/1.{http.MinorVersion}");
        if (http is HttpResponseObservation response)
        {
            json.WriteNumber("status"u8, response.Status);
            if (response.Server is { } server) json.WriteString("server"u8, server);
        }
        json.WriteEndObject();
    }
}
