using System.Buffers;
using System.Buffers.Binary;

namespace ActorFingerprint.Tests.Capture.Files;

/// <summary>Writes pcapng files block by block, right ones and wrong ones.</summary>
internal sealed class PcapngBytes(bool isBigEndian = false)
{
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private bool _isBigEndian = isBigEndian;

    public long Length => _bytes.WrittenCount;

    public PcapngBytes Section(bool? isBigEndian = null, ushort major = 1)
    {
        _isBigEndian = isBigEndian ?? _isBigEndian;
        return Block(0x0A0D0D0A, [.. U32(0x1A2B3C4D), .. U16(major), .. U16(0), .. U32(uint.MaxValue), .. U32(uint.MaxValue)]);
    }

    public PcapngBytes Interface(ushort linkType = 1, uint snapLength = 0, byte? resolution = null, long? offset = null)
    {
        List<byte> body = [.. U16(linkType), .. U16(0), .. U32(snapLength)];
        body.AddRange([.. U16(2), .. U16(5), .. "eth01"u8, 0, 0, 0]); // if_name, padded
        if (resolution is { } power) body.AddRange([.. U16(9), .. U16(1), power, 0, 0, 0]);
        if (offset is { } seconds) body.AddRange([.. U16(14), .. U16(8), .. U64((ulong)seconds)]);
        body.AddRange([.. U16(0), .. U16(0)]);
        return Block(1, [.. body]);
    }

    public PcapngBytes Enhanced(ReadOnlySpan<byte> frame, ulong units = 0, uint id = 0, uint? original = null, uint? captured = null) => Block(6,
    [
        .. U32(id), .. U32((uint)(units >> 32)), .. U32((uint)units), .. U32(captured ?? (uint)frame.Length),
        .. U32(original ?? (uint)frame.Length), .. frame, .. Padding(frame.Length),
        .. U16(1), .. U16(3), .. "abc\0"u8, .. U16(0), .. U16(0), // opt_comment
    ]);

    public PcapngBytes Simple(ReadOnlySpan<byte> frame, uint? original = null) =>
        Block(3, [.. U32(original ?? (uint)frame.Length), .. frame, .. Padding(frame.Length)]);

    public PcapngBytes Obsolete(ReadOnlySpan<byte> frame, ulong units = 0, ushort id = 0) => Block(2,
    [
        .. U16(id), .. U16(7), .. U32((uint)(units >> 32)), .. U32((uint)units), .. U32((uint)frame.Length),
        .. U32((uint)frame.Length), .. frame, .. Padding(frame.Length),
    ]);

    public PcapngBytes Block(uint type, ReadOnlySpan<byte> body, uint? length = null, uint? trailer = null)
    {
        var whole = length ?? (uint)body.Length + 12;
        _bytes.Write(U32(type));
        _bytes.Write(U32(whole));
        _bytes.Write(body);
        _bytes.Write(U32(trailer ?? whole));
        return this;
    }

    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();

    private static byte[] Padding(int length) => new byte[-length & 3];

    private byte[] U64(ulong value)
    {
        var bytes = new byte[8];
        if (_isBigEndian) BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        else BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return bytes;
    }

    private byte[] U32(uint value)
    {
        var bytes = new byte[4];
        if (_isBigEndian) BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        else BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }

    private byte[] U16(ushort value)
    {
        var bytes = new byte[2];
        if (_isBigEndian) BinaryPrimitives.WriteUInt16BigEndian(bytes, value);
        else BinaryPrimitives.WriteUInt16LittleEndian(bytes, value);
        return bytes;
    }
}
