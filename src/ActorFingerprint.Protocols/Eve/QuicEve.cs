using System.Text.Json;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols.Eve;

/// <summary>The <c>quic</c> event. The version is the number of the Initial packet in hexadecimal, as Suricata writes it.</summary>
internal static class QuicEve
{
    public static void Write(Utf8JsonWriter json, Observation observation)
    {
        json.WriteStartObject("quic"u8);
        if (observation is ClientHelloObservation client)
        {
            if (client.Quic is { } quic) json.WriteString("version"u8, $"{quic.Version:x}");
            if (client.Hello.Sni.Length > 0) json.WriteString("sni"u8, client.Hello.Sni);
            if (client.Quic?.UserAgent is { } agent) json.WriteString("ua"u8, agent);
            TlsEve.WriteFingerprints(json, client.Hello);
        }
        else if (observation is ServerHelloObservation server)
        {
            TlsEve.WriteFingerprints(json, server.Hello);
        }
        json.WriteEndObject();
    }
}
