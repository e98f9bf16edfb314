using System.Text.Json;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols.Ssdp;

/// <summary>Writes the <c>ssdp</c> object of the contract (docs/formats.md).</summary>
internal static class SsdpJson
{
    public static void Write(Utf8JsonWriter json, SsdpObservation observation)
    {
        var message = observation.Message;
        json.WriteStartObject("ssdp"u8);
        json.WriteString("start_line"u8, message.StartLine);
        json.WriteString("server"u8, message.Server);
        json.WriteString("location"u8, message.Location);
        json.WriteString("usn"u8, message.UniqueServiceName);
        json.WriteString("st"u8, message.SearchTarget);
        json.WriteString("nt"u8, message.NotificationType);
        json.WriteString("nts"u8, message.NotificationSubType);
        json.WriteString("user_agent"u8, message.UserAgent);
        json.WriteEndObject();
    }
}
