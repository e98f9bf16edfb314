using System.Text.Json;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols.Eve;

/// <summary>The <c>arp</c> event.</summary>
internal static class ArpEve
{
    public static void Write(Utf8JsonWriter json, Observation observation)
    {
        if (observation is not ArpObservation arp) return;
        json.WriteStartObject("arp"u8);
        json.WriteString("hw_type"u8, "ethernet");
        json.WriteString("proto_type"u8, "ipv4");
        json.WriteString("opcode"u8, arp.Operation switch
        {
            1 => "request",
            2 => "reply",
            3 => "request_reverse",
            4 => "reply_reverse",
            _ => "unknown",
        });
        json.WriteString("src_mac"u8, arp.SenderMac.ToString().ToLowerInvariant());
        json.WriteString("src_ip"u8, arp.Source.ToString());
        json.WriteString("dest_mac"u8, arp.TargetMac.ToString().ToLowerInvariant());
        json.WriteString("dest_ip"u8, arp.Destination.ToString());
        json.WriteEndObject();
    }
}
