namespace ActorFingerprint.Tools.FrameGenerator.Writers;

/// <summary>The file formats that <c>--format</c> names.</summary>
internal enum CaptureFormat
{
    /// <summary>pcapng, little endian, microseconds.</summary>
    Pcapng,

    /// <summary>pcap, little endian, microseconds: what most tools write.</summary>
    Pcap,

    /// <summary>pcap, big endian, microseconds.</summary>
    PcapBigEndian,

    /// <summary>pcap, little endian, nanoseconds.</summary>
    PcapNanoseconds,

    /// <summary>pcap, big endian, nanoseconds.</summary>
    PcapNanosecondsBigEndian,
}

/// <summary>Writes frames as a capture file.</summary>
internal static class CaptureWriter
{
    public const int Ethernet = 1;
    public const int Raw = 101;
    public const int LinuxCooked = 113;

    /// <summary>Writes <paramref name="frames"/> to <paramref name="output"/>; the same input gives the same bytes.</summary>
    public static void Write(Stream output, CaptureFormat format, int linkType, IReadOnlyList<Frame> frames)
    {
        if (format is CaptureFormat.Pcapng) PcapngWriter.Write(output, linkType, frames);
        else PcapWriter.Write(output, linkType, frames, format);
    }
}
