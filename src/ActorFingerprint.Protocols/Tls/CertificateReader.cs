using System.Buffers;

namespace ActorFingerprint.Protocols.Tls;

/// <summary>
/// Finds the leaf in the Certificate message behind a ServerHello (RFC 5246 §7.4.2), over any number of records. The rest of the chain
/// need not be there. Borrows the bytes; <see cref="Dispose"/> ends the life of the certificate.
/// </summary>
/// <param name="stream">Bytes from the record of the ServerHello on.</param>
internal ref struct CertificateReader(ReadOnlySpan<byte> stream)
{
    /// <summary>Handshake type of the message.</summary>
    public const byte Certificate = 11;

    /// <summary>Longest certificate that is read; the largest in use, with thousands of names, have about 25 KiB.</summary>
    public const int MaxLength = 32 * 1024;

    private const int ListHeaderLength = HelloReader.HandshakeHeaderLength + 3;
    private const int LeafHeaderLength = ListHeaderLength + 3;

    private readonly ReadOnlySpan<byte> _stream = stream;
    private byte[]? _rented;

    /// <summary>After an incomplete message: the leaf cannot be whole before this many bytes more, at least 1.</summary>
    public int Missing { get; private set; } = 1;

    /// <summary>
    /// Reads the leaf. <see cref="HelloScan.None"/> when another message follows the ServerHello, or one without a certificate or with
    /// another type of it (RFC 6091, RFC 7250).
    /// </summary>
    public HelloScan Read(out ReadOnlySpan<byte> leaf)
    {
        leaf = default;
        Span<byte> header = stackalloc byte[LeafHeaderLength];
        var scan = Copy(0, header[..HelloReader.HandshakeHeaderLength]);
        if (scan != HelloScan.Whole) return scan;
        var at = HelloReader.HandshakeHeaderLength + Number(header[1..]);
        scan = Copy(at, header[..1]);
        if (scan != HelloScan.Whole) return scan;
        if (header[0] != Certificate) return HelloScan.None;
        scan = Copy(at, header[..ListHeaderLength]);
        if (scan != HelloScan.Whole) return Within(scan);
        var (message, list) = (Number(header[1..]), Number(header[4..]));
        if (list == 0) return HelloScan.None;
        scan = Copy(at, header);
        if (scan != HelloScan.Whole) return Within(scan);
        var length = Number(header[ListHeaderLength..]);
        if (length == 0 || length + 3 > list || list + 3 != message) return HelloScan.None;
        if (length > MaxLength) return HelloScan.TooLarge;
        at += LeafHeaderLength;
        scan = Copy(at + length - 1, header[..1]); // with the last byte all are there
        if (scan != HelloScan.Whole) return Within(scan);
        _rented = ArrayPool<byte>.Shared.Rent(length);
        leaf = _rented.AsSpan(0, length);
        return Within(Copy(at, _rented.AsSpan(0, length)));
    }

    /// <summary>Returns the memory of the certificate.</summary>
    public void Dispose()
    {
        if (_rented is not null) ArrayPool<byte>.Shared.Return(_rented);
        _rented = null;
    }

    /// <summary>A message that has begun breaks off where another kind of record stands.</summary>
    private static HelloScan Within(HelloScan scan) => scan == HelloScan.None ? HelloScan.Broken : scan;

    private static int Number(ReadOnlySpan<byte> bytes) => bytes[0] << 16 | bytes[1] << 8 | bytes[2];

    /// <summary>Copies handshake bytes from an offset in the stream of all records' contents.</summary>
    private HelloScan Copy(int offset, scoped Span<byte> to)
    {
        var copied = 0;
        var records = new TlsRecordReader(_stream);
        for (var at = 0; copied < to.Length;)
        {
            if (!records.TryRead(out var type, out var fragment, out _))
            {
                Missing = offset + to.Length - at;
                return records.Fault == Malformed.None ? HelloScan.Incomplete : HelloScan.None;
            }
            if (type != TlsContentType.Handshake) return HelloScan.None;
            var from = offset + copied - at;
            at += fragment.Length;
            if (from >= fragment.Length) continue;
            var part = fragment[from..Math.Min(fragment.Length, from + to.Length - copied)];
            part.CopyTo(to[copied..]);
            copied += part.Length;
        }
        return HelloScan.Whole;
    }
}
