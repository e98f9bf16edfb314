using System.Buffers.Binary;

namespace ActorFingerprint.Limits.Keys;

/// <summary>
/// The 32 bytes of an HMAC-SHA256 over a key's pre-image (AF-1 §3): the only name under which the limiter stores anything. Routes an
/// entity.
/// </summary>
/// <param name="A">Bytes 0–7, big-endian.</param>
/// <param name="B">Bytes 8–15, big-endian.</param>
/// <param name="C">Bytes 16–23, big-endian.</param>
/// <param name="D">Bytes 24–31, big-endian.</param>
public readonly record struct LimiterKey(ulong A, ulong B, ulong C, ulong D)
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 32;

    /// <summary>Whether this is the absent key: all bytes zero.</summary>
    public bool IsNone => (A | B | C | D) == 0;

    /// <summary>The leading 16 bytes, which name the same thing inside one entity.</summary>
    public KeyDigest Digest => new(A, B);

    /// <summary>Reads a key from exactly 32 bytes.</summary>
    public static LimiterKey From(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt64BigEndian(bytes),
        BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]),
        BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]),
        BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]));

    /// <inheritdoc/>
    public override int GetHashCode() => (int)A;

    /// <summary>Lower-case hex, 64 digits.</summary>
    public override string ToString() => $"{A:x16}{B:x16}{C:x16}{D:x16}";
}

/// <summary>
/// The leading 16 bytes of an HMAC-SHA256: names a key or a set member inside one entity. At 128 bits the sets stay exact for any
/// number of members that a window can see.
/// </summary>
/// <param name="High">Bytes 0–7, big-endian.</param>
/// <param name="Low">Bytes 8–15, big-endian.</param>
public readonly record struct KeyDigest(ulong High, ulong Low)
{
    /// <summary>Whether this is the absent digest.</summary>
    public bool IsNone => (High | Low) == 0;

    /// <inheritdoc/>
    public override int GetHashCode() => (int)Low;

    /// <summary>Lower-case hex, 32 digits.</summary>
    public override string ToString() => $"{High:x16}{Low:x16}";
}

/// <summary>One name under the current secrets and, for a day after a rotation, under the previous ones (AF-1 §5.2).</summary>
/// <param name="Current">Written and read.</param>
/// <param name="Previous">Only read; none when there is no previous generation or the name did not change.</param>
public readonly record struct DigestPair(KeyDigest Current, KeyDigest Previous)
{
    /// <summary>Whether the name is absent, for instance K5 of a request without an account.</summary>
    public bool IsNone => Current.IsNone;

    /// <summary>Whether <paramref name="digest"/> is this name in either generation.</summary>
    public bool Matches(KeyDigest digest) => digest == Current || (!Previous.IsNone && digest == Previous);
}

/// <summary>An entity's key under the current secrets and, for a day after a rotation, under the previous ones.</summary>
/// <param name="Current">The entity that is written.</param>
/// <param name="Previous">The entity whose state is carried over once; none outside a rotation.</param>
public readonly record struct KeyPair(LimiterKey Current, LimiterKey Previous)
{
    /// <summary>Whether the key is absent.</summary>
    public bool IsNone => Current.IsNone;

    /// <summary>The same pair as names inside an entity.</summary>
    public DigestPair Digests => new(Current.Digest, Previous.Digest);
}
