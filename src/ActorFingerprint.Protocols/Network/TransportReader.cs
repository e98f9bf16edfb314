using System.Buffers.Binary;
using ActorFingerprint.Protocols.Tunnels;

namespace ActorFingerprint.Protocols.Network;

/// <summary>Reads TCP (RFC 9293 §3.1) and UDP (RFC 768) headers, and chooses the reader behind an IP header.</summary>
internal static class TransportReader
{
    public const int TcpMinimumLength = 20;
    public const byte Syn = 0x02;
    private const int UdpLength = 8;

    public static Layer ReadIpPayload(ref WalkCursor cursor, ref PacketHeader header)
    {
        switch (cursor.Next)
        {
            case IpProtocol.Tcp:
                return Layer.Tcp;
            case IpProtocol.Udp:
                return Layer.Udp;
            case IpProtocol.Ipv4:
                return cursor.EnterTunnel(Layer.Ipv4, ref header);
            case IpProtocol.Ipv6:
                return cursor.EnterTunnel(Layer.Ipv6, ref header);
            case IpProtocol.Gre:
                return Layer.Gre;
            case IpProtocol.Icmpv6 when header.Source.IsV6:
                return cursor.Deliver(WalkOutcome.Icmpv6, ref header);
            case IpProtocol.Authentication when header.Source.IsV4:
                return ReadAuthentication(ref cursor);
            default:
                return cursor.Stop(WalkOutcome.OtherIpProtocol, cursor.Next);
        }
    }

    /// <summary>False for a protocol behind which no TCP or UDP header can be found: its fragments need no assembly.</summary>
    public static bool IsReadable(int protocol, bool isV6) => protocol switch
    {
        IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.Ipv4 or IpProtocol.Ipv6 or IpProtocol.Gre or IpProtocol.Authentication => true,
        IpProtocol.HopByHop or IpProtocol.Routing or IpProtocol.Destination or IpProtocol.Fragment => isV6,
        _ => false,
    };

    public static Layer ReadTcp(ref WalkCursor cursor, ref PacketHeader header)
    {
        var rest = cursor.Rest;
        if (rest.Length < TcpMinimumLength) return cursor.Fail(Malformed.TransportHeader);
        var length = rest[12] >> 4 << 2;
        if (length < TcpMinimumLength || length > rest.Length) return cursor.Fail(Malformed.TransportHeader);
        header.SourcePort = BinaryPrimitives.ReadUInt16BigEndian(rest);
        header.DestinationPort = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
        header.TcpFlags = rest[13];
        header.TcpSequence = BinaryPrimitives.ReadUInt32BigEndian(rest[4..]) + (uint)(rest[13] >> 1 & 1);
        cursor.Advance(length);
        return cursor.Deliver(WalkOutcome.Tcp, ref header);
    }

    /// <summary>The UDP length bounds the payload within the IP payload; 0 (a datagram taken before offload) leaves that bound.</summary>
    public static Layer ReadUdp(ref WalkCursor cursor, ref PacketHeader header)
    {
        var rest = cursor.Rest;
        if (rest.Length < UdpLength) return cursor.Fail(Malformed.TransportHeader);
        header.SourcePort = BinaryPrimitives.ReadUInt16BigEndian(rest);
        header.DestinationPort = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
        header.TcpFlags = 0;
        header.TcpSequence = 0;
        int length = BinaryPrimitives.ReadUInt16BigEndian(rest[4..]);
        if (length is > 0 and < UdpLength) return cursor.Fail(Malformed.TransportHeader);
        if (length > rest.Length) header.IsTruncated = true;
        if (length > 0 && length < rest.Length) cursor.Trim(length);
        cursor.Advance(UdpLength);
        return UdpTunnels.TryEnter(ref cursor, ref header, out var layer) ? layer : cursor.Deliver(WalkOutcome.Udp, ref header);
    }

    private static Layer ReadAuthentication(ref WalkCursor cursor)
    {
        var rest = cursor.Rest;
        if (rest.Length < 8 || (rest[1] + 2) * 4 > rest.Length) return cursor.Fail(Malformed.IpExtensionHeader);
        cursor.Advance((rest[1] + 2) * 4);
        return cursor.Enter(Layer.IpPayload, rest[0]);
    }
}
