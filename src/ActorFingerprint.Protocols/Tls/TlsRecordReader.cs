using System.Buffers.Binary;

namespace ActorFingerprint.Protocols.Tls;

/// <summary>TLS record content types (RFC 8446 §5.1).</summary>
public enum TlsContentType : byte
{
    /// <summary>change_cipher_spec.</summary>
    ChangeCipherSpec = 20,
    /// <summary>alert.</summary>
    Alert = 21,
    /// <summary>handshake.</summary>
    Handshake = 22,
    /// <summary>application_data.</summary>
    ApplicationData = 23,
}

/// <summary>
/// Walks the records of a stream that begins at a record boundary (RFC 8446 §5.1). Borrows the bytes; never throws or allocates.
/// The last record may be there in part. The record version's minor number is ignored.
/// </summary>
public ref struct TlsRecordReader(ReadOnlySpan<byte> stream)
{
    /// <summary>Bytes of a record header.</summary>
    public const int HeaderLength = 5;

    /// <summary>Longest record body: 2^14 and the expansion that RFC 5246 §6.2.3 allows.</summary>
    public const int MaxLength = 16384 + 2048;

    private readonly ReadOnlySpan<byte> _stream = stream;

    /// <summary>Offset of the next record.</summary>
    public int Position { get; private set; }

    /// <summary>Why the walk stopped early; <see cref="Malformed.None"/> when the bytes simply ended.</summary>
    public Malformed Fault { get; private set; }

    /// <summary>
    /// Reads one record. <paramref name="fragment"/> is what is there of its body; <paramref name="isWhole"/> tells whether that is
    /// all. False at the end of the bytes, within a header, and at something that is no record.
    /// </summary>
    public bool TryRead(out TlsContentType type, out ReadOnlySpan<byte> fragment, out bool isWhole)
    {
        type = default;
        fragment = default;
        isWhole = false;
        var rest = _stream[Math.Min(Position, _stream.Length)..];
        if (rest.Length < HeaderLength) return false;
        type = (TlsContentType)rest[0];
        int length = BinaryPrimitives.ReadUInt16BigEndian(rest[3..]);
        if (type is < TlsContentType.ChangeCipherSpec or > TlsContentType.ApplicationData || rest[1] != 3 || length is 0 or > MaxLength)
        {
            Fault = Malformed.TlsRecord;
            return false;
        }
        isWhole = rest.Length - HeaderLength >= length;
        fragment = rest.Slice(HeaderLength, Math.Min(length, rest.Length - HeaderLength));
        Position += HeaderLength + length;
        return true;
    }
}
