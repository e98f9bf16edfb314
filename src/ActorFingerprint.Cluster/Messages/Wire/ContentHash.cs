using System.Buffers.Binary;
using System.Security.Cryptography;

namespace ActorFingerprint.Cluster.Messages.Wire;

/// <summary>
/// A fast hash of short byte strings for tables of this process: folded 64 × 64 bit products. Its seed is drawn at start, so that who
/// chooses
/// the bytes (a server name) cannot choose the slots.
/// </summary>
internal static class ContentHash
{
    private const ulong First = 0x9E3779B97F4A7C15;
    private const ulong Second = 0xD6E8FEB86659FD93;

    private static readonly ulong Seed = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(ulong)));

    /// <summary>The hash of a kind and its bytes.</summary>
    public static uint Of(byte kind, ReadOnlySpan<byte> bytes)
    {
        var hash = Seed ^ (((ulong)bytes.Length << 8 | kind) * First);
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            hash = Fold(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes), First);
        var rest = 0UL;
        foreach (var b in bytes) rest = rest << 8 | b;
        return (uint)Fold(hash ^ rest, Second);
    }

    private static ulong Fold(ulong a, ulong b)
    {
        var high = Math.BigMul(a, b, out var low);
        return high ^ low;
    }
}
