using System.Buffers.Binary;
using System.Text;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Sharding;

namespace ActorFingerprint.Cluster.Spool;

/// <summary>What a record of a segment is.</summary>
internal enum SegmentRecordKind : byte
{
    /// <summary>The marks of all runs as the segment begins.</summary>
    Marks = 1,
    /// <summary>A batch.</summary>
    Batch = 2,
    /// <summary>What a confirmed batch leaves behind when the rest of its segment is rewritten: its place and its mark.</summary>
    Gone = 3,
}

/// <summary>
/// The bytes of a segment file. A header of 20 bytes: <c>AFSP</c>, version 1, three zeros, position of the first batch (64 bits), CRC-32C
/// of
/// those 16. Then records: length of the body (32 bits), CRC-32C of the body, the body. A body is its kind (one byte) and its content; a
/// batch is
/// ticks of the append (64), shard (32), number (64), frame (64), index (32), length of the run's id (8), the id in UTF-8, the message.
/// The first
/// record holds the marks. Integers are little-endian.
/// </summary>
internal static class SegmentFormat
{
    /// <summary>Bytes of a segment's header.</summary>
    public const int HeaderLength = 20;

    /// <summary>Bytes before a body.</summary>
    public const int FrameLength = 8;

    /// <summary>Longest body: a longer one is no body but damage.</summary>
    public const int MaxBody = 64 * 1024 * 1024;

    /// <summary>Ticks, shard, number, frame, index and length of the run's id.</summary>
    private const int FieldsLength = 8 + 4 + 8 + 8 + 4 + 1;

    private static ReadOnlySpan<byte> Magic => "AFSP\u0001\0\0\0"u8;

    /// <summary>The header of a segment.</summary>
    public static byte[] Header(long first)
    {
        var header = new byte[HeaderLength];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(8), first);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(16), Crc32C.Of(header.AsSpan(0, 16)));
        return header;
    }

    /// <summary>True for the header of the segment that begins with this position.</summary>
    public static bool IsHeader(ReadOnlySpan<byte> header, long first) => header.SequenceEqual(Header(first));

    /// <summary>Everything of a batch's record before its message: frame, kind and fields, with the checksum over all.</summary>
    public static byte[] BatchHead(in SpoolRecord record, long atTicks) => BatchHead(SegmentRecordKind.Batch, record, atTicks);

    /// <summary>The record of a batch that is confirmed.</summary>
    public static byte[] Gone(in SpoolRecord record, long atTicks) =>
        BatchHead(SegmentRecordKind.Gone, record with { Message = default }, atTicks);

    /// <summary>The record of the marks.</summary>
    public static byte[] Marks(IEnumerable<(int Shard, Watermark Mark)> marks)
    {
        using var body = new MemoryStream();
        using var writer = new BinaryWriter(body, Encoding.UTF8);
        writer.Write(0L); // length and checksum, below
        writer.Write((byte)SegmentRecordKind.Marks);
        foreach (var (shard, mark) in marks)
        {
            writer.Write(shard);
            writer.Write(mark.Batch);
            writer.Write(mark.Frame);
            writer.Write(mark.Index);
            writer.Write(mark.Run);
        }
        writer.Flush();
        var record = body.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(record, record.Length - FrameLength);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(4), Crc32C.Of(record.AsSpan(FrameLength)));
        return record;
    }

    /// <summary>Length of the body that a frame announces; -1 when none can be so long.</summary>
    public static int BodyLength(ReadOnlySpan<byte> frame) =>
        BinaryPrimitives.ReadUInt32LittleEndian(frame) is >= 1 and <= MaxBody and var length ? (int)length : -1;

    /// <summary>True when a body is the one that its frame was written for.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> frame, ReadOnlySpan<byte> body) =>
        BinaryPrimitives.ReadUInt32LittleEndian(frame[4..]) == Crc32C.Of(body);

    /// <summary>Reads a batch, or what is left of one. False for another kind of record.</summary>
    public static bool TryReadBatch(ReadOnlyMemory<byte> body, out SpoolRecord record, out long atTicks)
    {
        (record, atTicks) = (default, 0);
        var bytes = body.Span;
        if (bytes.Length < 1 + FieldsLength || (SegmentRecordKind)bytes[0] is not (SegmentRecordKind.Batch or SegmentRecordKind.Gone))
            return false;
        int run = bytes[FieldsLength];
        if (bytes.Length < 1 + FieldsLength + run) return false;
        atTicks = BinaryPrimitives.ReadInt64LittleEndian(bytes[1..]);
        record = new SpoolRecord(
            Encoding.UTF8.GetString(bytes.Slice(1 + FieldsLength, run)),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[9..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[13..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[21..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[29..]),
            body[(1 + FieldsLength + run)..]);
        return true;
    }

    /// <summary>Reads the marks that a segment begins with. False for another kind of record, and for bytes that are none.</summary>
    public static bool TryReadMarks(ReadOnlyMemory<byte> body, SpoolMarks into)
    {
        if (body.Span[0] != (byte)SegmentRecordKind.Marks) return false;
        using var reader = new BinaryReader(new MemoryStream(body[1..].ToArray()), Encoding.UTF8);
        try
        {
            while (reader.BaseStream.Position < reader.BaseStream.Length)
            {
                var (shard, number, frame, index) = (reader.ReadInt32(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt32());
                into.Set(shard, new Watermark(reader.ReadString(), number, frame, index));
            }
            return true;
        }
        catch (Exception error) when (error is IOException or FormatException)
        {
            return false;
        }
    }

    private static byte[] BatchHead(SegmentRecordKind kind, in SpoolRecord record, long atTicks)
    {
        var run = Encoding.UTF8.GetByteCount(record.Run);
        var head = new byte[FrameLength + 1 + FieldsLength + run];
        var body = head.AsSpan(FrameLength);
        body[0] = (byte)kind;
        BinaryPrimitives.WriteInt64LittleEndian(body[1..], atTicks);
        BinaryPrimitives.WriteInt32LittleEndian(body[9..], record.Shard);
        BinaryPrimitives.WriteInt64LittleEndian(body[13..], record.Number);
        BinaryPrimitives.WriteInt64LittleEndian(body[21..], record.Frame);
        BinaryPrimitives.WriteInt32LittleEndian(body[29..], record.Index);
        body[FieldsLength] = checked((byte)run);
        Encoding.UTF8.GetBytes(record.Run, body[(1 + FieldsLength)..]);
        BinaryPrimitives.WriteInt32LittleEndian(head, body.Length + record.Message.Length);
        var checksum = Crc32C.Append(Crc32C.Append(Crc32C.Start, body), record.Message.Span);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(4), Crc32C.Finish(checksum));
        return head;
    }
}
