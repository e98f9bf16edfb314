using System.Buffers.Binary;

namespace ActorFingerprint.Protocols.Tls;

/// <summary>Reads the presentation language of TLS: numbers, and vectors with a length before them (RFC 8446 §3). Never throws.</summary>
internal ref struct VectorReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>Everything was read.</summary>
    public readonly bool IsAtEnd => _rest.IsEmpty;

    public bool TryReadByte(out byte value)
    {
        value = 0;
        if (_rest.IsEmpty) return false;
        value = _rest[0];
        _rest = _rest[1..];
        return true;
    }

    public bool TryReadUInt16(out ushort value)
    {
        value = 0;
        if (_rest.Length < 2) return false;
        value = BinaryPrimitives.ReadUInt16BigEndian(_rest);
        _rest = _rest[2..];
        return true;
    }

    public bool TryReadBytes(int length, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (_rest.Length < length) return false;
        value = _rest[..length];
        _rest = _rest[length..];
        return true;
    }

    /// <summary>A vector with an 8-bit length.</summary>
    public bool TryReadVector8(out ReadOnlySpan<byte> value)
    {
        value = default;
        return TryReadByte(out var length) && TryReadBytes(length, out value);
    }

    /// <summary>A vector with a 16-bit length.</summary>
    public bool TryReadVector16(out ReadOnlySpan<byte> value)
    {
        value = default;
        return TryReadUInt16(out var length) && TryReadBytes(length, out value);
    }

    /// <summary>A list of 16-bit values, with a 16-bit length, that fills <paramref name="bytes"/>; no bytes are an empty list.</summary>
    public static bool TryReadList16(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> list)
    {
        list = default;
        if (bytes.IsEmpty) return true;
        var reader = new VectorReader(bytes);
        return reader.TryReadVector16(out list) && reader.IsAtEnd && list.Length % 2 == 0;
    }
}
