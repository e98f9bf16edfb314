using System.Text.Json;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols.Arp;

/// <summary>The <c>arp</c> object of the observation contract (docs/formats.md).</summary>
internal static class ArpJson
{
    public static void Write(Utf8JsonWriter json, ArpObservation packet)
    {
        json.WriteStartObject("arp"u8);
        json.WriteNumber("operation"u8, packet.Operation);
        json.WriteString("sender_mac"u8, packet.SenderMac.ToString());
        json.WriteString("target_mac"u8, MacText(packet.TargetMac));
        json.WriteString("frame_mac"u8, MacText(packet.FrameMac));
        json.WriteString("holder_mac"u8, MacText(packet.Holder));
        json.WriteEndObject();
    }

    private static string? MacText(MacAddress mac) => mac == MacAddress.None ? null : mac.ToString();
}
