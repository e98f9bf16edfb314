using System.Buffers;
using System.Buffers.Binary;

namespace ActorFingerprint.Tests.Capture.Files;

/// <summary>Writes pcap files byte by byte, right ones and wrong ones.</summary>
internal sealed class PcapBytes
{
    public const uint Microseconds = 0xA1B2C3D4;
    public const uint Nanoseconds = 0xA1B23C4D;

    private readonly ArrayBufferWriter<byte> _bytes = new();
    private readonly bool _isBigEndian;

    public PcapBytes(uint magic = Microseconds, bool isBigEndian = false, uint linkType = 1, uint snapLength = 262_144, ushort major = 2)
    {
        _isBigEndian = isBigEndian;
        U32(magic);
        U16(major);
        U16(4);
        U32(0);
        U32(0);
        U32(snapLength);
        U32(linkType);
    }

    public long Length => _bytes.WrittenCount;

    public PcapBytes Frame(ReadOnlySpan<byte> frame, uint seconds = 1_700_000_000, uint fraction = 0, uint? wireLength = null)
    {
        Record(seconds, fraction, (uint)frame.Length, wireLength ?? (uint)frame.Length);
        _bytes.Write(frame);
        return this;
    }

    /// <summary>A frame at a time in UTC ticks, in a file of nanoseconds.</summary>
    public PcapBytes FrameAt(long ticks, ReadOnlySpan<byte> frame, int wireLength)
    {
        var (seconds, rest) = Math.DivRem(ticks - DateTime.UnixEpoch.Ticks, TimeSpan.TicksPerSecond);
        return Frame(frame, (uint)seconds, (uint)rest * 100, (uint)wireLength);
    }

    public PcapBytes Record(uint seconds, uint fraction, uint captured, uint original)
    {
        U32(seconds);
        U32(fraction);
        U32(captured);
        U32(original);
        return this;
    }

    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();

    /// <summary>A plain file of frames with their number in the first bytes and lengths that vary.</summary>
    public static byte[] WithFrames(int count, int first = 1)
    {
        var pcap = new PcapBytes();
        for (var i = first; i < first + count; i++) pcap.Frame(Numbered(i), fraction: (uint)i);
        return pcap.ToArray();
    }

    /// <summary>A frame that can be told from every other.</summary>
    public static byte[] Numbered(int number)
    {
        var frame = new byte[14 + number * 37 % 90];
        frame.AsSpan().Fill((byte)number);
        BinaryPrimitives.WriteInt32BigEndian(frame, number);
        return frame;
    }

    private void U32(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        if (_isBigEndian) BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        else BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        _bytes.Write(bytes);
    }

    private void U16(ushort value)
    {
        Span<byte> bytes = stackalloc byte[2];
        if (_isBigEndian) BinaryPrimitives.WriteUInt16BigEndian(bytes, value);
        else BinaryPrimitives.WriteUInt16LittleEndian(bytes, value);
        _bytes.Write(bytes);
    }
}
