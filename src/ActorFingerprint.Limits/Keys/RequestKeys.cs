namespace ActorFingerprint.Limits.Keys;

/// <summary>Every name a request may touch, current and previous generation (AF-1 §3, §4.2, §12). Absent parts make a name none.</summary>
public readonly record struct RequestKeys
{
    /// <summary>K1: the address scope, an entity.</summary>
    public KeyPair K1 { get; init; }

    /// <summary>K2: address scope and User-Agent.</summary>
    public DigestPair K2 { get; init; }

    /// <summary>K3: address scope and device; none without a fingerprint.</summary>
    public DigestPair K3 { get; init; }

    /// <summary>K4: the account, an entity; none without an account.</summary>
    public KeyPair K4 { get; init; }

    /// <summary>K5: account and device.</summary>
    public DigestPair K5 { get; init; }

    /// <summary>
    /// The device across addresses (§12.4), an entity; none without a fingerprint or for a known device, which never counts there.
    /// </summary>
    public KeyPair Device { get; init; }

    /// <summary>Who is tried (§12.1): correlation id, else account; only for requests that the spray rule may observe.</summary>
    public DigestPair Subject { get; init; }

    /// <summary>The IPv6 /32 (§4.2), an entity; none for IPv4.</summary>
    public KeyPair Slash32 { get; init; }

    /// <summary>The IPv6 /40.</summary>
    public DigestPair Slash40 { get; init; }

    /// <summary>The IPv6 /48.</summary>
    public DigestPair Slash48 { get; init; }

    /// <summary>The User-Agent inside a macro scope.</summary>
    public DigestPair Agent { get; init; }
}
