using System.Text.Json;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols.Dhcpv6;

/// <summary>The <c>dhcpv6</c> object of the observation contract (docs/formats.md).</summary>
internal static class Dhcpv6Json
{
    public static void Write(Utf8JsonWriter json, Dhcpv6Observation observation)
    {
        var message = observation.Message;
        json.WriteStartObject("dhcpv6"u8);
        json.WriteNumber("type"u8, (int)message.Type);
        json.WriteString("xid"u8, $"0x{message.TransactionId:x6}");
        json.WriteString("duid_type"u8, message.ClientDuid is { } duid ? new Duid(duid).TypeName : null);
        json.WriteString("client_duid_hex"u8, Hex(message.ClientDuid));
        json.WriteString("server_duid_hex"u8, Hex(message.ServerDuid));
        WriteCodes(json, "option_order"u8, message.OptionOrder);
        WriteCodes(json, "option_request"u8, message.OptionRequest);
        json.WriteStartArray("vendor_classes"u8);
        foreach (var vendor in message.VendorClasses) Write(json, vendor);
        json.WriteEndArray();
        json.WriteString("fqdn"u8, message.Fqdn);
        json.WriteString("lease"u8, message.Lease.IsNone ? null : message.Lease.ToString());
        json.WriteStartArray("relays"u8);
        foreach (var relay in observation.Relays) Write(json, relay);
        json.WriteEndArray();
        json.WriteBoolean("partial"u8, observation.IsPartial);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Dhcpv6VendorClass vendor)
    {
        json.WriteStartObject();
        json.WriteNumber("enterprise"u8, vendor.Enterprise);
        json.WriteStartArray("data"u8);
        foreach (var data in vendor.Data) json.WriteStringValue(data);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Dhcpv6Relay relay)
    {
        json.WriteStartObject();
        json.WriteNumber("type"u8, (int)relay.Type);
        json.WriteNumber("hop_count"u8, relay.HopCount);
        json.WriteString("link_address"u8, relay.LinkAddress.ToString());
        json.WriteString("peer_address"u8, relay.PeerAddress.ToString());
        WriteCodes(json, "option_order"u8, relay.OptionOrder);
        json.WriteEndObject();
    }

    private static string? Hex(byte[]? bytes) => bytes is null ? null : Convert.ToHexStringLower(bytes);

    private static void WriteCodes(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<int>? codes)
    {
        if (codes is null)
        {
            json.WriteNull(name);
            return;
        }
        json.WriteStartArray(name);
        for (var i = 0; i < codes.Count; i++) json.WriteNumberValue(codes[i]);
        json.WriteEndArray();
    }
}
