using ActorFingerprint.Limits.Keys;

namespace ActorFingerprint.Limits.Identity;

/// <summary>How much the signals behind a fingerprint are worth (AF-1 §5).</summary>
public enum DeviceConfidence : byte
{
    /// <summary>Passive signals only: may never hard-block a device.</summary>
    Low,

    /// <summary>Client hints came too.</summary>
    Medium,

    /// <summary>A session id that the host has bound to this account.</summary>
    High,
}

/// <summary>The device of a request, resolved: all that the decision ever sees of its signals.</summary>
public readonly record struct DeviceIdentity
{
    /// <summary>Fingerprint under the current secret and normalisation; null when missing (R7).</summary>
    public DeviceFingerprint? Fingerprint { get; init; }

    /// <summary>The same device under the previous generation; null outside a rotation or migration.</summary>
    public DeviceFingerprint? PreviousFingerprint { get; init; }

    /// <summary>Canonical User-Agent, <c>family/major</c>: at most 64 characters.</summary>
    public required string UserAgent { get; init; }

    /// <summary>The same User-Agent under the previous normalisation; null when that did not change.</summary>
    public string? PreviousUserAgent { get; init; }

    /// <summary>Worth of the signals.</summary>
    public DeviceConfidence Confidence { get; init; }

    /// <summary>A session id came, and the host says it belongs to this account. The flag without an id is nothing.</summary>
    public bool TrustedSession { get; init; }

    /// <summary>The host has proved this device for the account before. Does not raise the confidence.</summary>
    public bool PreviouslyVerified { get; init; }

    /// <summary>How it was resolved; null when it was made by hand.</summary>
    internal Resolution? Resolution { get; init; }

    /// <summary>Neither confidence nor a K5 record proves a device known: only the host does.</summary>
    public bool KnownForAccount => TrustedSession || PreviouslyVerified;

    /// <summary>Whether the fingerprints are those under these secrets, as far as one can know.</summary>
    internal bool IsOf(LimiterSecrets secrets) => Resolution is null || Resolution.Resolver.Secrets.HasFingerprintsOf(secrets);

    /// <summary>
    /// The same device with its fingerprints under these secrets: a rotation may come between the moment a host resolves a device and the
    /// decision.
    /// </summary>
    internal DeviceIdentity Under(LimiterSecrets secrets)
    {
        if (IsOf(secrets)) return this;
        var again = Resolution!.Resolver.Under(secrets).Resolve(Resolution.Signals, Resolution.ExpectClientHints);
        return this with
        {
            Fingerprint = again.Fingerprint,
            PreviousFingerprint = again.PreviousFingerprint,
            Resolution = again.Resolution,
        };
    }
}

/// <summary>What a device was resolved from. Lives as long as the request; never stored, and no part of who the device is.</summary>
internal sealed record Resolution(DeviceIdentityResolver Resolver, DeviceSignals Signals, bool ExpectClientHints)
{
    /// <summary>Two identities are equal however they were resolved.</summary>
    public bool Equals(Resolution? other) => true;

    /// <inheritdoc/>
    public override int GetHashCode() => 0;
}
