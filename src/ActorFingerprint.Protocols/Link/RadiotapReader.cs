using System.Buffers.Binary;
using ActorFingerprint.Protocols.Network;

namespace ActorFingerprint.Protocols.Link;

/// <summary>
/// Steps over the radiotap header of an 802.11 capture (radiotap.org), honouring what its flags say of the frame behind it.
/// </summary>
internal static class RadiotapReader
{
    private const uint PresentTsft = 1;
    private const uint PresentFlags = 1 << 1;
    private const uint PresentExtended = 1u << 31;
    private const byte FlagFrameCheckIncluded = 0x10;
    private const byte FlagBadFrameCheck = 0x40;
    private const int FrameCheckLength = 4;

    public static Layer Read(ref WalkCursor cursor)
    {
        var rest = cursor.Rest;
        if (rest.Length < 8) return cursor.Fail(Malformed.LinkHeaderTruncated);
        var length = BinaryPrimitives.ReadUInt16LittleEndian(rest[2..]);
        if (rest[0] != 0 || length < 8 || length > rest.Length) return cursor.Fail(Malformed.LinkHeaderTruncated);
        var flags = ReadFlags(rest[..length]);
        cursor.Advance(length);
        if ((flags & FlagBadFrameCheck) != 0) return cursor.Stop(WalkOutcome.BadFrameCheck);
        if ((flags & FlagFrameCheckIncluded) != 0 && !cursor.IsFrameCut && cursor.Rest.Length >= FrameCheckLength)
            cursor.Trim(cursor.Rest.Length - FrameCheckLength);
        return cursor.Enter(Layer.Ieee80211, flags);
    }

    /// <summary>The flags field follows the presence words and, aligned to 8, the 8-byte time stamp; 0 when absent.</summary>
    private static byte ReadFlags(ReadOnlySpan<byte> radiotap)
    {
        var present = BinaryPrimitives.ReadUInt32LittleEndian(radiotap[4..]);
        if ((present & PresentFlags) == 0) return 0;
        var at = 8;
        for (var word = present; (word & PresentExtended) != 0; at += 4)
        {
            if (at + 4 > radiotap.Length) return 0;
            word = BinaryPrimitives.ReadUInt32LittleEndian(radiotap[at..]);
        }
        if ((present & PresentTsft) != 0) at = (at + 7 & ~7) + 8;
        return at < radiotap.Length ? radiotap[at] : (byte)0;
    }
}
