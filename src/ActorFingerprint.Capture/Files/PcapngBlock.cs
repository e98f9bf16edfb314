using System.Buffers.Binary;

namespace ActorFingerprint.Capture.Files;

/// <summary>The head that every pcapng block has (draft-ietf-opsawg-pcapng §3.1).</summary>
/// <param name="Type">Block type.</param>
/// <param name="Length">Length of the whole block, both length fields included, bytes.</param>
/// <param name="IsBigEndian">Byte order of the block; a section header brings its own.</param>
/// <param name="HasOrder">False for a section header without a byte-order magic.</param>
internal readonly record struct PcapngBlock(uint Type, uint Length, bool IsBigEndian, bool HasOrder)
{
    public const uint SectionHeader = 0x0A0D0D0A;
    public const uint InterfaceDescription = 1;
    public const uint ObsoletePacket = 2;
    public const uint SimplePacket = 3;
    public const uint EnhancedPacket = 6;

    /// <summary>Bytes that <see cref="TryReadHead"/> looks at: also the length of the shortest block.</summary>
    public const int HeadLength = 12;

    /// <summary>Offset of the body, after type and length.</summary>
    public const int BodyOffset = 8;

    /// <summary>The length again, at the end.</summary>
    public const int TrailerLength = 4;

    private const uint OrderMagic = 0x1A2B3C4D;

    /// <summary>True when a file that starts so is pcapng.</summary>
    public static bool Matches(ReadOnlySpan<byte> head) =>
        head.Length >= 4 && BinaryPrimitives.ReadUInt32LittleEndian(head) == SectionHeader;

    /// <summary>Reads a head in the byte order of its section; false when fewer than <see cref="HeadLength"/> bytes are there.</summary>
    public static bool TryReadHead(ReadOnlySpan<byte> bytes, bool isBigEndian, out PcapngBlock head)
    {
        head = default;
        if (bytes.Length < HeadLength) return false;
        var hasOrder = true;
        if (Matches(bytes))
        {
            isBigEndian = BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]) == OrderMagic;
            hasOrder = isBigEndian || BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]) == OrderMagic;
        }
        head = isBigEndian
            ? new PcapngBlock(BinaryPrimitives.ReadUInt32BigEndian(bytes), BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]), true, hasOrder)
            : new PcapngBlock(BinaryPrimitives.ReadUInt32LittleEndian(bytes), BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]), false, hasOrder);
        return true;
    }

    /// <summary>What makes the block unreadable, or null.</summary>
    public string? Fault(bool isInSection)
    {
        if (!HasOrder) return "a section header without a byte order";
        if (!isInSection && Type != SectionHeader) return "a block before any section header";
        return Length < HeadLength || Length % 4 != 0 || Length > RecordReader.MaxRecordLength ? $"a block length of {Length}" : null;
    }
}
