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
    private const ulong Third = 0xA0761D6478BD642F;
    private const ulong Fourth = 0xE7037ED1A0B428DB;

    /// <summary>Hash of <paramref name="bytes"/>; never 0, so that 0 can mean an empty slot.</summary>
    public static ulong Of(ReadOnlySpan<byte> bytes)
    {
        var hash = First ^ (ulong)bytes.Length;
        if (bytes.Length >= 64) hash = InLanes(hash, ref bytes);
        while (bytes.Length >= 16)
        {
            hash = MixAt(hash, bytes, 0);
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

    /// <summary>Blocks of 64 bytes in four lanes that do not wait for each other; leaves the rest in <paramref name="bytes"/>.</summary>
    private static ulong InLanes(ulong hash, ref ReadOnlySpan<byte> bytes)
    {
        var (second, third, fourth) = (hash ^ Second, hash ^ Third, hash ^ Fourth);
        for (; bytes.Length >= 64; bytes = bytes[64..])
        {
            hash = MixAt(hash, bytes, 0);
            second = MixAt(second, bytes, 16);
            third = MixAt(third, bytes, 32);
            fourth = MixAt(fourth, bytes, 48);
        }
        return Mix(hash ^ second, third ^ fourth ^ Second);
    }

    private static ulong MixAt(ulong hash, ReadOnlySpan<byte> bytes, int at) =>
        Mix(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]), Second ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes[(at + 8)..]));

    /// <summary>Folds two words into one.</summary>
    public static ulong Mix(ulong a, ulong b)
    {
        var high = Math.BigMul(a, b, out var low);
        return high ^ low ^ a;
    }
}
