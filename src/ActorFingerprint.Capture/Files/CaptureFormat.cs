using System.Buffers.Binary;

namespace ActorFingerprint.Capture.Files;

/// <summary>Tells by its first bytes what a capture is.</summary>
internal static class CaptureFormat
{
    /// <summary>Bytes that decide: a pcap header.</summary>
    public const int HeadLength = PcapHeader.Length;

    private const uint ModifiedPcap = 0xA1B2CD34;
    private const uint IxiaHardware = 0x1C0001AB;
    private const uint IxiaSoftware = 0x1C0001AC;

    /// <summary>True for the first four bytes of a capture that is read here.</summary>
    public static bool Matches(ReadOnlySpan<byte> head) => PcapHeader.Matches(head) || PcapngBlock.Matches(head);

    /// <summary>Makes the reader for a capture that starts so; it begins at <paramref name="length"/>. False with the reason.</summary>
    public static bool TryOpen(ReadOnlySpan<byte> head, out RecordReader reader, out int length, out string fault)
    {
        (reader, length, fault) = (null!, 0, "");
        if (PcapngBlock.Matches(head))
        {
            reader = new PcapngRecordReader(0);
            return true;
        }
        if (PcapHeader.TryRead(head, out var header))
        {
            (reader, length) = (new PcapRecordReader(header), PcapHeader.Length);
            return true;
        }
        fault = Refusal(head);
        return false;
    }

    /// <summary>Why a file that starts so is not read: one clause for the operator.</summary>
    public static string Refusal(ReadOnlySpan<byte> head)
    {
        if (head.IsEmpty) return "is empty";
        if (head.Length >= 4)
        {
            var (little, big) = (BinaryPrimitives.ReadUInt32LittleEndian(head), BinaryPrimitives.ReadUInt32BigEndian(head));
            if (little == ModifiedPcap || big == ModifiedPcap)
                return "is in the modified pcap format (magic a1b2cd34), whose records differ: convert it with editcap -F pcap";
            if (little is IxiaHardware or IxiaSoftware || big is IxiaHardware or IxiaSoftware)
                return "is in the IXIA format: convert it with editcap -F pcap";
        }
        if (!Matches(head)) return "is not a capture: neither pcap nor pcapng, plain or gzip";
        return head.Length < PcapHeader.Length ? "ends inside its first header" : "is not pcap version 2";
    }
}
