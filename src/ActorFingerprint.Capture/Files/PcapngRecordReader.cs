using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ActorFingerprint.Engine.Capture;
using ActorFingerprint.Protocols;

namespace ActorFingerprint.Capture.Files;

/// <summary>
/// Walks the blocks of a pcapng file (draft-ietf-opsawg-pcapng): sections of either byte order, their interfaces, enhanced,
/// simple and obsolete packets. Other blocks are skipped by their length.
/// </summary>
/// <param name="offset">Offset in the file of the first byte that will be read.</param>
internal sealed class PcapngRecordReader(long offset) : RecordReader
{
    /// <summary>Interfaces of one section taken for real; bounds what a hostile file can make us remember.</summary>
    public const int MaxInterfaces = 65_536;

    private readonly List<PcapngInterface> _interfaces = [];
    private long _offset = offset;
    private long _section = -1;
    private long _lastTicks = DateTime.UnixEpoch.Ticks;
    private bool _isBigEndian;

    /// <summary>Byte order of the section in force.</summary>
    public bool IsBigEndian => _isBigEndian;

    public override RecordContext Context => new(_section, _interfaces.Count, _lastTicks);

    /// <summary>Continues at an offset with the time that the last frame before it had.</summary>
    public void ContinueAt(long offset, long lastTicks) => (_offset, _lastTicks) = (offset, lastTicks);

    public override int Read(FrameBlock block, int at, int end, int maxFrames)
    {
        var bytes = block.Buffer.AsSpan(0, end);
        var start = at;
        Needed = 0;
        while (block.Count < maxFrames)
        {
            var rest = bytes[at..];
            if (!PcapngBlock.TryReadHead(rest, _isBigEndian, out var head))
            {
                Needed = PcapngBlock.HeadLength;
                break;
            }
            Fault = head.Fault(_section >= 0);
            if (Fault is not null) break;
            var length = (int)head.Length;
            if (rest.Length < length)
            {
                Needed = length;
                break;
            }
            var body = rest[PcapngBlock.BodyOffset..(length - PcapngBlock.TrailerLength)];
            if (Read32(rest[(length - PcapngBlock.TrailerLength)..], head.IsBigEndian) != head.Length) Fault = "a block whose two lengths differ";
            else if (head.Type == PcapngBlock.EnhancedPacket) ReadPacket(block, at, body, isObsolete: false);
            else ReadOther(block, at, head, body, _offset + at - start);
            if (Fault is not null) break;
            at += length;
        }
        _offset += at - start;
        return at;
    }

    /// <summary>Takes in a section header or interface description at <paramref name="offset"/>; other blocks do nothing.</summary>
    public void ReadDescription(PcapngBlock head, ReadOnlySpan<byte> body, long offset)
    {
        if (head.Type == PcapngBlock.SectionHeader)
        {
            (_isBigEndian, _section) = (head.IsBigEndian, offset);
            _interfaces.Clear();
            if (body.Length < 16) Fault = "a section header that is too short";
            else if (Read16(body[4..], _isBigEndian) is var major && major != 1) Fault = $"a section of pcapng version {major} (1 is known)";
        }
        else if (head.Type == PcapngBlock.InterfaceDescription)
        {
            if (body.Length < 8) Fault = "an interface description that is too short";
            else if (_interfaces.Count == MaxInterfaces) Fault = $"more than {MaxInterfaces} interfaces";
            else _interfaces.Add(PcapngInterface.Read(body, _isBigEndian));
        }
    }

    private void ReadOther(FrameBlock block, int at, PcapngBlock head, ReadOnlySpan<byte> body, long offset)
    {
        switch (head.Type)
        {
            case PcapngBlock.SimplePacket:
                ReadSimplePacket(block, at, body);
                break;
            case PcapngBlock.ObsoletePacket:
                ReadPacket(block, at, body, isObsolete: true);
                break;
            default:
                ReadDescription(head, body, offset);
                break;
        }
    }

    // The enhanced and the obsolete packet differ in one field: the interface has 32 bits, or 16 before a drop count.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void ReadPacket(FrameBlock block, int at, ReadOnlySpan<byte> body, bool isObsolete)
    {
        const int FixedLength = 20;
        if (body.Length < FixedLength)
        {
            Fault = "a packet that is too short for its fields";
            return;
        }
        var isBigEndian = _isBigEndian;
        var id = isObsolete ? Read16(body, isBigEndian) : Read32(body, isBigEndian);
        var units = ((ulong)Read32(body[4..], isBigEndian) << 32) | Read32(body[8..], isBigEndian);
        var captured = Read32(body[12..], isBigEndian);
        var original = Read32(body[16..], isBigEndian);
        var interfaces = CollectionsMarshal.AsSpan(_interfaces);
        if (captured > (uint)(body.Length - FixedLength)) Fault = $"a packet of {captured} bytes in a block with room for {body.Length - FixedLength}";
        else if (id >= (uint)interfaces.Length) Fault = $"a packet of interface {id} where {interfaces.Length} are described";
        else
        {
            ref readonly var from = ref interfaces[(int)id];
            _lastTicks = from.ToTicks(units);
            Add(block, at + PcapngBlock.BodyOffset + FixedLength, captured, original, from.LinkType);
        }
    }

    // A simple packet has no interface (the first is meant), no time (the frame before lends its own) and no captured length:
    // the smallest of its original length, the snap length and what the block holds.
    private void ReadSimplePacket(FrameBlock block, int at, ReadOnlySpan<byte> body)
    {
        const int FixedLength = 4;
        if (body.Length < FixedLength)
        {
            Fault = "a packet that is too short for its fields";
            return;
        }
        if (_interfaces.Count == 0)
        {
            Fault = "a simple packet before any interface";
            return;
        }
        var original = Read32(body, _isBigEndian);
        var snapLength = _interfaces[0].SnapLength is 0 ? uint.MaxValue : _interfaces[0].SnapLength;
        var captured = Math.Min(Math.Min(original, snapLength), (uint)(body.Length - FixedLength));
        Add(block, at + PcapngBlock.BodyOffset + FixedLength, captured, original, _interfaces[0].LinkType);
    }

    private void Add(FrameBlock block, int at, uint captured, uint original, LinkType linkType)
    {
        var wire = (int)Math.Min(Math.Max(original, captured), int.MaxValue);
        block.Add(new FrameRecord(at, (int)captured, wire, linkType, _lastTicks));
    }

    private static uint Read32(ReadOnlySpan<byte> bytes, bool isBigEndian) =>
        isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    private static ushort Read16(ReadOnlySpan<byte> bytes, bool isBigEndian) =>
        isBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);
}
