using System.Buffers.Binary;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Protocols.Link;
using ActorFingerprint.Protocols.Tunnels;

namespace ActorFingerprint.Protocols.Network;

/// <summary>
/// Walks one frame from its link header to the innermost TCP or UDP header. Pure: no copy, no allocation, no state, never throws for any
/// bytes, and its work is bounded by the frame's length and by eight tunnel headers. Headers quoted in ICMP errors are not entered.
/// </summary>
public static class FrameWalker
{
    private const int PlainTcpLength = 14 + Ipv4Reader.MinimumLength + TransportReader.TcpMinimumLength;
    private const uint EtherTypeIpv4NoOptions = 0x0800_45;

    /// <summary>
    /// Walks a frame. Keeps <see cref="PacketHeader.Frame"/> and <see cref="PacketHeader.AtTicks"/> of <paramref name="header"/> and
    /// overwrites the rest, up to the layer that was reached.
    /// </summary>
    /// <param name="linkType">What the first byte belongs to.</param>
    /// <param name="frame">The captured bytes.</param>
    /// <param name="wireLength">Length on the wire; more than the captured length means the capture cut the frame.</param>
    /// <param name="header">Gets the network facts.</param>
    /// <param name="detail">Gets the reason for the end, and what is left of the frame.</param>
    public static WalkOutcome Walk(
        LinkType linkType, ReadOnlySpan<byte> frame, int wireLength, ref PacketHeader header, out WalkDetail detail)
    {
        header = new PacketHeader { Frame = header.Frame, AtTicks = header.AtTicks, WireLength = wireLength };
        if (linkType == LinkType.Ethernet && TryWalkPlainTcp(frame, ref header))
        {
            detail = default;
            return WalkOutcome.Tcp;
        }
        var cursor = new WalkCursor(frame, frame.Length < wireLength);
        return Run(ref cursor, Enter(linkType, ref cursor, ref header), ref header, out detail);
    }

    /// <summary>Walks the next subframe of an A-MSDU; call while <see cref="WalkDetail.MoreLength"/> of the walk before is not 0.</summary>
    /// <param name="bytes">The bytes of the walk before.</param>
    /// <param name="before">Its detail.</param>
    /// <param name="header">Its header; frame, time and wire length are kept.</param>
    /// <param name="detail">Gets the detail of this subframe.</param>
    public static WalkOutcome WalkNext(ReadOnlySpan<byte> bytes, in WalkDetail before, ref PacketHeader header, out WalkDetail detail)
    {
        header = new PacketHeader { Frame = header.Frame, AtTicks = header.AtTicks, WireLength = header.WireLength };
        var cursor = new WalkCursor(bytes[..(before.MoreOffset + before.MoreLength)], bytes.Length < header.WireLength);
        cursor.Advance(before.MoreOffset);
        cursor.Detail.Depth = before.MoreDepth;
        return Run(ref cursor, Layer.AggregatedSubframe, ref header, out detail);
    }

    /// <summary>Goes on inside a reassembled IP datagram: addresses, TTL and link facts of <paramref name="header"/> stay.</summary>
    /// <param name="datagram">The whole payload behind the IP header.</param>
    /// <param name="protocol">IP protocol of the datagram's first byte.</param>
    /// <param name="depth"><see cref="WalkDetail.Depth"/> of the fragment; a reassembly counts as one more tunnel.</param>
    /// <param name="header">The header of the fragment that completed it; its payload position changes to one in <paramref name="datagram"/>.</param>
    /// <param name="detail">Gets the detail of this walk.</param>
    public static WalkOutcome WalkDatagram(
        ReadOnlySpan<byte> datagram, byte protocol, int depth, ref PacketHeader header, out WalkDetail detail)
    {
        header.IsTruncated = false;
        var cursor = new WalkCursor(datagram, false) { Next = protocol };
        cursor.Detail.Depth = depth + 1;
        var layer = depth >= WalkCursor.MaxDepth ? cursor.Fail(Malformed.TunnelTooDeep)
            : header.Source.IsV6 ? Ipv6Reader.ReadExtensions(ref cursor, ref header, protocol)
            : Layer.IpPayload;
        return Run(ref cursor, layer, ref header, out detail);
    }

