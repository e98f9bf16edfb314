using System.Buffers.Binary;
using System.Text;

namespace ActorFingerprint.Tools.FrameGenerator.Writers;

/// <summary>Writes pcapng: one little-endian section, one interface at microseconds, enhanced packet blocks.</summary>
internal static class PcapngWriter
{
    private const uint SectionHeader = 0x0A0D0D0A;
    private const uint InterfaceDescription = 1;
    private const uint EnhancedPacket = 6;
    private const int Comment = 1;
    private const int InterfaceName = 2;
    private const int UserApplication = 4;
    private const int TimeResolution = 9;

    public static void Write(Stream output, int linkType, IReadOnlyList<Frame> frames)
    {
        Block(output, SectionHeader, body =>
        {
            U32(body, 0x1A2B3C4D);
            U16(body, 1);
            U16(body, 0);
            body.Write([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]);
            Option(body, Comment, "Made by ActorFingerprint's FrameGenerator: nothing in it was captured.");
            Option(body, UserApplication, "FrameGenerator");
            EndOfOptions(body);
        });
        Block(output, InterfaceDescription, body =>
        {
            U16(body, linkType);
            U16(body, 0);
            U32(body, 262_144);
            Option(body, InterfaceName, "home0");
            Option(body, TimeResolution, [6]);
            EndOfOptions(body);
        });
        foreach (var frame in frames) Packet(output, frame);
    }

    private static void Packet(Stream output, Frame frame) => Block(output, EnhancedPacket, body =>
    {
        U32(body, 0);
        U32(body, (uint)(frame.AtMicros >> 32));
        U32(body, (uint)frame.AtMicros);
        U32(body, (uint)frame.CapturedLength);
        U32(body, (uint)frame.Bytes.Length);
        body.Write(frame.Bytes, 0, frame.CapturedLength);
        Pad(body, frame.CapturedLength);
    });

    private static void Block(Stream output, uint type, Action<MemoryStream> fill)
    {
        using var body = new MemoryStream();
        fill(body);
        var total = (uint)(12 + body.Length);
        U32(output, type);
        U32(output, total);
        body.WriteTo(output);
        U32(output, total);
    }

    private static void Option(Stream body, int code, string text) => Option(body, code, Encoding.UTF8.GetBytes(text));

    private static void Option(Stream body, int code, byte[] value)
    {
        U16(body, code);
        U16(body, value.Length);
        body.Write(value);
        Pad(body, value.Length);
    }

    private static void EndOfOptions(Stream body) => U32(body, 0);

    private static void Pad(Stream body, int length) => body.Write(new byte[-length & 3]);

    private static void U16(Stream output, int value)
    {
        Span<byte> word = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(word, (ushort)value);
        output.Write(word);
    }

    private static void U32(Stream output, uint value)
    {
        Span<byte> word = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(word, value);
        output.Write(word);
    }
}
