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

    /// <summary>Neither confidence nor a K5 record proves a device known: only the host does.</summary>
    public bool KnownForAccount => TrustedSession || PreviouslyVerified;
}
