using System.Buffers.Binary;
using System.Text;
using ActorFingerprint.Engine.Capture;
using ActorFingerprint.Protocols;

namespace ActorFingerprint.Capture.Files;

/// <summary>
/// Writes a pcapng file, little-endian: one section, an interface for each link type at its first frame (times in units of 100 ns, so that
/// none is rounded), and enhanced packet blocks with a comment.
/// </summary>
public sealed class PcapngFileWriter : IDisposable
{
    /// <summary>Longest comment, in bytes of UTF-8; a longer one is cut.</summary>
    public const int MaxComment = 4096;

    private const uint SectionHeader = 0x0A0D0D0A;
    private const uint ByteOrderMagic = 0x1A2B3C4D;
    private const uint InterfaceDescription = 1;
    private const uint EnhancedPacket = 6;
    private const ushort EndOfOptions = 0;
    private const ushort Comment = 1;
    private const ushort UserApplication = 4;
    private const ushort TimeResolution = 9;
    private const byte HundredNanoseconds = 7;

    private readonly Stream _output;
    private readonly List<LinkType> _interfaces = [];
    private readonly MemoryStream _body = new();

    /// <summary>Begins the file on a stream that it does not own.</summary>
    public PcapngFileWriter(Stream output)
    {
        _output = output;
        Append32(ByteOrderMagic);
        Append32(1); // version 1.0
        Append32(uint.MaxValue); // length of the section: not given
        Append32(uint.MaxValue);
        AppendOption(UserApplication, "actorfp"u8);
        AppendOption(EndOfOptions, []);
        WriteBlock(SectionHeader);
    }

    /// <summary>Adds one frame. A time before 1970 becomes that of its beginning.</summary>
    /// <param name="frame">Where and when; its offset is not looked at.</param>
    /// <param name="bytes">The captured bytes.</param>
    /// <param name="comment">What stands beside it.</param>
    public void Write(in FrameRecord frame, ReadOnlySpan<byte> bytes, string comment)
    {
        var number = InterfaceOf(frame.LinkType);
        var units = (ulong)Math.Max(0, frame.AtTicks - DateTime.UnixEpoch.Ticks);
        Append32((uint)number);
        Append32((uint)(units >> 32));
        Append32((uint)units);
        Append32((uint)bytes.Length);
        Append32((uint)frame.WireLength);
        _body.Write(bytes);
        Pad();
        AppendOption(Comment, Cut(Encoding.UTF8.GetBytes(comment)));
        AppendOption(EndOfOptions, []);
        WriteBlock(EnhancedPacket);
    }

    /// <inheritdoc />
    public void Dispose() => _body.Dispose();

    /// <summary>Cuts between two characters.</summary>
    private static ReadOnlySpan<byte> Cut(byte[] text)
    {
        var length = Math.Min(text.Length, MaxComment);
        while (length < text.Length && (text[length] & 0xC0) == 0x80) length--;
        return text.AsSpan(0, length);
    }

    private int InterfaceOf(LinkType linkType)
    {
        var number = _interfaces.IndexOf(linkType);
        if (number >= 0) return number;
        Append32((ushort)linkType); // and 16 reserved bits
        Append32(0); // no snap length
        AppendOption(TimeResolution, [HundredNanoseconds]);
        AppendOption(EndOfOptions, []);
        WriteBlock(InterfaceDescription);
        _interfaces.Add(linkType);
        return _interfaces.Count - 1;
    }

    private void AppendOption(ushort code, ReadOnlySpan<byte> value)
    {
        Span<byte> head = stackalloc byte[4];
        BinaryPrimitives.WriteUInt16LittleEndian(head, code);
        BinaryPrimitives.WriteUInt16LittleEndian(head[2..], (ushort)value.Length);
        _body.Write(head);
        _body.Write(value);
        Pad();
    }

    private void Append32(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        _body.Write(bytes);
    }

    private void Pad()
    {
        while (_body.Length % 4 != 0) _body.WriteByte(0);
    }

    private void WriteBlock(uint type)
    {
        Span<byte> edge = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(edge, type);
        BinaryPrimitives.WriteUInt32LittleEndian(edge[4..], (uint)_body.Length + 12);
        _output.Write(edge);
        _output.Write(_body.GetBuffer().AsSpan(0, (int)_body.Length));
        _output.Write(edge[4..]);
        _body.SetLength(0);
    }
}
