using System.Net;
using System.Net.Sockets;

namespace ActorFingerprint.Tools.FrameGenerator.Packets;

/// <summary>What an IP header says of one direction.</summary>
internal sealed record IpRoute(IPAddress Source, IPAddress Destination, int TimeToLive = 64)
{
    /// <summary>IPv4 options, padded to 32 bits by the caller; empty for none.</summary>
    public byte[] Options { get; init; } = [];
}

/// <summary>Builds IPv4 (RFC 791) and IPv6 (RFC 8200) packets.</summary>
internal static class IpPacket
{
    public const int Tcp = 6;
    public const int Udp = 17;

    /// <summary>One whole packet, of the version that the addresses have.</summary>
    public static byte[] Build(IpRoute route, int protocol, byte[] payload, int identification = 0) =>
        route.Source.AddressFamily == AddressFamily.InterNetworkV6
            ? Version6(route, protocol, payload)
            : Version4(route, protocol, payload, identification, flagsAndOffset: 0x4000);

    /// <summary>The same IPv4 packet in two fragments, cut after <paramref name="firstLength"/> payload bytes (a multiple of 8).</summary>
    public static byte[][] Fragments(IpRoute route, int protocol, byte[] payload, int identification, int firstLength) =>
    [
        Version4(route, protocol, payload[..firstLength], identification, flagsAndOffset: 0x2000),
        Version4(route, protocol, payload[firstLength..], identification, flagsAndOffset: firstLength / 8),
    ];

    /// <summary>The pseudo header that UDP and TCP checksums cover.</summary>
    public static byte[] PseudoHeader(IpRoute route, int protocol, int length) =>
        new WireBuffer().Address(route.Source).Address(route.Destination).U32((uint)length).U32((uint)protocol).ToArray();

    private static byte[] Version4(IpRoute route, int protocol, byte[] payload, int identification, int flagsAndOffset)
    {
        var headerLength = 20 + route.Options.Length;
        var header = new WireBuffer().U8(0x40 | headerLength / 4).U8(0).U16(headerLength + payload.Length).U16(identification)
            .U16(flagsAndOffset).U8(route.TimeToLive).U8(protocol).U16(0).Address(route.Source).Address(route.Destination)
            .Bytes(route.Options);
        header.PatchU16(10, InternetChecksum.Of(header.ToArray()));
        return header.Bytes(payload).ToArray();
    }

    private static byte[] Version6(IpRoute route, int protocol, byte[] payload) =>
        new WireBuffer().U32(0x6000_0000).U16(payload.Length).U8(protocol).U8(route.TimeToLive)
            .Address(route.Source).Address(route.Destination).Bytes(payload).ToArray();
}
