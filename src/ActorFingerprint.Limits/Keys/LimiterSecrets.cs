using System.Text;

namespace ActorFingerprint.Limits.Keys;

/// <summary>Which secret a rotation replaces.</summary>
[Flags]
public enum SecretKinds
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The secret of K1–K5 and of all set members.</summary>
    Key = 1,

    /// <summary>The secret of device fingerprints.</summary>
    Fingerprint = 2,

    /// <summary>Both at once.</summary>
    Both = Key | Fingerprint,
}

/// <summary>
/// The two independent secrets, each with at most one previous value (AF-1 §5.2). Current = (current key, current fingerprint); previous =
/// (previous ?? current key, previous ?? current fingerprint), present when either changed. The four combinations are never probed.
/// </summary>
public sealed class LimiterSecrets
{
    /// <summary>How long a previous secret is kept, and a second rotation refused: the longest lifetime of any state, in seconds.</summary>
    public const long KeepPreviousSeconds = 86_400;

    private LimiterSecrets(byte[] key, byte[] fingerprint, byte[]? previousKey, byte[]? previousFingerprint, long? rotatedAt)
    {
        Key = key;
        Fingerprint = fingerprint;
        PreviousKey = previousKey;
        PreviousFingerprint = previousFingerprint;
        RotatedAt = rotatedAt;
        FingerprintHashes = new(fingerprint);
        PreviousFingerprintHashes = previousFingerprint is null ? FingerprintHashes : new(previousFingerprint);
    }

    internal byte[] Key { get; }

    internal byte[] Fingerprint { get; }

    internal byte[]? PreviousKey { get; }

    internal byte[]? PreviousFingerprint { get; }

    internal KeyedHashPool FingerprintHashes { get; }

    internal KeyedHashPool PreviousFingerprintHashes { get; }

    /// <summary>When the last rotation was taken, in Unix seconds; null before the first.</summary>
    public long? RotatedAt { get; }

    /// <summary>Whether a previous generation is still read.</summary>
    public bool HasPrevious => PreviousKey is not null || PreviousFingerprint is not null;

    /// <summary>Whether both give the same fingerprints, current and previous.</summary>
    internal bool HasFingerprintsOf(LimiterSecrets other) => ReferenceEquals(this, other)
        || (Fingerprint.AsSpan().SequenceEqual(other.Fingerprint)
            && PreviousFingerprint.AsSpan().SequenceEqual(other.PreviousFingerprint));

    /// <summary>A first generation.</summary>
    /// <exception cref="ArgumentException">A secret is empty or blank. Secrets are not trimmed.</exception>
    public static LimiterSecrets Create(ReadOnlySpan<byte> key, ReadOnlySpan<byte> fingerprint) =>
        new(Checked(key, "key"), Checked(fingerprint, "fingerprint"), null, null, null);

    /// <summary>A first generation from text, taken byte for byte as UTF-8.</summary>
    /// <exception cref="ArgumentException">A secret is empty or blank.</exception>
    public static LimiterSecrets Create(string key, string fingerprint) =>
        Create(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(fingerprint));

    /// <summary>A stored ring: the current values, the previous ones where kept, and when they were exchanged (Unix seconds).</summary>
    /// <exception cref="ArgumentException">A secret is empty or blank, or a previous one comes without its time.</exception>
    public static LimiterSecrets Restore(
        byte[] key, byte[] fingerprint, byte[]? previousKey, byte[]? previousFingerprint, long? rotatedAt)
    {
        if ((previousKey ?? previousFingerprint) is not null && rotatedAt is null)
            throw new ArgumentException("a previous limiter secret is kept, but not when it was exchanged", nameof(rotatedAt));
        return new(
            Checked(key, "key"), Checked(fingerprint, "fingerprint"),
            previousKey is null ? null : Checked(previousKey, "previous key"),
            previousFingerprint is null ? null : Checked(previousFingerprint, "previous fingerprint"),
            rotatedAt);
    }

    /// <summary>
    /// Replaces the secrets named by <paramref name="kinds"/>; false, with nothing changed, while a previous generation must still be kept.
    /// </summary>
    /// <exception cref="ArgumentException">A new secret is empty or blank.</exception>
    public bool TryRotate(
        SecretKinds kinds, ReadOnlySpan<byte> newKey, ReadOnlySpan<byte> newFingerprint, long atSeconds, out LimiterSecrets rotated)
    {
        rotated = this;
        if (kinds == SecretKinds.None || (RotatedAt is { } at && atSeconds - at < KeepPreviousSeconds)) return false;
        var key = kinds.HasFlag(SecretKinds.Key);
        var fingerprint = kinds.HasFlag(SecretKinds.Fingerprint);
        rotated = new(
            key ? Checked(newKey, "key") : Key,
            fingerprint ? Checked(newFingerprint, "fingerprint") : Fingerprint,
            key ? Key : null,
            fingerprint ? Fingerprint : null,
            atSeconds);
        return true;
    }

    private static byte[] Checked(ReadOnlySpan<byte> secret, string what)
    {
        if (secret.IsEmpty || !secret.ContainsAnyExcept(" \t\r\n\0"u8))
            throw new ArgumentException($"the limiter's {what} secret is blank: give 32 random bytes", nameof(secret));
        return secret.ToArray();
    }
}
