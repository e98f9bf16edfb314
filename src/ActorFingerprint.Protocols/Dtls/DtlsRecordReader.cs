using System.Buffers.Binary;

namespace ActorFingerprint.Protocols.Dtls;

/// <summary>
/// Walks the records of a datagram (RFC 6347 §4.1, RFC 9147 §4) and gives the handshake records that are not encrypted (epoch 0). Borrows
/// the bytes; never throws, never allocates. A record of another kind, or of DTLS 1.3 with its short encrypted header, is stepped over or
/// ends the walk.
/// </summary>
internal ref struct DtlsRecordReader(ReadOnlySpan<byte> datagram)
{
    /// <summary>Bytes of a record header: type, version, epoch, sequence number, length.</summary>
    public const int HeaderLength = 13;

    private const byte Handshake = 22;
    private const byte FirstType = 20;
    private const byte LastType = 26;

    private ReadOnlySpan<byte> _rest = datagram;

    /// <summary>The walk stopped at a record that the datagram cuts.</summary>
    public bool IsFaulty { get; private set; }

    /// <summary>The next handshake record of epoch 0. Of a record that the datagram cuts, what is there is given.</summary>
    public bool TryRead(out ReadOnlySpan<byte> fragment)
    {
        fragment = default;
        while (!_rest.IsEmpty && !IsFaulty)
        {
            if (_rest[0] is < FirstType or > LastType) return false;
            if (_rest.Length < HeaderLength || !IsVersion(BinaryPrimitives.ReadUInt16BigEndian(_rest[1..]))) return false;
            var isWanted = _rest[0] == Handshake && BinaryPrimitives.ReadUInt16BigEndian(_rest[3..]) == 0;
            var body = _rest[HeaderLength..];
            int length = BinaryPrimitives.ReadUInt16BigEndian(_rest[11..]);
            IsFaulty = length > body.Length;
            length = Math.Min(length, body.Length);
            _rest = body[length..];
            if (!isWanted) continue;
            fragment = body[..length];
            return true;
        }
        return false;
    }

    /// <summary>DTLS 1.0 to 1.3, and 0x0100 of the implementations before the standard.</summary>
    private static bool IsVersion(ushort version) => version >> 8 == 0xFE || version == 0x0100;
}
