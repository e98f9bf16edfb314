using System.Net;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Protocols;
using static ActorFingerprint.Tests.Protocols.Network.Wire;

namespace ActorFingerprint.Tests.Protocols.Icmpv6;

/// <summary>Neighbour discovery messages made by code.</summary>
internal static class NeighborBytes
{
    public const ulong Alice = 0x020000000001;
    public const ulong Bob = 0x020000000002;
    public const string AllNodes = "ff02::1";

    public static byte[] RouterSolicitation(params byte[] options) => [133, 0, 0, 0, 0, 0, 0, 0, .. options];

    public static byte[] RouterAdvertisement(byte flags, params byte[] options) =>
        [134, 0, 0, 0, 64, flags, .. U16(1800), .. new byte[8], .. options];

    public static byte[] Solicitation(string target, params byte[] options) => [135, 0, 0, 0, 0, 0, 0, 0, .. Ip(target), .. options];

    public static byte[] Advertisement(byte flags, string target, params byte[] options) =>
        [136, 0, 0, 0, flags, 0, 0, 0, .. Ip(target), .. options];

    public static byte[] SourceLink(ulong mac) => [1, 1, .. MacBytes(mac)];

    public static byte[] TargetLink(ulong mac) => [2, 1, .. MacBytes(mac)];

    public static byte[] Mtu(long mtu) => [5, 1, 0, 0, .. U32(mtu)];

    public static byte[] Prefix(string prefix, byte length) => [3, 4, length, 0xC0, .. U32(86400), .. U32(14400), .. U32(0), .. Ip(prefix)];

    public static byte[] Servers(params string[] servers) =>
        [25, (byte)(1 + 2 * servers.Length), 0, 0, .. U32(600), .. servers.SelectMany(Ip)];

    /// <summary>The header of a message on the link.</summary>
    public static PacketHeader From(ulong mac, string source, string destination = AllNodes, byte hops = 255) => new()
    {
        Interest = Interest.Icmpv6,
        SourceMac = new MacAddress(mac),
        Source = Address(source),
        Destination = Address(destination),
        TimeToLive = hops,
    };

    private static NetworkAddress Address(string text) => NetworkAddress.TryParse(text, out var address) ? address : default;

    private static byte[] Ip(string text) => IPAddress.Parse(text).GetAddressBytes();

    private static byte[] MacBytes(ulong mac) => [.. Enumerable.Range(0, 6).Select(i => (byte)(mac >> (40 - 8 * i)))];
}
