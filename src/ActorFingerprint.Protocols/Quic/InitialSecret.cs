using System.Buffers.Binary;
using System.Runtime.Intrinsics;
using ActorFingerprint.Protocols.Quic.Crypto;

namespace ActorFingerprint.Protocols.Quic;

/// <summary>
/// The secret that everyone can derive from the client's first Destination Connection ID (RFC 9001 §5.2), and the two directions'
/// packet keys below it.
/// </summary>
internal readonly struct InitialSecret
{
    private readonly QuicVersion _version;
    private readonly HmacSha256 _secret;

    /// <param name="version">Salt and labels.</param>
    /// <param name="connectionId">The client's first Destination Connection ID; at most 20 bytes.</param>
    public InitialSecret(QuicVersion version, ReadOnlySpan<byte> connectionId)
    {
        Span<uint> block = stackalloc uint[Sha256State.BlockWords];
        HmacSha256.WriteBlock(connectionId, block);
        _version = version;
        _secret = HmacSha256.Keyed(version.Salt.Hash(block));
    }

    /// <summary>Keys of the client's packets.</summary>
    public InitialKeys ClientKeys => Expand(_version.Client);

    /// <summary>Keys of the server's packets.</summary>
    public InitialKeys ServerKeys => Expand(_version.Server);

    private InitialKeys Expand(uint[] direction)
    {
        var secret = HmacSha256.Keyed(_secret.Hash(direction));
        return new InitialKeys(Take(secret, _version.Key), Take(secret, _version.Iv), Take(secret, _version.HeaderProtection));
    }

    private static Vector128<byte> Take(HmacSha256 secret, uint[] label)
    {
        Span<uint> words = stackalloc uint[Sha256State.Words];
        secret.Hash(label).CopyTo(words);
        Span<byte> bytes = stackalloc byte[Vector128<byte>.Count];
        for (var i = 0; i < bytes.Length / sizeof(uint); i++) BinaryPrimitives.WriteUInt32BigEndian(bytes[(i * sizeof(uint))..], words[i]);
        return Vector128.Create<byte>(bytes);
    }
}
