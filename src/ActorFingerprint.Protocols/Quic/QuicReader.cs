using System.Buffers.Binary;

namespace ActorFingerprint.Protocols.Quic;

/// <summary>Reads numbers and strings of QUIC (RFC 9000 §16). Never throws, never allocates.</summary>
internal ref struct QuicReader(ReadOnlySpan<byte> bytes)
{
    /// <summary>What is left.</summary>
    public ReadOnlySpan<byte> Rest { get; private set; } = bytes;

    /// <summary>A variable-length integer of 1, 2, 4 or 8 bytes; below 2^62.</summary>
    public bool TryReadVarint(out ulong value)
    {
        value = 0;
        if (Rest.IsEmpty) return false;
        var length = 1 << (Rest[0] >> 6);
        if (Rest.Length < length) return false;
        value = length switch
        {
            1 => Rest[0],
            2 => BinaryPrimitives.ReadUInt16BigEndian(Rest) & 0x3FFFu,
            4 => BinaryPrimitives.ReadUInt32BigEndian(Rest) & 0x3FFF_FFFFu,
            _ => BinaryPrimitives.ReadUInt64BigEndian(Rest) & 0x3FFF_FFFF_FFFF_FFFF,
        };
        Rest = Rest[length..];
        return true;
    }

    public bool TryReadByte(out byte value)
    {
        value = 0;
        if (Rest.IsEmpty) return false;
        value = Rest[0];
        Rest = Rest[1..];
        return true;
    }

    public bool TryReadBytes(ulong length, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (length > (ulong)Rest.Length) return false;
        value = Rest[..(int)length];
        Rest = Rest[(int)length..];
        return true;
    }

    /// <summary>Bytes with a one-byte length before them.</summary>
    public bool TryReadShort(out ReadOnlySpan<byte> value)
    {
        value = default;
        return TryReadByte(out var length) && TryReadBytes(length, out value);
    }

    /// <summary>Bytes with a variable-length integer before them.</summary>
    public bool TryReadVector(out ReadOnlySpan<byte> value)
    {
        value = default;
        return TryReadVarint(out var length) && TryReadBytes(length, out value);
    }
}
