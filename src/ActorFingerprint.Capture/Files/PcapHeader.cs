using System.Buffers.Binary;
using ActorFingerprint.Protocols;

namespace ActorFingerprint.Capture.Files;

/// <summary>The 24-byte header of a pcap file (draft-ietf-opsawg-pcap §4).</summary>
/// <param name="IsBigEndian">Byte order of the whole file.</param>
/// <param name="IsNanosecond">Fractions of a second are nanoseconds, not microseconds.</param>
/// <param name="SnapLength">Longest captured length the writer promised; some writers leave 0 or nonsense.</param>
/// <param name="LinkType">Link type of every frame.</param>
internal readonly record struct PcapHeader(bool IsBigEndian, bool IsNanosecond, uint SnapLength, LinkType LinkType)
{
    /// <summary>Length in the file, bytes.</summary>
    public const int Length = 24;

    private const uint Microseconds = 0xA1B2C3D4;
    private const uint Nanoseconds = 0xA1B23C4D;

    /// <summary>True when a file that starts so is pcap of a kind that is read here.</summary>
    public static bool Matches(ReadOnlySpan<byte> head) =>
        head.Length >= 4 && (IsMagic(BinaryPrimitives.ReadUInt32LittleEndian(head)) || IsMagic(BinaryPrimitives.ReadUInt32BigEndian(head)));

    /// <summary>Reads the header; false when it is short, has another magic number or another major version than 2.</summary>
    public static bool TryRead(ReadOnlySpan<byte> head, out PcapHeader header)
    {
        header = default;
        if (head.Length < Length || !Matches(head)) return false;
        var isBigEndian = IsMagic(BinaryPrimitives.ReadUInt32BigEndian(head));
        var magic = Read32(head, isBigEndian);
        var major = isBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(head[4..]) : BinaryPrimitives.ReadUInt16LittleEndian(head[4..]);
        if (major != 2) return false;
        var linkType = (LinkType)(ushort)Read32(head[20..], isBigEndian); // the upper half tells the length of a trailing checksum
        header = new PcapHeader(isBigEndian, magic == Nanoseconds, Read32(head[16..], isBigEndian), linkType);
        return true;
    }

    private static bool IsMagic(uint magic) => magic is Microseconds or Nanoseconds;

    private static uint Read32(ReadOnlySpan<byte> bytes, bool isBigEndian) =>
        isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