    private static Layer Enter(LinkType linkType, ref WalkCursor cursor, ref PacketHeader header)
    {
        switch (linkType)
        {
            case LinkType.Ethernet:
                return Layer.Ethernet;
            case LinkType.Raw or LinkType.RawBsd or LinkType.RawOpenBsd:
                return Layer.Ip;
            case LinkType.Ipv4:
                return Layer.Ipv4;
            case LinkType.Ipv6:
                return Layer.Ipv6;
            case LinkType.Null or LinkType.Loop:
                return PointToPointReader.ReadLoopback(ref cursor);
            case LinkType.LinuxSll:
                return CookedReader.Read(ref cursor, ref header);
            case LinkType.LinuxSll2:
                return CookedReader.ReadV2(ref cursor, ref header);
            case LinkType.Ppp:
                return Layer.Ppp;
            case LinkType.Ieee80211:
                return Layer.Ieee80211;
            case LinkType.Ieee80211Radiotap:
                return RadiotapReader.Read(ref cursor);
            default:
                return cursor.Stop(WalkOutcome.UnknownLinkType, (int)linkType);
        }
    }

    private static WalkOutcome Run(ref WalkCursor cursor, Layer layer, ref PacketHeader header, out WalkDetail detail)
    {
        while (layer != Layer.Done)
        {
            layer = layer switch
            {
                Layer.Ethernet => EthernetReader.Read(ref cursor, ref header),
                Layer.EtherType => EthernetReader.ReadEtherType(ref cursor, ref header),
                Layer.Llc => EthernetReader.ReadLlc(ref cursor),
                Layer.Ppp => PointToPointReader.ReadPpp(ref cursor),
                Layer.Mpls => MplsReader.Read(ref cursor),
                Layer.Ieee80211 => Ieee80211Reader.Read(ref cursor, ref header, isSwapped: false),
                Layer.SwappedIeee80211 => Ieee80211Reader.Read(ref cursor, ref header, isSwapped: true),
                Layer.AggregatedSubframe => Ieee80211Reader.ReadSubframe(ref cursor, ref header),
                Layer.Ip => ReadByVersion(ref cursor),
                Layer.Ipv4 => Ipv4Reader.Read(ref cursor, ref header),
                Layer.Ipv6 => Ipv6Reader.Read(ref cursor, ref header),
                Layer.IpPayload => TransportReader.ReadIpPayload(ref cursor, ref header),
                Layer.Gre => GreReader.Read(ref cursor, ref header),
                Layer.Tcp => TransportReader.ReadTcp(ref cursor, ref header),
                _ => TransportReader.ReadUdp(ref cursor, ref header),
            };
        }
        detail = cursor.Detail;
        return cursor.Outcome;
    }

    private static Layer ReadByVersion(ref WalkCursor cursor) =>
        cursor.Rest.Length == 0 ? cursor.Fail(Malformed.IpHeader) : (cursor.Rest[0] >> 4) switch
        {
            4 => Layer.Ipv4,
            6 => Layer.Ipv6,
            _ => cursor.Fail(Malformed.IpHeader),
        };

    /// <summary>
    /// The bulk of every capture in one step: untagged Ethernet, IPv4 without options or fragments, TCP. Refuses, with nothing written,
    /// whatever the readers above must look at; where it accepts, it says what they would say.
    /// </summary>
    private static bool TryWalkPlainTcp(ReadOnlySpan<byte> frame, ref PacketHeader header)
    {
        if (frame.Length < PlainTcpLength) return false;
        var bytes = frame[..PlainTcpLength];
        if (BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]) >> 8 != EtherTypeIpv4NoOptions) return false;
        if ((BinaryPrimitives.ReadUInt16BigEndian(bytes[20..]) & 0x3FFF) != 0 || bytes[23] != IpProtocol.Tcp) return false;
        var total = BinaryPrimitives.ReadUInt16BigEndian(bytes[16..]);
        var payloadAt = 34 + (bytes[46] >> 4 << 2);
        var end = Math.Min(14 + total, frame.Length);
        if (payloadAt < PlainTcpLength || payloadAt > end) return false;

        header.DestinationMac = new MacAddress(BinaryPrimitives.ReadUInt64BigEndian(bytes) >> 16);
        header.SourceMac = new MacAddress(BinaryPrimitives.ReadUInt64BigEndian(bytes[6..]) >> 16);
        header.Source = NetworkAddress.V4(BinaryPrimitives.ReadUInt32BigEndian(bytes[26..]));
        header.Destination = NetworkAddress.V4(BinaryPrimitives.ReadUInt32BigEndian(bytes[30..]));
        header.TimeToLive = bytes[22];
        header.SourcePort = BinaryPrimitives.ReadUInt16BigEndian(bytes[34..]);
        header.DestinationPort = BinaryPrimitives.ReadUInt16BigEndian(bytes[36..]);
        header.TcpFlags = bytes[47];
        header.TcpSequence = BinaryPrimitives.ReadUInt32BigEndian(bytes[38..]) + (uint)(bytes[47] >> 1 & 1);
        header.PayloadOffset = payloadAt;
        header.PayloadLength = end - payloadAt;
        header.IsTruncated = 14 + total > frame.Length;
        return true;
    }
}
