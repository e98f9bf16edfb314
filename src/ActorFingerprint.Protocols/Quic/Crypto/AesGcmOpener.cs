using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace ActorFingerprint.Protocols.Quic.Crypto;

/// <summary>
/// Opens AES-128-GCM messages (NIST SP 800-38D §7.2) with 12-byte nonces and 16-byte tags. Uses the processor's instructions where it has
/// them: a key serves one to three packets here, so the platform's cipher objects would cost more than the work. Elsewhere the platform.
/// </summary>
internal static class AesGcmOpener
{
    /// <summary>Bytes of the tag behind the ciphertext.</summary>
    public const int TagLength = 16;

    private const int BlockLength = 16;
    private const int CounterOffset = 12;

    /// <summary>This processor has the instructions.</summary>
    public static bool IsAccelerated => Aes128.IsSupported && GaloisHash.IsSupported;

    /// <summary>Decrypts and authenticates; false, with <paramref name="text"/> unspecified, when the tag does not agree.</summary>
    /// <param name="key">16 bytes.</param>
    /// <param name="nonce">12 bytes and four zeros.</param>
    /// <param name="additional">Authenticated and not encrypted.</param>
    /// <param name="sealedText">Ciphertext and tag.</param>
    /// <param name="text">Gets as many bytes as the ciphertext has.</param>
    public static bool TryOpen(
        Vector128<byte> key, Vector128<byte> nonce, ReadOnlySpan<byte> additional, ReadOnlySpan<byte> sealedText, Span<byte> text) =>
        IsAccelerated ? TryOpenHere(key, nonce, additional, sealedText, text) : TryOpenByPlatform(key, nonce, additional, sealedText, text);

    /// <summary>With the platform's cipher.</summary>
    public static bool TryOpenByPlatform(
        Vector128<byte> key, Vector128<byte> nonce, ReadOnlySpan<byte> additional, ReadOnlySpan<byte> sealedText, Span<byte> text)
    {
        Span<byte> bytes = stackalloc byte[2 * BlockLength];
        key.CopyTo(bytes);
        nonce.CopyTo(bytes[BlockLength..]);
        using var cipher = new AesGcm(bytes[..BlockLength], TagLength);
        try
        {
            cipher.Decrypt(
                bytes.Slice(BlockLength, CounterOffset), sealedText[..^TagLength], sealedText[^TagLength..], text, additional);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    /// <summary>With the processor's instructions.</summary>
    public static bool TryOpenHere(
        Vector128<byte> key, Vector128<byte> nonce, ReadOnlySpan<byte> additional, ReadOnlySpan<byte> sealedText, Span<byte> text)
    {
        var cipher = new Aes128(key);
        var ciphertext = sealedText[..^TagLength];
        var hash = new GaloisHash(cipher.Encrypt(Vector128<byte>.Zero));
        hash.Add(additional);
        hash.Add(ciphertext);
        var tag = hash.Finish(additional.Length, ciphertext.Length) ^ cipher.Encrypt(WithCounter(nonce, 1));
        if (tag != Vector128.Create(sealedText[^TagLength..])) return false;
        Decrypt(in cipher, nonce, ciphertext, text);
        return true;
    }

    private static void Decrypt(in Aes128 cipher, Vector128<byte> nonce, ReadOnlySpan<byte> ciphertext, Span<byte> text)
    {
        var counter = 2u;
        while (ciphertext.Length >= 4 * BlockLength)
        {
            var (a, b) = (WithCounter(nonce, counter), WithCounter(nonce, counter + 1));
            var (c, d) = (WithCounter(nonce, counter + 2), WithCounter(nonce, counter + 3));
            cipher.Encrypt(ref a, ref b, ref c, ref d);
            (a ^ Vector128.Create(ciphertext)).CopyTo(text);
            (b ^ Vector128.Create(ciphertext[BlockLength..])).CopyTo(text[BlockLength..]);
            (c ^ Vector128.Create(ciphertext[(2 * BlockLength)..])).CopyTo(text[(2 * BlockLength)..]);
            (d ^ Vector128.Create(ciphertext[(3 * BlockLength)..])).CopyTo(text[(3 * BlockLength)..]);
            counter += 4;
            ciphertext = ciphertext[(4 * BlockLength)..];
            text = text[(4 * BlockLength)..];
        }
        Span<byte> last = stackalloc byte[BlockLength];
        while (!ciphertext.IsEmpty)
        {
            cipher.Encrypt(WithCounter(nonce, counter++)).CopyTo(last);
            var length = Math.Min(BlockLength, ciphertext.Length);
            for (var i = 0; i < length; i++) text[i] = (byte)(last[i] ^ ciphertext[i]);
            ciphertext = ciphertext[length..];
            text = text[length..];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> WithCounter(Vector128<byte> nonce, uint counter) =>
        nonce.AsUInt32().WithElement(CounterOffset / sizeof(uint), BinaryPrimitives.ReverseEndianness(counter)).AsByte();
}
