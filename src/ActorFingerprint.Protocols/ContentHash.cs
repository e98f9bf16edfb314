using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

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
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        if (words.Length >= 8) hash = InLanes(hash, ref words);
        for (; words.Length >= 2; words = words[2..]) hash = MixPair(hash, words[0], words[1]);
        ulong low = 0, high = 0;
        if (words.Length > 0) low = Word(words[0]);
        var rest = bytes[(bytes.Length & ~7)..];
        for (var i = 0; i < rest.Length; i++) high |= (ulong)rest[i] << (8 * i);
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

    /// <summary>Blocks of 64 bytes in four lanes that do not wait for each other; leaves the rest in <paramref name="words"/>.</summary>
    private static ulong InLanes(ulong hash, ref ReadOnlySpan<ulong> words)
    {
        var (second, third, fourth) = (hash ^ Second, hash ^ Third, hash ^ Fourth);
        for (; words.Length >= 8; words = words[8..])
        {
            hash = MixPair(hash, words[0], words[1]);
            second = MixPair(second, words[2], words[3]);
            third = MixPair(third, words[4], words[5]);
            fourth = MixPair(fourth, words[6], words[7]);
        }
        return Mix(hash ^ second, third ^ fourth ^ Second);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong MixPair(ulong hash, ulong first, ulong second) => Mix(hash ^ Word(first), Second ^ Word(second));

    /// <summary>A word of the bytes in little-endian order, on every machine.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Word(ulong read) => BitConverter.IsLittleEndian ? read : BinaryPrimitives.ReverseEndianness(read);

    /// <summary>Folds two words into one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Mix(ulong a, ulong b)
    {
        var high = Math.BigMul(a, b, out var low);
        return high ^ low ^ a;
    }
}
