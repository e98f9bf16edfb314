using System.Buffers.Binary;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Protocols.Network;

namespace ActorFingerprint.Protocols.Link;

/// <summary>
/// Reads Ethernet (IEEE 802.3), its VLAN tags (802.1Q, 802.1ad), PPPoE sessions (RFC 2516) and LLC/SNAP (802.2, RFC 1042).
/// </summary>
internal static class EthernetReader
{
    private const int HeaderLength = 14;
    private const int LlcLength = 3;

    public static Layer Read(ref WalkCursor cursor, ref PacketHeader header)
    {
        var rest = cursor.Rest;
        if (rest.Length < HeaderLength) return cursor.Fail(Malformed.LinkHeaderTruncated);
        header.DestinationMac = new MacAddress(BinaryPrimitives.ReadUInt64BigEndian(rest) >> 16);
        header.SourceMac = new MacAddress(BinaryPrimitives.ReadUInt64BigEndian(rest[6..]) >> 16);
        header.Vlan = 0;
        var type = BinaryPrimitives.ReadUInt16BigEndian(rest[12..]);
        cursor.Advance(HeaderLength);
        return cursor.Enter(Layer.EtherType, type);
    }

    /// <summary>Takes the VLAN tags off and goes where the EtherType points. A priority tag (VLAN 0) leaves the VLAN as it is.</summary>
    public static Layer ReadEtherType(ref WalkCursor cursor, ref PacketHeader header)
    {
        while (true)
        {
            switch (cursor.Next)
            {
                case EtherType.Ipv4:
                    return Layer.Ipv4;
                case EtherType.Ipv6:
                    return Layer.Ipv6;
                case EtherType.Vlan or EtherType.ServiceVlan or EtherType.OldServiceVlan:
                    if (cursor.Rest.Length < 4) return cursor.Fail(Malformed.LinkHeaderTruncated);
                    var vlan = BinaryPrimitives.ReadUInt16BigEndian(cursor.Rest) & 0x0FFF;
                    if (vlan != 0) header.Vlan = (ushort)vlan;
                    cursor.Next = BinaryPrimitives.ReadUInt16BigEndian(cursor.Rest[2..]);
                    cursor.Advance(4);
                    continue;
                case EtherType.Arp:
                    return Deliver(ref cursor, ref header, WalkOutcome.Arp);
                case EtherType.Lldp:
                    return Deliver(ref cursor, ref header, WalkOutcome.Lldp);
                case EtherType.PppoeSession:
                    return ReadPppoeSession(ref cursor);
                case EtherType.Mpls or EtherType.MplsUpstream:
                    return Layer.Mpls;
                case EtherType.TransparentBridging:
                    return Layer.Ethernet;
                case <= EtherType.LargestLength:
                    if (cursor.Next >= LlcLength && cursor.Next < cursor.Rest.Length) cursor.Trim(cursor.Next); // padding, check sequence
                    return Layer.Llc;
                default:
                    return cursor.Stop(WalkOutcome.NotIp, cursor.Next);
            }
        }
    }

    /// <summary>LLC with a SNAP header and an EtherType, or with CDP; anything else on LLC (spanning tree, NetBIOS, IS-IS) is not IP.</summary>
    public static Layer ReadLlc(ref WalkCursor cursor, ref PacketHeader header)
    {
        var rest = cursor.Rest;
        if (rest.Length < LlcLength) return cursor.Fail(Malformed.LinkHeaderTruncated);
        if (rest is not [0xAA, 0xAA, 0x03, ..]) return cursor.Stop(WalkOutcome.NotIp, rest[0]);
        if (rest.Length < 8) return cursor.Fail(Malformed.LinkHeaderTruncated);
        var type = BinaryPrimitives.ReadUInt16BigEndian(rest[6..]);
        if (rest is [_, _, _, 0x00, 0x00, 0x0C, 0x20, 0x00, ..])
        {
            cursor.Advance(8);
            return Deliver(ref cursor, ref header, WalkOutcome.Cdp);
        }
        if (rest[3..6] is not [0, 0, 0 or 0xF8] || type <= EtherType.LargestLength) return cursor.Stop(WalkOutcome.NotIp, type);
        cursor.Advance(8);
        return cursor.Enter(Layer.EtherType, type);
    }

    private static Layer Deliver(ref WalkCursor cursor, ref PacketHeader header, WalkOutcome outcome)
    {
        header.IsTruncated = cursor.IsFrameCut;
        return cursor.Deliver(outcome, ref header);
    }

    private static Layer ReadPppoeSession(ref WalkCursor cursor)
    {
        if (cursor.Rest.Length < 6) return cursor.Fail(Malformed.LinkHeaderTruncated);
        if (cursor.Rest is not [0x11, 0x00, ..]) return cursor.Stop(WalkOutcome.NotIp, EtherType.PppoeSession);
        cursor.Advance(6);
        return Layer.Ppp;
    }
}
