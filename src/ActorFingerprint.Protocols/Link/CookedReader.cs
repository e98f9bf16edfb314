using System.Buffers.Binary;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Protocols.Network;

namespace ActorFingerprint.Protocols.Link;

/// <summary>Reads the headers that Linux makes up when it captures on "any": LINKTYPE_LINUX_SLL and LINKTYPE_LINUX_SLL2.</summary>
internal static class CookedReader
{
    public static Layer Read(ref WalkCursor cursor, ref PacketHeader header)
    {
        var rest = cursor.Rest;
        if (rest.Length < 16) return cursor.Fail(Malformed.LinkHeaderTruncated);
        if (BinaryPrimitives.ReadUInt16BigEndian(rest[4..]) == 6) header.SourceMac = MacAddress.Read(rest[6..]);
        cursor.Advance(16);
        return Enter(ref cursor, BinaryPrimitives.ReadUInt16BigEndian(rest[14..]));
    }

    public static Layer ReadV2(ref WalkCursor cursor, ref PacketHeader header)
    {
        var rest = cursor.Rest;
        if (rest.Length < 20) return cursor.Fail(Malformed.LinkHeaderTruncated);
        if (rest[11] == 6) header.SourceMac = MacAddress.Read(rest[12..]);
        cursor.Advance(20);
        return Enter(ref cursor, BinaryPrimitives.ReadUInt16BigEndian(rest));
    }

    /// <summary>A small number is no length here: it says that an LLC header follows.</summary>
    private static Layer Enter(ref WalkCursor cursor, int protocol) =>
        cursor.Enter(protocol <= EtherType.LargestLength ? Layer.Llc : Layer.EtherType, protocol);
}
