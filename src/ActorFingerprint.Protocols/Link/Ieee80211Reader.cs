using System.Buffers.Binary;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Protocols.Network;

namespace ActorFingerprint.Protocols.Link;

/// <summary>
/// Reads 802.11 data frames (IEEE 802.11-2020 §9.3.2): QoS, four addresses, HT control, and A-MSDU with its subframes.
/// Encrypted and fragmented frames cannot be read and are counted.
/// </summary>
internal static class Ieee80211Reader
{
    private const int HeaderLength = 24;
    private const int SubframeHeaderLength = 14;
    private const int TypeData = 2;
    private const int SubtypeNull = 4;
    private const int SubtypeQos = 8;
    private const int ToDs = 0x01;
    private const int FromDs = 0x02;
    private const int MoreFragments = 0x04;
    private const int Protected = 0x40;
    private const int Order = 0x80;
    private const int QosAggregated = 0x80;
    private const int RadiotapDataPad = 0x20;

    /// <param name="cursor">At the frame control field; <see cref="WalkCursor.Next"/> holds the radiotap flags.</param>
    /// <param name="header">Gets the addresses.</param>
    /// <param name="isSwapped">
    /// Access points of one maker send 16-bit header fields in the other byte order inside CAPWAP. A frame control field read the wrong way
    /// round shows a protocol version other than 0, as every frame inside CAPWAP goes to or comes from the distribution system.
    /// </param>
    public static Layer Read(ref WalkCursor cursor, ref PacketHeader header, bool isSwapped)
    {
        var rest = cursor.Rest;
        if (rest.Length < 2) return cursor.Fail(Malformed.LinkHeaderTruncated);
        isSwapped = isSwapped && (rest[0] & 3) != 0;
        var (control, flags) = isSwapped ? (rest[1], rest[0]) : (rest[0], rest[1]);
        var subtype = control >> 4;
        if ((control & 3) != 0 || (control >> 2 & 3) != TypeData || (subtype & SubtypeNull) != 0)
            return cursor.Stop(WalkOutcome.Ieee80211NotData, control);
        if ((flags & Protected) != 0) return cursor.Stop(WalkOutcome.Ieee80211Protected);

        var isQos = (subtype & SubtypeQos) != 0;
        var hasFourth = (flags & (ToDs | FromDs)) == (ToDs | FromDs);
        var qosAt = HeaderLength + (hasFourth ? 6 : 0);
        var length = qosAt + (isQos ? (flags & Order) != 0 ? 6 : 2 : 0);
        if ((cursor.Next & RadiotapDataPad) != 0) length = length + 3 & ~3;
        if (rest.Length < length) return cursor.Fail(Malformed.LinkHeaderTruncated);

        var fragment = isSwapped ? rest[23] & 15 : rest[22] & 15;
        if ((flags & MoreFragments) != 0 || fragment != 0) return cursor.Stop(WalkOutcome.Ieee80211Fragment);

        header.DestinationMac = MacAddress.Read((flags & ToDs) != 0 ? rest[16..] : rest[4..]);
        header.SourceMac = MacAddress.Read(hasFourth ? rest[24..] : (flags & FromDs) != 0 ? rest[16..] : rest[10..]);
        header.Vlan = 0;
        cursor.Advance(length);
        return isQos && (rest[isSwapped ? qosAt + 1 : qosAt] & QosAggregated) != 0 ? Layer.AggregatedSubframe : Layer.Llc;
    }

    /// <summary>Enters the first subframe of an A-MSDU (§9.3.2.2) and notes where the others are.</summary>
    public static Layer ReadSubframe(ref WalkCursor cursor, ref PacketHeader header)
    {
        var rest = cursor.Rest;
        if (rest.Length < SubframeHeaderLength) return cursor.Fail(Malformed.LinkHeaderTruncated);
        header.DestinationMac = MacAddress.Read(rest);
        header.SourceMac = MacAddress.Read(rest[6..]);
        header.Vlan = 0;
        var length = SubframeHeaderLength + BinaryPrimitives.ReadUInt16BigEndian(rest[12..]);
        var padded = length + 3 & ~3;
        if (cursor.Detail.MoreLength == 0 && rest.Length - padded >= SubframeHeaderLength)
        {
            cursor.Detail.MoreOffset = cursor.Offset + padded;
            cursor.Detail.MoreLength = rest.Length - padded;
            cursor.Detail.MoreDepth = cursor.Detail.Depth;
        }
        if (length < rest.Length) cursor.Trim(length);
        cursor.Advance(SubframeHeaderLength);
        return Layer.Llc;
    }
}
