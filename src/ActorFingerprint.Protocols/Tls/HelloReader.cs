using System.Buffers;

namespace ActorFingerprint.Protocols.Tls;

/// <summary>What <see cref="HelloReader.Read"/> found at its position.</summary>
public enum HelloScan : byte
{
    /// <summary>No hello starts here.</summary>
    None,
    /// <summary>A hello starts here as far as the bytes go, but more are needed.</summary>
    Incomplete,
    /// <summary>A whole hello.</summary>
    Whole,
    /// <summary>A hello that says it is longer than <see cref="HelloReader.MaxMessageLength"/>.</summary>
    TooLarge,
    /// <summary>A hello whose records break off into something else.</summary>
    Broken,
}

/// <summary>
/// Finds the ClientHello and ServerHello messages of a stream that begins at a record boundary (RFC 8446 §4), over any number
/// of records. Skips whole change_cipher_spec and alert records before a hello. Borrows the bytes; <see cref="Dispose"/> ends the
/// life of the last message.
/// </summary>
public ref struct HelloReader(ReadOnlySpan<byte> stream)
{
    /// <summary>Handshake type of a ClientHello.</summary>
    public const byte ClientHello = 1;

    /// <summary>Handshake type of a ServerHello.</summary>
    public const byte ServerHello = 2;

    /// <summary>Bytes before the body of a handshake message: type and 24-bit length.</summary>
    public const int HandshakeHeaderLength = 4;

    /// <summary>Longest hello that is read, header included; the protocol allows 2^24 bytes, ordinary clients send under 12 KiB.</summary>
    public const int MaxMessageLength = 60 * 1024;

    private readonly ReadOnlySpan<byte> _stream = stream;
    private byte[]? _rented;

    /// <summary>Offset at which the next hello is looked for; after an incomplete one, where it starts.</summary>
    public int Position { get; private set; }

    /// <summary>Offset of the record in which the last message that was read begins.</summary>
    public int Start { get; private set; }

    /// <summary>After an incomplete hello: it cannot be whole before this many bytes more, at least 1.</summary>
    public int Missing { get; private set; } = 1;

    /// <summary>True when <paramref name="bytes"/>, as far as they go, start a handshake record with a hello in it.</summary>
    public static bool MayStart(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || bytes[0] != (byte)TlsContentType.Handshake) return false;
        if (bytes.Length > 1 && bytes[1] != 3) return false;
        if (bytes.Length > 2 && bytes[2] > 4) return false;
        if (bytes.Length > 4 && (bytes[3] << 8 | bytes[4]) is 0 or > TlsRecordReader.MaxLength) return false;
        return bytes.Length <= TlsRecordReader.HeaderLength || bytes[TlsRecordReader.HeaderLength] is ClientHello or ServerHello;
    }

    /// <summary>Where in <paramref name="bytes"/> a hello may start: 0, or behind whole small records; -1 for nowhere.</summary>
    public static int FindStart(ReadOnlySpan<byte> bytes)
    {
        var reader = new HelloReader(bytes);
        reader.SkipSmallRecords();
        return MayStart(bytes[reader.Position..]) ? reader.Position : -1;
    }

    /// <summary>
    /// Looks for a hello at <see cref="Position"/> and moves behind the records of a whole one.
    /// <paramref name="message"/> includes the handshake header.
    /// </summary>
    public HelloScan Read(out ReadOnlySpan<byte> message)
    {
        message = default;
        SkipSmallRecords();
        Start = Position;
        var rest = _stream[Position..];
        if (!MayStart(rest)) return HelloScan.None;
        if (rest.Length < TlsRecordReader.HeaderLength + HandshakeHeaderLength) return HelloScan.Incomplete;

        var records = new TlsRecordReader(rest);
        records.TryRead(out _, out var fragment, out _);
        if (fragment.Length < HandshakeHeaderLength) return Gather(rest, out message);
        var length = MessageLength(fragment);
        if (length > MaxMessageLength) return fragment.Length > 4 && fragment[4] == 3 ? HelloScan.TooLarge : HelloScan.None;
        if (fragment.Length < length)
            return Gather(rest, out message);
        message = fragment[..length];
        Position = Math.Min(Position + records.Position, _stream.Length);
        return HelloScan.Whole;
    }

    /// <summary>Returns the memory of a message that was put together from several records.</summary>
    public void Dispose()
    {
        if (_rented is not null) ArrayPool<byte>.Shared.Return(_rented);
        _rented = null;
    }

    private static int MessageLength(ReadOnlySpan<byte> header) =>
        HandshakeHeaderLength + (header[1] << 16 | header[2] << 8 | header[3]);

    private void SkipSmallRecords()
    {
        while (_stream.Length - Position > TlsRecordReader.HeaderLength
               && _stream[Position] is (byte)TlsContentType.ChangeCipherSpec or (byte)TlsContentType.Alert)
        {
            var records = new TlsRecordReader(_stream[Position..]);
            if (!records.TryRead(out _, out _, out var isWhole) || !isWhole) return;
            Position += records.Position;
        }
    }

    /// <summary>Puts a hello of several records together; one that is not all there is broken when a record shows that it cannot go on.</summary>
    private HelloScan Gather(ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> message)
    {
        message = default;
        Missing = 1;
        Span<byte> header = stackalloc byte[HandshakeHeaderLength];
        var gathered = 0;
        var length = int.MaxValue;
        var records = new TlsRecordReader(rest);
        while (gathered < length)
        {
            if (!records.TryRead(out var type, out var fragment, out _))
                return records.Fault == Malformed.None ? HelloScan.Incomplete : HelloScan.Broken;
            if (type != TlsContentType.Handshake) return HelloScan.Broken;
            for (var i = 0; i < fragment.Length && gathered + i < HandshakeHeaderLength; i++) header[gathered + i] = fragment[i];
            gathered += fragment.Length;
            if (gathered < HandshakeHeaderLength) continue;
            length = MessageLength(header);
            if (length > MaxMessageLength) return HelloScan.TooLarge;
            Missing = Math.Max(1, length - gathered);
        }
        message = Copy(rest, length);
        Position = Math.Min(Position + records.Position, _stream.Length);
        return HelloScan.Whole;
    }

    private ReadOnlySpan<byte> Copy(ReadOnlySpan<byte> rest, int length)
    {
        Dispose();
        _rented = ArrayPool<byte>.Shared.Rent(length);
        var copied = 0;
        var records = new TlsRecordReader(rest);
        while (copied < length && records.TryRead(out _, out var fragment, out _))
        {
            var part = fragment[..Math.Min(fragment.Length, length - copied)];
            part.CopyTo(_rented.AsSpan(copied));
            copied += part.Length;
        }
        return _rented.AsSpan(0, copied);
    }
}
