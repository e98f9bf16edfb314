using System.Text.Json;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Protocols.Dns;

namespace ActorFingerprint.Protocols.Mdns;

/// <summary>Writes the <c>mdns</c> object of the contract (docs/formats.md).</summary>
internal static class MdnsJson
{
    public static void Write(Utf8JsonWriter json, MdnsObservation observation)
    {
        json.WriteStartObject("mdns"u8);
        DnsJson.Write(json, observation.Message);
        json.WriteEndObject();
    }
}
