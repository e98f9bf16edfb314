using System.Buffers.Binary;
using System.IO.Compression;
using ActorFingerprint.Protocols;

namespace ActorFingerprint.Tests;

/// <summary>One frame of a capture, copied out.</summary>
/// <param name="Frame">1-based number within the file.</param>
/// <param name="LinkType">Link type of the frame's interface.</param>
/// <param name="AtTicks">Capture time, UTC ticks; 0 for a simple packet block.</param>
/// <param name="WireLength">Length on the wire, bytes.</param>
/// <param name="Bytes">The captured bytes.</param>
internal sealed record TestFrame(long Frame, LinkType LinkType, long AtTicks, int WireLength, byte[] Bytes);

/// <summary>
/// Reads whole capture files (pcap and pcapng, plain or gzip) for tests: plain, slow, and apart from the product's reader so that
/// neither hides the other's mistakes. A broken end gives the frames before it.
/// </summary>
internal static class TestCaptures
{
    private const int LargestPacket = 16 * 1024 * 1024;

    /// <summary>Reads every frame of a file below the shared corpora, for example <c>tls/foxio/tls12.pcap</c>.</summary>
    public static List<TestFrame> ReadCorpus(string path) => Read(Path.Combine(Repository.Shared!, "corpus", path));

    /// <summary>Reads every frame of a capture file.</summary>
    public static List<TestFrame> Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        return Parse(bytes is [0x1F, 0x8B, ..] ? Unzip(bytes) : bytes);
    }

    /// <summary>Reads every frame of a capture held in memory; none when it is not a capture.</summary>
    public static List<TestFrame> Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 4) return [];
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes) switch
        {
            0xA1B2C3D4 => ParsePcap(bytes, false, 10),
            0xA1B23C4D => ParsePcap(bytes, false, 0),
            0xD4C3B2A1 => ParsePcap(bytes, true, 10),
            0x4D3CB2A1 => ParsePcap(bytes, true, 0),
            0x0A0D0D0A => ParsePcapNg(bytes),
            _ => [],
        };
    }

    private static byte[] Unzip(byte[] bytes)
    {
        using var plain = new MemoryStream();
        using var zipped = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
        zipped.CopyTo(plain);
        return plain.ToArray();
    }

    private static uint U32(ReadOnlySpan<byte> bytes, bool isBig) =>
        isBig ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    private static ushort U16(ReadOnlySpan<byte> bytes, bool isBig) =>
        isBig ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    private static List<TestFrame> ParsePcap(ReadOnlySpan<byte> bytes, bool isBig, int ticksPerFraction)
    {
        var frames = new List<TestFrame>();
        if (bytes.Length < 24) return frames;
        var link = (LinkType)(U32(bytes[20..], isBig) & 0xFFFF);
        for (var rest = bytes[24..]; rest.Length >= 16;)
        {
            var seconds = U32(rest, isBig);
            var fraction = U32(rest[4..], isBig);
            var length = U32(rest[8..], isBig);
            var wireLength = U32(rest[12..], isBig);
            if (length > LargestPacket || length > rest.Length - 16) break;
            var ticks = ticksPerFraction == 0 ? fraction / 100 : fraction * (long)ticksPerFraction;
            frames.Add(new TestFrame(frames.Count + 1, link, DateTime.UnixEpoch.Ticks + seconds * TimeSpan.TicksPerSecond + ticks,
                (int)Math.Max(wireLength, length), rest.Slice(16, (int)length).ToArray()));
            rest = rest[(16 + (int)length)..];
        }
        return frames;
    }

    private sealed record Interface(LinkType LinkType, uint SnapLength, byte Resolution, long OffsetSeconds);

    private static List<TestFrame> ParsePcapNg(ReadOnlySpan<byte> bytes)
    {
        var frames = new List<TestFrame>();
        var interfaces = new List<Interface>();
        var isBig = false;
        for (var rest = bytes; rest.Length >= 12;)
        {
            if (U32(rest, isBig) == 0x0A0D0D0A)
            {
                isBig = U32(rest[8..], true) == 0x1A2B3C4D;
                interfaces.Clear();
            }
            var (type, length) = (U32(rest, isBig), U32(rest[4..], isBig));
            if (length < 12 || length > rest.Length) break;
            var body = rest[8..((int)length - 4)];
            switch (type)
            {
                case 1 when body.Length >= 8:
                    interfaces.Add(ReadInterface(body, isBig));
                    break;
                case 2 when body.Length >= 20:
                    AddPacket(frames, interfaces, U16(body, isBig), body, isBig);
                    break;
                case 6 when body.Length >= 20:
                    AddPacket(frames, interfaces, (int)U32(body, isBig), body, isBig);
                    break;
                case 3 when body.Length >= 4 && interfaces is [var only, ..]:
                    var wireLength = U32(body, isBig);
                    var captured = Math.Min(wireLength, (uint)body.Length - 4);
                    if (only.SnapLength > 0) captured = Math.Min(captured, only.SnapLength);
                    frames.Add(new TestFrame(frames.Count + 1, only.LinkType, 0, (int)wireLength, body.Slice(4, (int)captured).ToArray()));
                    break;
            }
            rest = rest[(int)length..];
        }
        return frames;
    }

    private static Interface ReadInterface(ReadOnlySpan<byte> body, bool isBig)
    {
        byte resolution = 6;
        var offsetSeconds = 0L;
        for (var options = body[8..]; options.Length >= 4;)
        {
            var (code, length) = (U16(options, isBig), U16(options[2..], isBig));
            var padded = 4 + (length + 3 & ~3);
            if (code == 0 || padded > options.Length) break;
            if (code == 9 && length >= 1) resolution = options[4];
            if (code == 14 && length >= 8)
                offsetSeconds = (long)((ulong)U32(options[(isBig ? 4 : 8)..], isBig) << 32 | U32(options[(isBig ? 8 : 4)..], isBig));
            options = options[padded..];
        }
        return new Interface((LinkType)U16(body, isBig), U32(body[4..], isBig), resolution, offsetSeconds);
    }

    private static void AddPacket(List<TestFrame> frames, List<Interface> interfaces, int index, ReadOnlySpan<byte> body, bool isBig)
    {
        var length = U32(body[12..], isBig);
        if ((uint)index >= (uint)interfaces.Count || length > body.Length - 20) return;
        var at = interfaces[index];
        UInt128 units = (ulong)U32(body[4..], isBig) << 32 | U32(body[8..], isBig);
        var ticks = (long)((at.Resolution & 0x80) != 0
            ? units * (ulong)TimeSpan.TicksPerSecond >> (at.Resolution & 0x7F)
            : units * (ulong)TimeSpan.TicksPerSecond / PowerOfTen(at.Resolution));
        ticks += DateTime.UnixEpoch.Ticks + at.OffsetSeconds * TimeSpan.TicksPerSecond;
        var wireLength = (int)Math.Max(U32(body[16..], isBig), length);
        frames.Add(new TestFrame(frames.Count + 1, at.LinkType, ticks, wireLength, body.Slice(20, (int)length).ToArray()));
    }

    private static UInt128 PowerOfTen(int exponent)
    {
        UInt128 power = 1;
        for (var i = 0; i < Math.Min(exponent, 30); i++) power *= 10;
        return power;
    }
}
