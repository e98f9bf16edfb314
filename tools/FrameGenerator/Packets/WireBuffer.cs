using System.Net;

namespace ActorFingerprint.Tools.FrameGenerator.Packets;

/// <summary>Appends fields in network byte order, and vectors whose length is known only once they are full.</summary>
internal sealed class WireBuffer
{
    private readonly List<byte> _bytes = [];

    /// <summary>Bytes so far.</summary>
    public int Length => _bytes.Count;

    public WireBuffer U8(int value) { _bytes.Add((byte)value); return this; }

    public WireBuffer U16(int value) => U8(value >> 8).U8(value);

    public WireBuffer U24(int value) => U8(value >> 16).U16(value);

    public WireBuffer U32(uint value) => U16((int)(value >> 16)).U16((int)value);

    public WireBuffer Bytes(ReadOnlySpan<byte> value) { _bytes.AddRange(value); return this; }

    public WireBuffer Zeros(int count) => Bytes(new byte[count]);

    public WireBuffer Address(IPAddress value) => Bytes(value.GetAddressBytes());

    /// <summary>16-bit numbers, one after the other.</summary>
    public WireBuffer U16s(IEnumerable<ushort> values)
    {
        foreach (var value in values) U16(value);
        return this;
    }

    /// <summary>A vector with a one-byte length.</summary>
    public WireBuffer Vector8(ReadOnlySpan<byte> value) => U8(value.Length).Bytes(value);

    /// <summary>A vector with a two-byte length.</summary>
    public WireBuffer Vector16(ReadOnlySpan<byte> value) => U16(value.Length).Bytes(value);

    /// <summary>Overwrites two bytes written before.</summary>
    public void PatchU16(int at, int value) => (_bytes[at], _bytes[at + 1]) = ((byte)(value >> 8), (byte)value);

    public byte[] ToArray() => [.. _bytes];
}
