using Microsoft.Win32.SafeHandles;

namespace ActorFingerprint.Cluster.Spool;

/// <summary>Reads a segment from its start to its end or to the first byte that is not right.</summary>
internal static class SegmentScan
{
    /// <summary>
    /// Adds what a file holds to its segment and to the marks. Null when the file ends with a whole record; else what is wrong with it, at
    /// <see cref="Segment.Length"/>.
    /// </summary>
    public static string? Read(Segment segment, SpoolMarks marks)
    {
        var length = RandomAccess.GetLength(segment.File);
        var buffer = new byte[SegmentFormat.HeaderLength];
        if (!TryReadAt(segment.File, 0, buffer) || !SegmentFormat.IsHeader(buffer, segment.First))
            return "its header is not that of this segment";
        for (long at = SegmentFormat.HeaderLength; ;)
        {
            if (segment.Length > 0 && at == length) return null;
            if (!TryReadRecord(segment.File, at, length, out var body, out var fault)) return fault;
            var size = SegmentFormat.FrameLength + body.Length;
            if (segment.Length == 0)
            {
                if (!SegmentFormat.TryReadMarks(body, marks)) return "it does not begin with marks";
                segment.Begin(at + size);
            }
            else
            {
                if (!SegmentFormat.TryReadBatch(body, out var record, out var atTicks))
                    return $"a record of kind {body.Span[0]}, which this version does not know";
                segment.Add(size, atTicks);
                if (body.Span[0] == (byte)SegmentRecordKind.Gone) segment.Confirm(segment.End - 1);
                marks.Set(record.Shard, new Engine.Sharding.Watermark(record.Run, record.Number, record.Frame, record.Index));
            }
            at += size;
        }
    }

    /// <summary>Reads one record's body and checks it.</summary>
    public static bool TryReadRecord(SafeFileHandle file, long at, long end, out ReadOnlyMemory<byte> body, out string fault)
    {
        body = default;
        var frame = new byte[SegmentFormat.FrameLength];
        if (end - at < frame.Length || !TryReadAt(file, at, frame))
        {
            fault = "it ends within a record";
            return false;
        }
        var length = SegmentFormat.BodyLength(frame);
        if (length < 0 || length > end - at - frame.Length)
        {
            fault = "it ends within a record, or a length in it was changed";
            return false;
        }
        var bytes = new byte[length];
        var isWhole = TryReadAt(file, at + frame.Length, bytes) && SegmentFormat.IsWhole(frame, bytes);
        (body, fault) = (bytes, isWhole ? "" : "the checksum of a record does not match");
        return isWhole;
    }

    /// <summary>Reads so many bytes; false when the file ends before.</summary>
    public static bool TryReadAt(SafeFileHandle file, long at, Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var read = RandomAccess.Read(file, bytes, at);
            if (read == 0) return false;
            bytes = bytes[read..];
            at += read;
        }
        return true;
    }
}
