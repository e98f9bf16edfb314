using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using ActorFingerprint.Engine.Journal;

namespace ActorFingerprint.Cluster.Messages;

/// <summary>
/// The front of a batch message: enough to route it, to know whether it was applied already, and to name it where it is set aside. Integers
/// are little-endian.
/// </summary>
/// <param name="Region">Region of the shard.</param>
/// <param name="ShardCount">Shards in the region, as the sender counts them.</param>
/// <param name="Shard">The shard.</param>
/// <param name="Run">Id of the run.</param>
/// <param name="Number">Number among the run's batches to this shard, from 1.</param>
/// <param name="Envelopes">Envelopes in the message.</param>
public sealed record BatchHeader(string Region, int ShardCount, int Shard, string Run, long Number, int Envelopes)
{
    /// <summary>Longest <see cref="Region"/> and <see cref="Run"/>, in bytes of UTF-8.</summary>
    public const int MaxName = 255;

    private const int MinorAt = 5;
    private const int LengthAt = 6;
    private const int ChecksumAt = 8;
    private const int NumberAt = 12;
    private const int ShardCountAt = 20;
    private const int ShardAt = 24;
    private const int EnvelopesAt = 28;
    private const int NamesAt = 32;

    /// <summary>Minor version of the format that the message was written in.</summary>
    public byte Minor { get; init; } = BatchFormat.Minor;

    /// <summary>Bytes from the start of the message to its payload.</summary>
    internal int Length { get; init; }

    /// <summary>
    /// Reads the header after checking the whole message against its checksum. False with the reason when it is no batch that this
    /// version can
    /// read.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> message, [NotNullWhen(true)] out BatchHeader? header, out string reason)
    {
        header = null;
        reason = FaultOf(message);
        if (reason.Length > 0) return false;
        int length = BinaryPrimitives.ReadUInt16LittleEndian(message[LengthAt..]);
        var names = message[NamesAt..length];
        if (!TryReadName(ref names, out var region) || !TryReadName(ref names, out var run))
        {
            reason = "the names in the header end early";
            return false;
        }
        header = new BatchHeader(
            region,
            BinaryPrimitives.ReadInt32LittleEndian(message[ShardCountAt..]),
            BinaryPrimitives.ReadInt32LittleEndian(message[ShardAt..]),
            run,
            BinaryPrimitives.ReadInt64LittleEndian(message[NumberAt..]),
            BinaryPrimitives.ReadInt32LittleEndian(message[EnvelopesAt..]))
        {
            Minor = message[MinorAt],
            Length = length,
        };
        reason = header.FaultOfNumbers();
        return reason.Length == 0;
    }

    /// <summary>Bytes that <see cref="Write"/> takes.</summary>
    internal int Measure() => NamesAt + 2 + Encoding.UTF8.GetByteCount(Region) + Encoding.UTF8.GetByteCount(Run);

    /// <summary>Writes the header over the start of a message; <see cref="Seal"/> follows once the payload is behind it.</summary>
    internal void Write(Span<byte> message)
    {
        BatchFormat.Magic.CopyTo(message);
        message[BatchFormat.Magic.Length] = BatchFormat.Major;
        message[MinorAt] = Minor;
        BinaryPrimitives.WriteInt64LittleEndian(message[NumberAt..], Number);
        BinaryPrimitives.WriteInt32LittleEndian(message[ShardCountAt..], ShardCount);
        BinaryPrimitives.WriteInt32LittleEndian(message[ShardAt..], Shard);
        BinaryPrimitives.WriteInt32LittleEndian(message[EnvelopesAt..], Envelopes);
        var at = WriteName(message, NamesAt, Region);
        at = WriteName(message, at, Run);
        BinaryPrimitives.WriteUInt16LittleEndian(message[LengthAt..], (ushort)at);
    }

    /// <summary>Writes the checksum of a whole message into it.</summary>
    internal static void Seal(Span<byte> message) => BinaryPrimitives.WriteUInt32LittleEndian(message[ChecksumAt..], ChecksumOf(message));

    /// <summary>CRC-32C of the message without the four bytes that hold it.</summary>
    private static uint ChecksumOf(ReadOnlySpan<byte> message) =>
        Crc32C.Finish(Crc32C.Append(Crc32C.Append(Crc32C.Start, message[..ChecksumAt]), message[NumberAt..]));

    private static string FaultOf(ReadOnlySpan<byte> message)
    {
        if (message.Length > BatchFormat.MaxLength)
            return $"{message.Length} bytes are more than a batch may have ({BatchFormat.MaxLength})";
        if (message.Length < NamesAt || !message.StartsWith(BatchFormat.Magic))
            return "not a batch: it does not start with AFPB and a header";
        var major = message[BatchFormat.Magic.Length];
        if (major != BatchFormat.Major)
            return $"batch format {major}.{message[MinorAt]}, this version reads {BatchFormat.Major}.x: "
                + "upgrade the engines before the sensors";
        if (BinaryPrimitives.ReadUInt32LittleEndian(message[ChecksumAt..]) != ChecksumOf(message))
            return "its checksum does not match: bytes were changed or lost";
        return BinaryPrimitives.ReadUInt16LittleEndian(message[LengthAt..]) is var length && (length < NamesAt || length > message.Length)
            ? $"a header of {length} bytes in a message of {message.Length}"
            : "";
    }

    private string FaultOfNumbers()
    {
        if (ShardCount < 1 || Shard < 0 || Shard >= ShardCount) return $"shard {Shard} of {ShardCount} cannot be";
        if (Number < 1) return $"batch number {Number} is below 1";
        return Envelopes < 0 ? $"{Envelopes} envelopes" : "";
    }

    private static bool TryReadName(ref ReadOnlySpan<byte> from, out string name)
    {
        name = "";
        if (from.IsEmpty || from.Length <= from[0]) return false;
        int length = from[0];
        name = Encoding.UTF8.GetString(from.Slice(1, length));
        from = from[(1 + length)..];
        return true;
    }

    private static int WriteName(Span<byte> message, int at, string name)
    {
        var length = Encoding.UTF8.GetBytes(name, message[(at + 1)..]);
        message[at] = checked((byte)length);
        return at + 1 + length;
    }
}
