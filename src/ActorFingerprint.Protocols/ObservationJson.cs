using System.Globalization;
using System.Text.Json;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Fingerprints;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Core.Text;
using ActorFingerprint.Protocols.Arp;
using ActorFingerprint.Protocols.Banners;
using ActorFingerprint.Protocols.Cdp;
using ActorFingerprint.Protocols.Dhcp;
using ActorFingerprint.Protocols.Dhcpv6;
using ActorFingerprint.Protocols.Handshakes;
using ActorFingerprint.Protocols.Http;
using ActorFingerprint.Protocols.Icmpv6;
using ActorFingerprint.Protocols.Lldp;
using ActorFingerprint.Protocols.Mdns;
using ActorFingerprint.Protocols.Names;
using ActorFingerprint.Protocols.Ntp;
using ActorFingerprint.Protocols.Quic;
using ActorFingerprint.Protocols.Smb;
using ActorFingerprint.Protocols.Ssdp;
using ActorFingerprint.Protocols.Ssh;
using ActorFingerprint.Protocols.Tls;

namespace ActorFingerprint.Protocols;

/// <summary>
/// The observation contract: one JSON object per observation, members always present and in this order (docs/formats.md).
/// Text from the wire is escaped as <see cref="WireText"/> says before JSON escapes it.
/// </summary>
public static class ObservationJson
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'";

    /// <summary>Writes one object. The caller ends the line.</summary>
    /// <param name="json">Where to; between two values.</param>
    /// <param name="observation">What was seen.</param>
    /// <param name="pcapName">Name of the source that held the frame.</param>
    /// <param name="frameInFile">1-based number of the frame in that source.</param>
    public static void Write(Utf8JsonWriter json, Observation observation, string pcapName, long frameInFile)
    {
        json.WriteStartObject();
        json.WriteNumber("frame"u8, frameInFile);
        json.WriteString("ts"u8, new DateTime(observation.AtTicks, DateTimeKind.Utc).ToString(TimeFormat, CultureInfo.InvariantCulture));
        json.WriteString("pcap"u8, pcapName);
        json.WriteString("protocol"u8, observation.Protocol);
        json.WriteString("event"u8, observation.Event);
        json.WriteString("device"u8, Name(observation.Device));
        WriteAddress(json, "src_ip"u8, observation.Source);
        json.WriteNumber("src_port"u8, observation.SourcePort);
        WriteAddress(json, "dst_ip"u8, observation.Destination);
        json.WriteNumber("dst_port"u8, observation.DestinationPort);
        WriteBody(json, observation);
        json.WriteEndObject();
    }

    /// <summary>The objects that only this kind of observation has.</summary>
    internal static void WriteBody(Utf8JsonWriter json, Observation observation)
    {
        switch (observation)
        {
            case CertificateObservation certificate:
                CertificateJson.Write(json, certificate.Certificate);
                break;
            case BannerObservation banner:
                BannerJson.Write(json, banner);
                break;
            case ClientHelloObservation client:
                WriteTls(json, client.Hello, client.IsPartial);
                if (client.Quic is { } quic) QuicJson.Write(json, quic);
                break;
            case ServerHelloObservation server:
                WriteTls(json, server.Hello, server.IsPartial);
                break;
            case ArpObservation arp:
                ArpJson.Write(json, arp);
                break;
            case CdpObservation cdp:
                CdpJson.Write(json, cdp);
                break;
            case DhcpObservation dhcp:
                WriteDhcp(json, dhcp);
                break;
            case MdnsObservation mdns:
                MdnsJson.Write(json, mdns);
                break;
            case NetbiosNameObservation or NetbiosDatagramObservation or LlmnrObservation:
                NamesJson.Write(json, (DiscoveryObservation)observation);
                break;
            case SsdpObservation ssdp:
                SsdpJson.Write(json, ssdp);
                break;
            case Dhcpv6Observation dhcpv6:
                Dhcpv6Json.Write(json, dhcpv6);
                break;
            case LldpObservation lldp:
                LldpJson.Write(json, lldp);
                break;
            case NeighborObservation neighbor:
                Icmpv6Json.Write(json, neighbor);
                break;
            case HttpObservation http:
                HttpJson.Write(json, http);
                break;
            case SmbObservation smb:
                SmbJson.Write(json, smb);
                break;
            case SshObservation ssh:
                SshJson.Write(json, ssh);
                break;
            case NtpObservation ntp:
                NtpJson.Write(json, ntp);
                break;
            case TcpHandshakeObservation handshake:
                HandshakeJson.Write(json, handshake);
                break;
        }
    }

    private static void WriteTls(Utf8JsonWriter json, ClientHello hello, bool isPartial)
    {
        json.WriteStartObject("tls"u8);
        json.WriteString("version"u8, VersionName(hello.HighestVersion));
        WriteText(json, "sni"u8, hello.HasSni ? hello.Sni : null);
        json.WriteStartArray("alpn"u8);
        foreach (var name in hello.Alpn ?? []) json.WriteStringValue(WireText.Escape(name));
        json.WriteEndArray();
        json.WriteString("ja3"u8, hello.Ja3);
        json.WriteString("ja3_full"u8, hello.Ja3Text());
        json.WriteNull("ja3s"u8);
        json.WriteString("ja4"u8, hello.Ja4);
        json.WriteString("ja4_r"u8, hello.Ja4Raw());
        json.WriteString("ja4_o"u8, hello.Ja4Original());
        json.WriteString("ja4_ro"u8, hello.Ja4OriginalRaw());
        json.WriteBoolean("ech"u8, hello.HasEch);
        json.WriteBoolean("partial"u8, isPartial);
        json.WriteString("stack"u8, hello.Stack);
        json.WriteEndObject();
    }

    private static void WriteTls(Utf8JsonWriter json, ServerHello hello, bool isPartial)
    {
        json.WriteStartObject("tls"u8);
        json.WriteString("version"u8, VersionName(hello.SelectedVersion ?? hello.LegacyVersion));
        json.WriteNull("sni"u8);
        json.WriteStartArray("alpn"u8);
        json.WriteEndArray();
        json.WriteNull("ja3"u8);
        json.WriteNull("ja3_full"u8);
        json.WriteString("ja3s"u8, hello.Ja3S);
        json.WriteNull("ja4"u8);
        json.WriteNull("ja4_r"u8);
        json.WriteNull("ja4_o"u8);
        json.WriteNull("ja4_ro"u8);
        json.WriteBoolean("ech"u8, false);
        json.WriteBoolean("partial"u8, isPartial);
        json.WriteNull("stack"u8);
        json.WriteEndObject();
    }

    private static void WriteDhcp(Utf8JsonWriter json, DhcpObservation message)
    {
        var options = message.Options;
        json.WriteStartObject("dhcp"u8);
        json.WriteNumber("op"u8, message.Op);
        WriteText(json, "client_mac"u8, MacText(message.ClientHardwareAddress));
        json.WriteNumber("hlen"u8, message.HardwareLength);
        json.WriteString("msg_type"u8, DhcpMessageTypeNames.Of(message.MessageType));
        WriteList(json, "option55"u8, options.ParameterRequestList);
        WriteEscaped(json, "option60"u8, options.VendorClass);
        WriteEscaped(json, "option12"u8, options.HostName);
        WriteHex(json, "option61_hex"u8, options.ClientIdentifier);
        WriteHex(json, "option77_hex"u8, options.UserClass);
        WriteHex(json, "option81_hex"u8, options.ClientFqdn);
        WriteAddress(json, "requested_ip"u8, message.RequestedAddress);
        WriteAddress(json, "giaddr"u8, message.RelayAddress);
        WriteAddress(json, "ciaddr"u8, message.ClientAddress);
        WriteAddress(json, "yiaddr"u8, message.YourAddress);
        json.WriteString("xid"u8, $"0x{message.TransactionId:x8}");
        WriteList(json, "option_order"u8, options.Order);
        json.WriteEndObject();
    }

    private static string Name(DeviceKey device) => device.Kind == DeviceKeyKind.Mac ? device.Mac.ToString() : device.ToString();

    private static string? MacText(byte[] address) => address is [] ? null : BitConverter.ToString(address).Replace('-', ':');

    private static string VersionName(ushort version) => version switch
    {
        0x0304 => "TLS 1.3",
        0x0303 => "TLS 1.2",
        0x0302 => "TLS 1.1",
        0x0301 => "TLS 1.0",
        0x0300 => "SSL 3.0",
        0xFEFC => "DTLS 1.3",
        0xFEFD => "DTLS 1.2",
        0xFEFF => "DTLS 1.0",
        _ => $"0x{version:x4}",
    };

    private static void WriteText(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? text)
    {
        if (text is null) json.WriteNull(name);
        else json.WriteString(name, text);
    }

    private static void WriteAddress(Utf8JsonWriter json, ReadOnlySpan<byte> name, NetworkAddress address) =>
        WriteText(json, name, address.IsNone ? null : address.ToString());

    private static void WriteEscaped(Utf8JsonWriter json, ReadOnlySpan<byte> name, byte[]? bytes) =>
        WriteText(json, name, bytes is null ? null : WireText.Escape(bytes));

    private static void WriteHex(Utf8JsonWriter json, ReadOnlySpan<byte> name, byte[]? bytes) =>
        WriteText(json, name, bytes is null ? null : Convert.ToHexStringLower(bytes));

    private static void WriteList(Utf8JsonWriter json, ReadOnlySpan<byte> name, byte[]? numbers)
    {
        if (numbers is null) { json.WriteNull(name); return; }
        json.WriteStartArray(name);
        foreach (var number in numbers) json.WriteNumberValue(number);
        json.WriteEndArray();
    }
}
