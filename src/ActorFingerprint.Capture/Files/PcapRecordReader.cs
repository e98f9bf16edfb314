using System.Buffers.Binary;
using System.Runtime.InteropServices;
using ActorFingerprint.Engine.Capture;

namespace ActorFingerprint.Capture.Files;

/// <summary>Walks the records of a pcap file (draft-ietf-opsawg-pcap §5).</summary>
internal sealed class PcapRecordReader(PcapHeader header) : RecordReader
{
    /// <summary>Longest frame of writers that keep to the customary limit, bytes.</summary>
    private const uint CustomaryLimit = 262_144;

    private readonly bool _isSwapped = header.IsBigEndian == BitConverter.IsLittleEndian;
    private readonly uint _maxLength = Math.Clamp(header.SnapLength, CustomaryLimit, MaxRecordLength - Record.Size);

    public override int Read(FrameBlock block, int at, int end, int maxFrames)
    {
        var bytes = block.Buffer.AsSpan(0, end);
        var (linkType, isNanosecond) = (header.LinkType, header.IsNanosecond);
        Needed = 0;
        for (var left = maxFrames - block.Count; left > 0; left--)
        {
            if (end - at < Record.Size)
            {
                Needed = Record.Size;
                break;
            }
            var record = MemoryMarshal.Read<Record>(bytes[at..]);
            if (_isSwapped) record = record.Swapped();
            if (record.Captured > _maxLength)
            {
                Fault = $"a record of {record.Captured} bytes, more than any frame has,";
                break;
            }
            var captured = (int)record.Captured;
            if (end - at - Record.Size < captured)
            {
                Needed = Record.Size + captured;
                break;
            }
            var wire = (int)Math.Min(Math.Max(record.Original, record.Captured), int.MaxValue);
            var ticks = record.Seconds * TimeSpan.TicksPerSecond + (isNanosecond ? record.Fraction / 100 : record.Fraction * 10L);
            block.Add(new FrameRecord(at + Record.Size, captured, wire, linkType, DateTime.UnixEpoch.Ticks + ticks));
            at += Record.Size + captured;
        }
        return at;
    }

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Record(uint Seconds, uint Fraction, uint Captured, uint Original)
    {
        public const int Size = 16;

        public Record Swapped() => new(
            BinaryPrimitives.ReverseEndianness(Seconds), BinaryPrimitives.ReverseEndianness(Fraction),
            BinaryPrimitives.ReverseEndianness(Captured), BinaryPrimitives.ReverseEndianness(Original));
    }
}
