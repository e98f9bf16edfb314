using System.Numerics;
using System.Runtime.CompilerServices;

namespace ActorFingerprint.Protocols.Quic.Crypto;

/// <summary>
/// The chaining value of SHA-256 (FIPS 180-4 §6.2) as a value. The platform's one-shot functions cost a call into its library for each
/// hash, several times the work for the fourteen single blocks that the keys of one connection need.
/// </summary>
internal readonly struct Sha256State
{
    /// <summary>32-bit words of a block.</summary>
    public const int BlockWords = 16;

    /// <summary>32-bit words of the chaining value.</summary>
    public const int Words = 8;

    private const int Rounds = 64;
    private const int Unrolled = 8;

    private readonly uint _a, _b, _c, _d, _e, _f, _g, _h;

    private Sha256State(uint a, uint b, uint c, uint d, uint e, uint f, uint g, uint h) =>
        (_a, _b, _c, _d, _e, _f, _g, _h) = (a, b, c, d, e, f, g, h);

    /// <summary>The value before the first block (§5.3.3).</summary>
    public static Sha256State Initial => new(
        0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19);

    private static ReadOnlySpan<uint> Constants =>
    [
        0x428A2F98, 0x71374491, 0xB5C0FBCF, 0xE9B5DBA5, 0x3956C25B, 0x59F111F1, 0x923F82A4, 0xAB1C5ED5,
        0xD807AA98, 0x12835B01, 0x243185BE, 0x550C7DC3, 0x72BE5D74, 0x80DEB1FE, 0x9BDC06A7, 0xC19BF174,
        0xE49B69C1, 0xEFBE4786, 0x0FC19DC6, 0x240CA1CC, 0x2DE92C6F, 0x4A7484AA, 0x5CB0A9DC, 0x76F988DA,
        0x983E5152, 0xA831C66D, 0xB00327C8, 0xBF597FC7, 0xC6E00BF3, 0xD5A79147, 0x06CA6351, 0x14292967,
        0x27B70A85, 0x2E1B2138, 0x4D2C6DFC, 0x53380D13, 0x650A7354, 0x766A0ABB, 0x81C2C92E, 0x92722C85,
        0xA2BFE8A1, 0xA81A664B, 0xC24B8B70, 0xC76C51A3, 0xD192E819, 0xD6990624, 0xF40E3585, 0x106AA070,
        0x19A4C116, 0x1E376C08, 0x2748774C, 0x34B0BCB5, 0x391C0CB3, 0x4ED8AA4A, 0x5B9CCA4F, 0x682E6FF3,
        0x748F82EE, 0x78A5636F, 0x84C87814, 0x8CC70208, 0x90BEFFFA, 0xA4506CEB, 0xBEF9A3F7, 0xC67178F2,
    ];

    /// <summary>Writes the eight words.</summary>
    public void CopyTo(Span<uint> words)
    {
        (words[7], words[6], words[5], words[4]) = (_h, _g, _f, _e);
        (words[3], words[2], words[1], words[0]) = (_d, _c, _b, _a);
    }

    /// <summary>The value after one more block of <see cref="BlockWords"/> big-endian words.</summary>
    public Sha256State Compress(ReadOnlySpan<uint> block)
    {
        Span<uint> schedule = stackalloc uint[Rounds];
        block[..BlockWords].CopyTo(schedule);
        for (var i = 0; i + BlockWords < Rounds; i++)
        {
            var words = schedule.Slice(i, BlockWords + 1);
            var (early, late) = (words[1], words[14]);
            words[16] = words[0] + words[9]
                + (BitOperations.RotateRight(early, 7) ^ BitOperations.RotateRight(early, 18) ^ early >> 3)
                + (BitOperations.RotateRight(late, 17) ^ BitOperations.RotateRight(late, 19) ^ late >> 10);
        }
        var (a, b, c, d, e, f, g, h) = (_a, _b, _c, _d, _e, _f, _g, _h);
        for (var i = 0; i < Rounds; i += Unrolled)
        {
            var words = schedule.Slice(i, Unrolled);
            var constants = Constants.Slice(i, Unrolled);
            Round(a, b, c, ref d, e, f, g, ref h, words[0] + constants[0]);
            Round(h, a, b, ref c, d, e, f, ref g, words[1] + constants[1]);
            Round(g, h, a, ref b, c, d, e, ref f, words[2] + constants[2]);
            Round(f, g, h, ref a, b, c, d, ref e, words[3] + constants[3]);
            Round(e, f, g, ref h, a, b, c, ref d, words[4] + constants[4]);
            Round(d, e, f, ref g, h, a, b, ref c, words[5] + constants[5]);
            Round(c, d, e, ref f, g, h, a, ref b, words[6] + constants[6]);
            Round(b, c, d, ref e, f, g, h, ref a, words[7] + constants[7]);
        }
        return new Sha256State(_a + a, _b + b, _c + c, _d + d, _e + e, _f + f, _g + g, _h + h);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(uint a, uint b, uint c, ref uint d, uint e, uint f, uint g, ref uint h, uint word)
    {
        h += (BitOperations.RotateRight(e, 6) ^ BitOperations.RotateRight(e, 11) ^ BitOperations.RotateRight(e, 25))
            + (g ^ e & (f ^ g)) + word;
        d += h;
        h += (BitOperations.RotateRight(a, 2) ^ BitOperations.RotateRight(a, 13) ^ BitOperations.RotateRight(a, 22))
            + (a & b | c & (a | b));
    }
}
