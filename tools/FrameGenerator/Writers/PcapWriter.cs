using System.Buffers.Binary;

namespace ActorFingerprint.Tools.FrameGenerator.Writers;

/// <summary>Writes the classic pcap format in its four variants.</summary>
internal static class PcapWriter
{
    private const uint MicrosecondMagic = 0xA1B2C3D4;
    private const uint NanosecondMagic = 0xA1B23C4D;
    private const uint SnapLength = 262_144;

    public static void Write(Stream output, int linkType, IReadOnlyList<Frame> frames, CaptureFormat format)
    {
        var bigEndian = format is CaptureFormat.PcapBigEndian or CaptureFormat.PcapNanosecondsBigEndian;
        var nanoseconds = format is CaptureFormat.PcapNanoseconds or CaptureFormat.PcapNanosecondsBigEndian;
        Put(output, bigEndian, nanoseconds ? NanosecondMagic : MicrosecondMagic, VersionWord(bigEndian), 0, 0, SnapLength, (uint)linkType);
        foreach (var frame in frames)
        {
            var (seconds, micros) = (frame.AtMicros / 1_000_000, frame.AtMicros % 1_000_000);
            var fraction = nanoseconds ? micros * 1000 : micros;
            Put(output, bigEndian, (uint)seconds, (uint)fraction, (uint)frame.CapturedLength, (uint)frame.Bytes.Length);
            output.Write(frame.Bytes, 0, frame.CapturedLength);
        }
    }

    /// <summary>Major 2 and minor 4 are two 16-bit fields: as one 32-bit word their order follows the byte order.</summary>
    private static uint VersionWord(bool bigEndian) => bigEndian ? 0x0002_0004u : 0x0004_0002u;

    private static void Put(Stream output, bool bigEndian, params ReadOnlySpan<uint> words)
    {
        Span<byte> word = stackalloc byte[4];
        foreach (var value in words)
        {
            if (bigEndian) BinaryPrimitives.WriteUInt32BigEndian(word, value);
            else BinaryPrimitives.WriteUInt32LittleEndian(word, value);
            output.Write(word);
        }
    }
}
