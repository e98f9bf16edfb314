using System.Buffers.Binary;
using System.Numerics;

namespace ActorFingerprint.Cluster.Messages.Wire;

/// <summary>Bytes under construction: grows, is reused, and can take back what was written last.</summary>
internal sealed class WireWriter
{
    private byte[] _bytes = new byte[4096];

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>What was written; valid until more is.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>What was written from a length on; valid until more is.</summary>
    public ReadOnlySpan<byte> From(int start) => _bytes.AsSpan(start, Length - start);

    /// <summary>Takes back all behind a length.</summary>
    public void Truncate(int length) => Length = length;

    /// <summary>One byte.</summary>
    public void Byte(byte value)
    {
        if (Length == _bytes.Length) Grow(1);
        _bytes[Length++] = value;
    }

    /// <summary>16 bits, little-endian.</summary>
    public void UInt16(ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(Take(sizeof(ushort)), value);

    /// <summary>32 bits, little-endian.</summary>
    public void UInt32(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Take(sizeof(uint)), value);

    /// <summary>LEB128: 7 bits a byte, lowest first, the top bit says that more follow.</summary>
    public void Varint(ulong value)
    {
        if (_bytes.Length - Length < 10) Grow(10);
        var (bytes, at) = (_bytes, Length);
        while (value >= 0x80)
        {
            bytes[at++] = (byte)(value | 0x80);
            value >>= 7;
        }
        bytes[at++] = (byte)value;
        Length = at;
    }

    /// <summary>A number of either sign, small when near zero: zigzag, then <see cref="Varint"/>.</summary>
    public void Signed(long value) => Varint((ulong)((value << 1) ^ (value >> 63)));

    /// <summary>Bytes as they are.</summary>
    public void Raw(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Take(bytes.Length));

    /// <summary>Room for bytes that the caller fills.</summary>
    public Span<byte> Take(int count)
    {
        if (_bytes.Length - Length < count) Grow(count);
        Length += count;
        return _bytes.AsSpan(Length - count, count);
    }

    /// <summary>Puts the length of all behind <paramref name="start"/> before it, as <see cref="Varint"/>.</summary>
    public void PrefixLength(int start)
    {
        var length = Length - start;
        var room = (BitOperations.Log2((uint)length | 1) / 7) + 1;
        Take(room);
        _bytes.AsSpan(start, length).CopyTo(_bytes.AsSpan(start + room));
        Length = start;
        Varint((ulong)length);
        Length += length;
    }

    private void Grow(int count) => Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + count));
}
