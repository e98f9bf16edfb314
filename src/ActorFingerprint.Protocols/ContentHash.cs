using System.Buffers.Binary;

namespace ActorFingerprint.Protocols;

/// <summary>
/// 64-bit hash of bytes for tables that compare afterwards or tolerate a collision: the same on every machine and run. Not
/// cryptographic.
/// </summary>
internal static class ContentHash
{
    private const ulong First = 0x9E3779B97F4A7C15;
    private const ulong Second = 0xD6E8FEB86659FD93;

    /// <summary>Hash of <paramref name="bytes"/>; never 0, so that 0 can mean an empty slot.</summary>
    public static ulong Of(ReadOnlySpan<byte> bytes)
    {
        var hash = First ^ (ulong)bytes.Length;
        while (bytes.Length >= 16)
        {
            hash = Mix(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes), Second ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]));
            bytes = bytes[16..];
        }
        ulong low = 0, high = 0;
        if (bytes.Length >= 8)
        {
            low = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            bytes = bytes[8..];
        }
        for (var i = 0; i < bytes.Length; i++) high |= (ulong)bytes[i] << (8 * i);
        hash = Mix(hash ^ low ^ First, high ^ Second);
        return hash == 0 ? 1 : hash;
    }

    /// <summary>
    /// Of what a packet's sender shows, so that the same from another sender is something else. A sender is its address in its VLAN.
    /// </summary>
    /// <param name="packet">The packet.</param>
    /// <param name="content">Hash of what it shows, well mixed.</param>
    public static ulong OfSender(in PacketHeader packet, ulong content)
    {
        var (high, low) = packet.Source.Bits;
        return Mix(Mix(high ^ packet.Vlan ^ First, low ^ Second), content);
    }

    /// <summary>Folds two words into one.</summary>
    public static ulong Mix(ulong a, ulong b)
    {
        var high = Math.BigMul(a, b, out var low);
        return high ^ low ^ a;
    }
}
