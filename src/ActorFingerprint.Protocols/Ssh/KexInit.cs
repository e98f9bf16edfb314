using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace ActorFingerprint.Protocols.Ssh;

/// <summary>What a look at the start of bytes found.</summary>
internal enum KexInitScan
{
    /// <summary>No key exchange offer.</summary>
    None,
    /// <summary>One begins, its end is missing.</summary>
    Incomplete,
    /// <summary>A whole one.</summary>
    Whole,
    /// <summary>One whose lengths contradict each other.</summary>
    Broken,
}

/// <summary>
/// An unencrypted SSH_MSG_KEXINIT in its binary packet (RFC 4253 §6, §7.1). Borrows the bytes; never throws, never allocates.
/// </summary>
internal ref struct KexInit
{
    /// <summary>Offset of the first name list: behind the cookie, which is random.</summary>
    public const int FirstList = PacketHeaderLength + 1 + CookieLength;

    /// <summary>Bytes by which an offer is recognised.</summary>
    public const int MinStart = FirstList + 5;

    private const byte MessageNumber = 20;
    private const int PacketHeaderLength = 5;
    private const int CookieLength = 16;
    private const int ListCount = 10;
    private const int MinPadding = 4;

    private ReadOnlySpan<byte> _payload;
    private ListRanges _lists;

    /// <summary>Length of the packet.</summary>
    public int Length { get; private set; }

    /// <summary>True for a segment's bytes that begin like one: at least up to the first name of the first list.</summary>
    public static bool IsStart(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < MinStart || bytes[5] != MessageNumber) return false;
        if (bytes[0] != 0 || bytes[1] != 0 || bytes[4] < MinPadding) return false;
        var packet = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        long firstList = BinaryPrimitives.ReadUInt32BigEndian(bytes[FirstList..]);
        var isFitting = firstList + 1 + CookieLength + ListCount * 4 + bytes[4] < packet;
        return isFitting && firstList > 0 && bytes[FirstList + 4] is > 0x20 and < 0x7F;
    }

    /// <summary>Reads the packet at the start of <paramref name="bytes"/>.</summary>
    public static KexInitScan Read(ReadOnlySpan<byte> bytes, out KexInit offer)
    {
        offer = default;
        if (!IsStart(bytes)) return KexInitScan.None;
        var length = BinaryPrimitives.ReadUInt32BigEndian(bytes) + 4;
        if (bytes.Length < length) return KexInitScan.Incomplete;
        offer.Length = (int)length;
        offer._payload = bytes[..(int)(length - bytes[4])];
        return offer.TryReadLists() ? KexInitScan.Whole : KexInitScan.Broken;
    }

    /// <summary>A name list as sent; the order of the lists is that of the message.</summary>
    public readonly ReadOnlySpan<byte> List(SshList list)
    {
        var (start, length) = _lists[(int)list];
        return _payload.Slice(start, length);
    }

    private bool TryReadLists()
    {
        var at = FirstList;
        for (var i = 0; i < ListCount; i++)
        {
            if (_payload.Length - at < 4) return false;
            var length = BinaryPrimitives.ReadUInt32BigEndian(_payload[at..]);
            at += 4;
            if (length > _payload.Length - at) return false;
            _lists[i] = (at, (int)length);
            at += (int)length;
        }
        return true;
    }

    [InlineArray(ListCount)]
    private struct ListRanges
    {
        private (int Start, int Length) _first;
    }
}

/// <summary>The name lists of a key exchange offer, in their order.</summary>
internal enum SshList
{
    KeyExchange,
    HostKey,
    CipherToServer,
    CipherToClient,
    MacToServer,
    MacToClient,
    CompressionToServer,
    CompressionToClient,
    LanguageToServer,
    LanguageToClient,
}
