using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using ActorFingerprint.Core.Net;

namespace ActorFingerprint.Protocols.Network;

/// <summary>Reads the IPv4 header (RFC 791 §3.1), options stepped over. Its total length, not the frame's, bounds the payload.</summary>
internal static class Ipv4Reader
{
    public const int MinimumLength = 20;
    private const int MoreFragments = 0x2000;
    private const int FragmentOffset = 0x1FFF;

    public static Layer Read(ref WalkCursor cursor, ref PacketHeader header)
    {
        var rest = cursor.Rest;
        if (rest.Length < MinimumLength || rest[0] >> 4 != 4) return cursor.Fail(Malformed.IpHeader);
        var headerLength = (rest[0] & 15) * 4;
        if (headerLength < MinimumLength || headerLength > rest.Length) return cursor.Fail(Malformed.IpHeader);
        if (!TryTrim(ref cursor, ref header, headerLength)) return cursor.Fail(Malformed.IpHeader);
        header.Source = NetworkAddress.ReadV4(rest[12..]);
        header.Destination = NetworkAddress.ReadV4(rest[16..]);
        header.TimeToLive = rest[8];
        header.NetworkOffset = cursor.Offset;
        var fragment = BinaryPrimitives.ReadUInt16BigEndian(rest[6..]);
        cursor.Advance(headerLength);
        if ((fragment & (MoreFragments | FragmentOffset)) == 0) return cursor.Enter(Layer.IpPayload, rest[9]);

        cursor.Detail.Fragment = new FragmentPosition(
            BinaryPrimitives.ReadUInt16BigEndian(rest[4..]), rest[9], (fragment & FragmentOffset) * 8, (fragment & MoreFragments) != 0);
        return cursor.Deliver(WalkOutcome.Fragment, ref header);
    }

    /// <summary>Cuts link padding off. A total length of 0 is a frame taken before segmentation offload: the capture bounds it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryTrim(ref WalkCursor cursor, ref PacketHeader header, int headerLength)
    {
        int total = BinaryPrimitives.ReadUInt16BigEndian(cursor.Rest[2..]);
        if (total == 0)
        {
            header.IsTruncated = cursor.IsFrameCut;
            return true;
        }
        if (total < headerLength) return false;
        header.IsTruncated = total > cursor.Rest.Length;
        if (total < cursor.Rest.Length) cursor.Trim(total);
        return true;
    }
}
