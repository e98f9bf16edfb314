using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ActorFingerprint.Protocols.Quic.Crypto;

/// <summary>
/// GHASH (NIST SP 800-38D §6.4) with carry-less multiplication. Blocks are held with their bytes reversed, in which order the
/// field's bits run backwards; the subkey is kept multiplied by x, which makes up for the bit that a product of reversed words is short.
/// Only where <see cref="IsSupported"/>.
/// </summary>
internal struct GaloisHash
{
    private const int BlockLength = 16;

    private readonly Vector128<ulong> _h1;
    private readonly Vector128<ulong> _h2;
    private readonly Vector128<ulong> _h3;
    private readonly Vector128<ulong> _h4;
    private Vector128<ulong> _sum;

    /// <param name="subkey">The cipher's output for the zero block.</param>
    public GaloisHash(Vector128<byte> subkey)
    {
        _h1 = TimesX(Reversed(subkey));
        _h2 = Multiply(_h1, _h1);
        _h3 = Multiply(_h2, _h1);
        _h4 = Multiply(_h3, _h1);
    }

    /// <summary>This processor has the instructions.</summary>
    public static bool IsSupported => Pclmulqdq.IsSupported && Ssse3.IsSupported;

    // x^128 = x^127 + x^126 + x^121 + 1, bits backwards.
    private static Vector128<ulong> Polynomial => Vector128.Create(1UL, 0xC200000000000000);

    /// <summary>Adds bytes, the last block filled up with zeros.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        var sum = _sum;
        while (bytes.Length >= 4 * BlockLength)
        {
            var (low, middle, high) = Product(sum ^ Reversed(Vector128.Create(bytes)), _h4);
            Accumulate(Reversed(Vector128.Create(bytes[BlockLength..])), _h3, ref low, ref middle, ref high);
            Accumulate(Reversed(Vector128.Create(bytes[(2 * BlockLength)..])), _h2, ref low, ref middle, ref high);
            Accumulate(Reversed(Vector128.Create(bytes[(3 * BlockLength)..])), _h1, ref low, ref middle, ref high);
            sum = Reduce(low, middle, high);
            bytes = bytes[(4 * BlockLength)..];
        }
        while (bytes.Length >= BlockLength)
        {
            sum = Multiply(sum ^ Reversed(Vector128.Create(bytes)), _h1);
            bytes = bytes[BlockLength..];
        }
        if (!bytes.IsEmpty)
        {
            Span<byte> last = stackalloc byte[BlockLength];
            bytes.CopyTo(last);
            sum = Multiply(sum ^ Reversed(Vector128.Create<byte>(last)), _h1);
        }
        _sum = sum;
    }

    /// <summary>Adds the block of the two lengths, in bytes, and gives the hash.</summary>
    public readonly Vector128<byte> Finish(int additionalLength, int textLength) =>
        Reversed(Multiply(_sum ^ Vector128.Create((ulong)textLength * 8, (ulong)additionalLength * 8), _h1).AsByte()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Reversed(Vector128<byte> block) =>
        Ssse3.Shuffle(block, Vector128.Create((byte)15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)).AsUInt64();

    private static Vector128<ulong> TimesX(Vector128<ulong> value)
    {
        var carries = value >>> 63;
        var shifted = value << 1 | Vector128.Create(0UL, carries[0]);
        return carries[1] == 0 ? shifted : shifted ^ Polynomial;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Multiply(Vector128<ulong> a, Vector128<ulong> b)
    {
        var (low, middle, high) = Product(a, b);
        return Reduce(low, middle, high);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector128<ulong> Low, Vector128<ulong> Middle, Vector128<ulong> High) Product(Vector128<ulong> a, Vector128<ulong> b) =>
    (
        Pclmulqdq.CarrylessMultiply(a, b, 0x00),
        Pclmulqdq.CarrylessMultiply(a, b, 0x01) ^ Pclmulqdq.CarrylessMultiply(a, b, 0x10),
        Pclmulqdq.CarrylessMultiply(a, b, 0x11)
    );

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Accumulate(
        Vector128<ulong> a, Vector128<ulong> b, ref Vector128<ulong> low, ref Vector128<ulong> middle, ref Vector128<ulong> high)
    {
        var (l, m, h) = Product(a, b);
        low ^= l;
        middle ^= m;
        high ^= h;
    }

    /// <summary>The 256-bit product modulo the polynomial: its low half is folded into the middle, the middle into the high half.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Reduce(Vector128<ulong> low, Vector128<ulong> middle, Vector128<ulong> high)
    {
        middle ^= Swapped(low) ^ Pclmulqdq.CarrylessMultiply(low, Polynomial, 0x10);
        return high ^ Swapped(middle) ^ Pclmulqdq.CarrylessMultiply(middle, Polynomial, 0x10);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Swapped(Vector128<ulong> value) => Sse2.Shuffle(value.AsInt32(), 0b01_00_11_10).AsUInt64();
}
