namespace ActorFingerprint.Capture.Files;

/// <summary>Makes a record reader that knows what one knew that came to an offset by reading.</summary>
internal static class ResumedRecords
{
    /// <summary>
    /// Reads a pcap file's header again, or of a pcapng file the section header and as many interface descriptions as were
    /// known, passing over the blocks between. False when the file does not begin or continue as it must.
    /// </summary>
    public static bool TryOpen(ByteSource bytes, long offset, RecordContext context, out RecordReader? reader)
    {
        var buffer = new byte[CaptureFormat.HeadLength];
        reader = null;
        if (!bytes.TryReadAt(0, buffer) || !CaptureFormat.TryOpen(buffer, out reader, out var begin, out _)) return false;
        return reader is PcapngRecordReader records ? TryDescribe(bytes, records, offset, context) : offset >= begin;
    }

    private static bool TryDescribe(ByteSource bytes, PcapngRecordReader records, long offset, RecordContext context)
    {
        var headBytes = new byte[PcapngBlock.HeadLength];
        var isInSection = false;
        for (var at = Math.Max(context.Section, 0); at < offset && !(isInSection && records.Context.Interfaces >= context.Interfaces);)
        {
            if (!bytes.TryReadAt(at, headBytes) || !PcapngBlock.TryReadHead(headBytes, records.IsBigEndian, out var head)) return false;
            if (head.Fault(isInSection) is not null) return false;
            if (head.Type is PcapngBlock.SectionHeader or PcapngBlock.InterfaceDescription)
            {
                var block = new byte[head.Length];
                if (!bytes.TryReadAt(at, block)) return false;
                records.ReadDescription(head, block.AsSpan(PcapngBlock.BodyOffset..^PcapngBlock.TrailerLength), at);
                if (records.Fault is not null) return false;
                isInSection = true;
            }
            at += head.Length;
        }
        records.ContinueAt(offset, context.LastTicks);
        return records.Context == context;
    }
}
