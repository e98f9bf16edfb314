using System.Net;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Protocols;
using static ActorFingerprint.Tests.Protocols.Network.Wire;

namespace ActorFingerprint.Tests.Protocols.Dhcpv6;

/// <summary>DHCPv6 messages made by code.</summary>
internal static class Dhcpv6Bytes
{
    /// <summary>DUID-LLT of 02:00:00:00:00:99.</summary>
    public static readonly byte[] LinkLayerTime = [0, 1, 0, 1, 1, 2, 3, 4, 2, 0, 0, 0, 0, 0x99];

    /// <summary>DUID-UUID.</summary>
    public static readonly byte[] Uuid = [0, 4, .. Bytes(16, 0xAB)];

    public static byte[] Message(byte type, params byte[][] options) => [type, 0xAB, 0xCD, 0xEF, .. options.SelectMany(option => option)];

    public static byte[] Option(int code, params byte[] value) => [.. U16(code), .. U16(value.Length), .. value];

    public static byte[] Codes(int code, params int[] codes) => Option(code, [.. codes.SelectMany(U16)]);

    public static byte[] Relay(byte type, byte hops, params byte[][] options) =>
        [type, hops, .. Ip("2001:db8::1"), .. Ip("fe80::9"), .. options.SelectMany(option => option)];

    public static byte[] Lease(string address, int validLifetime) =>
        Option(5, [.. Ip(address), .. U32(1), .. U32(validLifetime)]);

    /// <summary>A solicitation with everything that is read.</summary>
    public static byte[] Solicit(byte[]? duid = null) => Message(
        1,
        Option(1, duid ?? LinkLayerTime),
        Codes(6, 24, 23, 17, 23),
        Option(8, 0, 0),
        Option(3, [.. Bytes(12, 0), .. Lease("2001:db8::7", 60)]),
        Option(16, [.. U32(311), .. U16(8), .. "MSFT 5.0"u8]),
        Option(39, [0, 4, .. "host"u8, 3, .. "lan"u8, 0]));

    /// <summary>The header of a client's multicast.</summary>
    public static PacketHeader FromClient() => new()
    {
        Interest = Interest.Dhcpv6,
        SourceMac = StageProbe.ClientMac,
        DestinationMac = MacOf(0x333300010002),
        Source = V6("fe80::7"),
        Destination = V6("ff02::1:2"),
        SourcePort = 546,
        DestinationPort = 547,
    };

    /// <summary>The header of an answer to the client.</summary>
    public static PacketHeader FromServer() => new()
    {
        Interest = Interest.Dhcpv6,
        SourceMac = StageProbe.ServerMac,
        DestinationMac = StageProbe.ClientMac,
        Source = V6("fe80::1"),
        Destination = V6("fe80::7"),
        SourcePort = 547,
        DestinationPort = 546,
    };

    /// <summary>The header of a relay's or a routed packet.</summary>
    public static PacketHeader Routed() => FromClient() with { Source = V6("2001:db8::a"), Destination = V6("2001:db8::b") };

    public static NetworkAddress V6(string text) => NetworkAddress.TryParse(text, out var address) ? address : default;

    private static MacAddress MacOf(ulong value) => new(value);

    private static byte[] Ip(string text) => IPAddress.Parse(text).GetAddressBytes();
}
