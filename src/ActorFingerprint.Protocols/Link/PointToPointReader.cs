using System.Buffers.Binary;
using ActorFingerprint.Protocols.Network;

namespace ActorFingerprint.Protocols.Link;

/// <summary>Reads PPP (RFC 1661, RFC 1662 framing optional) and the BSD loopback header.</summary>
internal static class PointToPointReader
{
    private const int PppIpv4 = 0x0021;
    private const int PppIpv6 = 0x0057;
    private const int PppMpls = 0x0281;

    /// <summary>Address and control bytes and the high byte of the protocol may be left out (RFC 1661 §6.5, §6.6).</summary>
    public static Layer ReadPpp(ref WalkCursor cursor)
    {
        if (cursor.Rest is [0xFF, 0x03, ..]) cursor.Advance(2);
        var rest = cursor.Rest;
        if (rest.Length < 2) return cursor.Fail(Malformed.LinkHeaderTruncated);
        var isCompressed = (rest[0] & 1) != 0;
        var protocol = isCompressed ? rest[0] : BinaryPrimitives.ReadUInt16BigEndian(rest);
        cursor.Advance(isCompressed ? 1 : 2);
        return protocol switch
        {
            PppIpv4 => Layer.Ipv4,
            PppIpv6 => Layer.Ipv6,
            PppMpls => Layer.Mpls,
            _ => cursor.Stop(WalkOutcome.NotIp, protocol),
        };
    }

    /// <summary>
    /// 4 bytes of address family, in the byte order of whichever machine captured; IPv6 has four numbers among the BSDs and Linux.
    /// </summary>
    public static Layer ReadLoopback(ref WalkCursor cursor)
    {
        if (cursor.Rest.Length < 4) return cursor.Fail(Malformed.LinkHeaderTruncated);
        var family = BinaryPrimitives.ReadUInt32LittleEndian(cursor.Rest);
        if (family > 0xFFFF) family = BinaryPrimitives.ReverseEndianness(family);
        cursor.Advance(4);
        return family switch
        {
            2 => Layer.Ipv4,
            10 or 24 or 28 or 30 => Layer.Ipv6,
            _ => cursor.Stop(WalkOutcome.NotIp, (int)(family & 0xFFFF)),
        };
    }
}
