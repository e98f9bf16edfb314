using System.Buffers.Binary;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Protocols.Link;
using ActorFingerprint.Protocols.Tunnels;

namespace ActorFingerprint.Protocols.Network;

/// <summary>
/// Walks one frame from its link header to the innermost TCP or UDP header. Pure: no copy, no allocation, no state, never throws for any
/// bytes, and its work is bounded by the frame's length and by eight tunnel headers. Headers quoted in ICMP errors are not entered.
/// </summary>
/// <remarks>
/// What runs for every frame is compiled with full optimisation at its first call: a scan that lasts a second or two would otherwise
/// spend most of it in the first tier's code, which takes about ten times as long.
/// </remarks>
public static class FrameWalker
{
    private const int PlainTcpLength = 14 + Ipv4Reader.MinimumLength + TransportReader.TcpMinimumLength;
    private const int VlanTagLength = 4;
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
        if (linkType == LinkType.Ethernet && TryWalkPlainTcp(frame, wireLength, ref header))
        {
            detail = default;
            return WalkOutcome.Tcp;
        }
        return WalkAny(linkType, frame, wireLength, ref header, out detail);
    }

    /// <summary><see cref="Walk"/> without its short cut.</summary>
    internal static WalkOutcome WalkAny(
        LinkType linkType, ReadOnlySpan<byte> frame, int wireLength, ref PacketHeader header, out WalkDetail detail)
    {
        header = new PacketHeader { Frame = header.Frame, AtTicks = header.AtTicks, WireLength = wireLength };
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
    /// <param name="header">
    /// The header of the fragment that completed it; its payload position changes to one in <paramref name="datagram"/>.
    /// </param>
    /// <param name="detail">Gets the detail of this walk.</param>
    public static WalkOutcome WalkDatagram(
        ReadOnlySpan<byte> datagram, byte protocol, int depth, ref PacketHeader header, out WalkDetail detail)
    {
        header.IsTruncated = false;
        header.NetworkOffset = -1;
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
                Layer.Llc => EthernetReader.ReadLlc(ref cursor, ref header),
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
    /// The bulk of every capture in one step: Ethernet with at most one VLAN tag, IPv4 without options or fragments, TCP. Refuses, with
    /// nothing written, whatever the readers above must look at; where it accepts, it says what they would say.
    /// </summary>
    internal static bool TryWalkPlainTcp(ReadOnlySpan<byte> frame, int wireLength, ref PacketHeader header)
    {
        if (frame.Length < PlainTcpLength) return false;
        var macs = frame[..16];
        var isTagged = BinaryPrimitives.ReadUInt16BigEndian(macs[12..]) == EtherType.Vlan;
        if (isTagged && frame.Length < PlainTcpLength + VlanTagLength) return false;
        var ipAt = isTagged ? 18 : 14;
        var bytes = frame.Slice(ipAt - 2, PlainTcpLength - 12);
        if (BinaryPrimitives.ReadUInt32BigEndian(bytes) >> 8 != EtherTypeIpv4NoOptions) return false;
        if ((BinaryPrimitives.ReadUInt16BigEndian(bytes[8..]) & 0x3FFF) != 0 || bytes[11] != IpProtocol.Tcp) return false;
        var ipEnd = ipAt + BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]);
        var end = Math.Min(ipEnd, frame.Length);
        var tcpLength = bytes[34] >> 4 << 2;
        var payloadAt = ipAt + Ipv4Reader.MinimumLength + tcpLength;
        if (tcpLength < TransportReader.TcpMinimumLength || payloadAt > end) return false;

        header.WireLength = wireLength;
        header.Interest = Interest.None;
        header.DestinationMac = new MacAddress(BinaryPrimitives.ReadUInt64BigEndian(macs) >> 16);
        header.SourceMac = new MacAddress(BinaryPrimitives.ReadUInt64BigEndian(macs[6..]) >> 16);
        header.Vlan = isTagged ? (ushort)(BinaryPrimitives.ReadUInt16BigEndian(macs[14..]) & 0x0FFF) : (ushort)0;
        header.Source = NetworkAddress.V4(BinaryPrimitives.ReadUInt32BigEndian(bytes[14..]));
        header.Destination = NetworkAddress.V4(BinaryPrimitives.ReadUInt32BigEndian(bytes[18..]));
        header.SourcePort = BinaryPrimitives.ReadUInt16BigEndian(bytes[22..]);
        header.DestinationPort = BinaryPrimitives.ReadUInt16BigEndian(bytes[24..]);
        header.TimeToLive = bytes[10];
        header.TcpFlags = bytes[35];
        header.TcpSequence = BinaryPrimitives.ReadUInt32BigEndian(bytes[26..]) + (uint)(bytes[35] >> 1 & 1);
        header.NetworkOffset = ipAt;
        header.PayloadOffset = payloadAt;
        header.PayloadLength = end - payloadAt;
        header.IsTruncated = ipEnd > frame.Length;
        header.FlowHash = 0;
        header.ResumeFrame = 0;
        return true;
    }
}
