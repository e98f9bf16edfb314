using System.Buffers.Binary;
using System.Security.Cryptography;

namespace ActorFingerprint.Protocols.Quic.Crypto;

/// <summary>
/// HMAC-SHA-256 (RFC 2104) under one key, for messages that fit one block: everything that the derivation of QUIC's Initial keys needs.
/// The key's two pads are hashed once.
/// </summary>
internal readonly struct HmacSha256
{
    /// <summary>Longest message: a block less the end mark and the length.</summary>
    public const int MaxMessage = BlockLength - 1 - sizeof(ulong);

    private const int BlockLength = SHA256.HashSizeInBytes * 2;
    private const uint InnerPad = 0x36363636;
    private const uint OuterPad = 0x5C5C5C5C;
    private const uint EndMark = 0x80000000;

    private readonly Sha256State _inner;
    private readonly Sha256State _outer;

    /// <param name="key">The key as big-endian words, at most a block of them.</param>
    public HmacSha256(ReadOnlySpan<uint> key)
    {
        Span<uint> pad = stackalloc uint[Sha256State.BlockWords];
        pad.Fill(InnerPad);
        for (var i = 0; i < key.Length; i++) pad[i] ^= key[i];
        _inner = Sha256State.Initial.Compress(pad);
        for (var i = 0; i < pad.Length; i++) pad[i] ^= InnerPad ^ OuterPad;
        _outer = Sha256State.Initial.Compress(pad);
    }

    /// <summary>Under a digest as the key.</summary>
    public static HmacSha256 Keyed(Sha256State key)
    {
        Span<uint> words = stackalloc uint[Sha256State.Words];
        key.CopyTo(words);
        return new HmacSha256(words);
    }

    /// <summary>Under a key of bytes: a multiple of four, at most 64.</summary>
    public static HmacSha256 Keyed(ReadOnlySpan<byte> key)
    {
        Span<uint> words = stackalloc uint[key.Length / sizeof(uint)];
        for (var i = 0; i < words.Length; i++) words[i] = BinaryPrimitives.ReadUInt32BigEndian(key[(i * sizeof(uint))..]);
        return new HmacSha256(words);
    }

    /// <summary>Writes the block in which a message stands with its end mark and length.</summary>
    /// <param name="message">At most <see cref="MaxMessage"/> bytes.</param>
    /// <param name="block">Gets <see cref="Sha256State.BlockWords"/> words.</param>
    public static void WriteBlock(ReadOnlySpan<byte> message, Span<uint> block)
    {
        Span<byte> bytes = stackalloc byte[BlockLength];
        message.CopyTo(bytes);
        bytes[message.Length] = (byte)(EndMark >> 24);
        for (var i = 0; i < Sha256State.BlockWords; i++) block[i] = BinaryPrimitives.ReadUInt32BigEndian(bytes[(i * sizeof(uint))..]);
        block[^1] = (uint)(BlockLength + message.Length) * 8;
    }

    /// <summary>The code of a message that <see cref="WriteBlock"/> wrote.</summary>
    public Sha256State Hash(ReadOnlySpan<uint> block)
    {
        Span<uint> digest = stackalloc uint[Sha256State.BlockWords];
        _inner.Compress(block).CopyTo(digest);
        digest[Sha256State.Words] = EndMark;
        digest[^1] = (BlockLength + SHA256.HashSizeInBytes) * 8;
        return _outer.Compress(digest);
    }
}
