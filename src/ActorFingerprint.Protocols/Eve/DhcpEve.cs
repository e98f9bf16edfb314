using System.Globalization;
using System.Text;
using System.Text.Json;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Core.Text;

namespace ActorFingerprint.Protocols.Eve;

/// <summary>
/// The <c>dhcp</c> event in its extended form. <c>params</c> names the options that EVE has names for and passes over the others, as
/// Suricata does; <c>option55</c>, ours, has all of them in wire order.
/// </summary>
internal static class DhcpEve
{
    public static void Write(Utf8JsonWriter json, Observation observation)
    {
        if (observation is not DhcpObservation message) return;
        var options = message.Options;
        json.WriteStartObject("dhcp"u8);
        json.WriteString("type"u8, message.Op switch { 1 => "request", 2 => "reply", _ => "<unknown>" });
        json.WriteNumber("id"u8, message.TransactionId);
        json.WriteString("client_mac"u8, Colons(message.ClientHardwareAddress));
        json.WriteString("assigned_ip"u8, message.YourAddress.ToString());
        json.WriteString("client_ip"u8, message.ClientAddress.ToString());
        if (message.Op == 2) json.WriteString("relay_ip"u8, message.RelayAddress.ToString());
        if (message.MessageType != DhcpMessageType.Bootp) json.WriteString("dhcp_type"u8, TypeName(message.MessageType));
        if (!message.RequestedAddress.IsNone) json.WriteString("requested_ip"u8, message.RequestedAddress.ToString());
        if (options.ParameterRequestList is { } list) WriteParameters(json, list);
        if (options.HostName is { Length: > 0 } name) json.WriteString("hostname"u8, WireText.Escape(name));
        if (options.ClientIdentifier is { Length: > 1 } identifier) json.WriteString("client_id"u8, Colons(identifier.AsSpan(1))); // without its type
        if (options.VendorClass is { } vendor) json.WriteString("vendor_class_identifier"u8, WireText.Escape(vendor));
        json.WriteEndObject();
    }

    private static void WriteParameters(Utf8JsonWriter json, byte[] list)
    {
        json.WriteStartArray("params"u8);
        foreach (var code in list)
            if (ParameterName(code) is { } name)
                json.WriteStringValue(name);
        json.WriteEndArray();
        json.WriteStartArray("option55"u8);
        foreach (var code in list) json.WriteNumberValue(code);
        json.WriteEndArray();
    }

    private static string? ParameterName(byte code) => code switch
    {
        1 => "subnet_mask",
        3 => "router",
        6 => "dns_server",
        15 => "domain",
        35 => "arp_timeout",
        42 => "ntp_server",
        66 => "tftp_server_name",
        150 => "tftp_server_ip",
        _ => null,
    };

    private static string TypeName(DhcpMessageType type) =>
        type <= DhcpMessageType.Inform ? type.ToString().ToLowerInvariant() : "unknown";

    private static string Colons(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        foreach (var b in bytes) text.Append(CultureInfo.InvariantCulture, $"{(text.Length == 0 ? "" : ":")}{b:x2}");
        return text.ToString();
    }
}
