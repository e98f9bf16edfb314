using System.Buffers.Binary;
using ActorFingerprint.Core.Net;

namespace ActorFingerprint.Protocols.Network;

/// <summary>Reads the IPv6 header and its extension headers (RFC 8200 §3, §4), and the authentication header (RFC 4302).</summary>
internal static class Ipv6Reader
{
    private const int HeaderLength = 40;

    /// <summary>Extension headers in one chain: the standard's recommended order has seven.</summary>
    private const int MaxExtensions = 8;

    public static Layer Read(ref WalkCursor cursor, ref PacketHeader header)
    {
        var rest = cursor.Rest;
        if (rest.Length < HeaderLength || rest[0] >> 4 != 6) return cursor.Fail(Malformed.IpHeader);
        int payload = BinaryPrimitives.ReadUInt16BigEndian(rest[4..]);
        if (payload == 0)
        {
            header.IsTruncated = cursor.IsFrameCut;
        }
        else
        {
            header.IsTruncated = HeaderLength + payload > rest.Length;
            if (HeaderLength + payload < rest.Length) cursor.Trim(HeaderLength + payload);
        }
        header.Source = NetworkAddress.ReadV6(rest[8..]);
        header.Destination = NetworkAddress.ReadV6(rest[24..]);
        header.TimeToLive = rest[7];
        header.NetworkOffset = cursor.Offset;
        cursor.Advance(HeaderLength);
        return ReadExtensions(ref cursor, ref header, rest[6]);
    }

    /// <summary>Steps over extension headers from <paramref name="next"/> on.</summary>
    public static Layer ReadExtensions(ref WalkCursor cursor, ref PacketHeader header, int next)
    {
        for (var seen = 0; seen <= MaxExtensions; seen++)
        {
            int length;
            switch (next)
            {
                case IpProtocol.HopByHop or IpProtocol.Routing or IpProtocol.Destination:
                    if (cursor.Rest.Length < 8) return cursor.Fail(Malformed.IpExtensionHeader);
                    length = (cursor.Rest[1] + 1) * 8;
                    break;
                case IpProtocol.Authentication:
                    if (cursor.Rest.Length < 8) return cursor.Fail(Malformed.IpExtensionHeader);
                    length = (cursor.Rest[1] + 2) * 4;
                    break;
                case IpProtocol.Fragment:
                    if (cursor.Rest.Length < 8) return cursor.Fail(Malformed.IpExtensionHeader);
                    var fragment = BinaryPrimitives.ReadUInt16BigEndian(cursor.Rest[2..]);
                    if ((fragment & 0xFFF9) != 0) return StopAtFragment(ref cursor, ref header, fragment);
                    length = 8;
                    break;
                default:
                    return cursor.Enter(Layer.IpPayload, next);
            }
            if (length > cursor.Rest.Length) return cursor.Fail(Malformed.IpExtensionHeader);
            next = cursor.Rest[0];
            cursor.Advance(length);
        }
        return cursor.Fail(Malformed.IpExtensionHeader);
    }

    private static Layer StopAtFragment(ref WalkCursor cursor, ref PacketHeader header, int fragment)
    {
        var rest = cursor.Rest;
        cursor.Detail.Fragment = new FragmentPosition(
            BinaryPrimitives.ReadUInt32BigEndian(rest[4..]), rest[0], fragment & 0xFFF8, (fragment & 1) != 0);
        cursor.Advance(8);
        return cursor.Deliver(WalkOutcome.Fragment, ref header);
    }
}
