using System.Buffers.Binary;

namespace ActorFingerprint.Protocols.Dtls;

/// <summary>One fragment of a handshake message (RFC 6347 §4.2.2). Borrows the datagram.</summary>
internal readonly ref struct HandshakeFragment
{
    /// <summary>Type of the message.</summary>
    public byte Type { get; init; }

    /// <summary>Length of the whole message without its header.</summary>
    public int MessageLength { get; init; }

    /// <summary>Number of the message in its direction.</summary>
    public ushort MessageNumber { get; init; }

    /// <summary>Where in the message the fragment begins.</summary>
    public int Offset { get; init; }

    /// <summary>Its bytes.</summary>
    public ReadOnlySpan<byte> Bytes { get; init; }

    /// <summary>It is the message.</summary>
    public bool IsWhole => Bytes.Length == MessageLength;
}

/// <summary>Walks the fragments in a handshake record. Never throws, never allocates.</summary>
internal ref struct HandshakeFragmentReader(ReadOnlySpan<byte> record)
{
    /// <summary>Bytes before a fragment: type, length, message number, fragment offset, fragment length.</summary>
    public const int HeaderLength = 12;

    private ReadOnlySpan<byte> _rest = record;

    /// <summary>The walk stopped at a fragment that the record cuts or that lies outside its message.</summary>
    public bool IsFaulty { get; private set; }

    /// <summary>Reads one fragment.</summary>
    public bool TryRead(out HandshakeFragment fragment)
    {
        fragment = default;
        if (_rest.IsEmpty || IsFaulty) return false;
        if (_rest.Length < HeaderLength) return !(IsFaulty = true);
        var (length, offset, count) = (ReadUInt24(_rest[1..]), ReadUInt24(_rest[6..]), ReadUInt24(_rest[9..]));
        if (offset + count > length || count > _rest.Length - HeaderLength) return !(IsFaulty = true);
        fragment = new HandshakeFragment
        {
            Type = _rest[0],
            MessageLength = length,
            MessageNumber = BinaryPrimitives.ReadUInt16BigEndian(_rest[4..]),
            Offset = offset,
            Bytes = _rest.Slice(HeaderLength, count),
        };
        _rest = _rest[(HeaderLength + count)..];
        return true;
    }

    private static int ReadUInt24(ReadOnlySpan<byte> bytes) => bytes[0] << 16 | bytes[1] << 8 | bytes[2];
}
