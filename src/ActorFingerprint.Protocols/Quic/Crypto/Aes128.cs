using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using BlockCipher = System.Security.Cryptography.Aes;
using PaddingMode = System.Security.Cryptography.PaddingMode;

namespace ActorFingerprint.Protocols.Quic.Crypto;

/// <summary>
/// AES-128 (FIPS 197) with the processor's instructions. The keys here are public: derived from what the packet itself says.
/// </summary>
internal readonly struct Aes128
{
    private const int RoundKeys = 11;

    private readonly Schedule _keys;

    /// <summary>Expands a key. Only where <see cref="IsSupported"/>.</summary>
    public Aes128(Vector128<byte> key)
    {
        _keys[0] = key;
        _keys[1] = key = Expand(key, Aes.KeygenAssist(key, 0x01));
        _keys[2] = key = Expand(key, Aes.KeygenAssist(key, 0x02));
        _keys[3] = key = Expand(key, Aes.KeygenAssist(key, 0x04));
        _keys[4] = key = Expand(key, Aes.KeygenAssist(key, 0x08));
        _keys[5] = key = Expand(key, Aes.KeygenAssist(key, 0x10));
        _keys[6] = key = Expand(key, Aes.KeygenAssist(key, 0x20));
        _keys[7] = key = Expand(key, Aes.KeygenAssist(key, 0x40));
        _keys[8] = key = Expand(key, Aes.KeygenAssist(key, 0x80));
        _keys[9] = key = Expand(key, Aes.KeygenAssist(key, 0x1B));
        _keys[10] = Expand(key, Aes.KeygenAssist(key, 0x36));
    }

    /// <summary>This processor has the instructions.</summary>
    public static bool IsSupported => Aes.IsSupported;

    /// <summary>One block under a key that is used once, on any processor.</summary>
    public static Vector128<byte> Encrypt(Vector128<byte> key, Vector128<byte> block)
    {
        if (IsSupported) return new Aes128(key).Encrypt(block);
        Span<byte> bytes = stackalloc byte[Vector128<byte>.Count];
        using var cipher = BlockCipher.Create();
        key.CopyTo(bytes);
        cipher.SetKey(bytes);
        block.CopyTo(bytes);
        cipher.EncryptEcb(bytes, bytes, PaddingMode.None);
        return Vector128.Create<byte>(bytes);
    }

    /// <summary>One block.</summary>
    public Vector128<byte> Encrypt(Vector128<byte> block)
    {
        block ^= _keys[0];
        for (var i = 1; i < RoundKeys - 1; i++) block = Aes.Encrypt(block, _keys[i]);
        return Aes.EncryptLast(block, _keys[RoundKeys - 1]);
    }

    /// <summary>Four independent blocks, which the processor works on side by side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Encrypt(ref Vector128<byte> a, ref Vector128<byte> b, ref Vector128<byte> c, ref Vector128<byte> d)
    {
        var key = _keys[0];
        var (w, x, y, z) = (a ^ key, b ^ key, c ^ key, d ^ key);
        for (var i = 1; i < RoundKeys - 1; i++)
        {
            key = _keys[i];
            w = Aes.Encrypt(w, key);
            x = Aes.Encrypt(x, key);
            y = Aes.Encrypt(y, key);
            z = Aes.Encrypt(z, key);
        }
        key = _keys[RoundKeys - 1];
        a = Aes.EncryptLast(w, key);
        b = Aes.EncryptLast(x, key);
        c = Aes.EncryptLast(y, key);
        d = Aes.EncryptLast(z, key);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Expand(Vector128<byte> key, Vector128<byte> assist)
    {
        key ^= Sse2.ShiftLeftLogical128BitLane(key, 4);
        key ^= Sse2.ShiftLeftLogical128BitLane(key, 8);
        return key ^ Sse2.Shuffle(assist.AsInt32(), 0b11_11_11_11).AsByte();
    }

    [InlineArray(RoundKeys)]
    private struct Schedule
    {
        private Vector128<byte> _first;
    }
}
