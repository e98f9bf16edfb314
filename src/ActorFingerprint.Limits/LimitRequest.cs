using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Identity;
using ActorFingerprint.Limits.Keys;

namespace ActorFingerprint.Limits;

/// <summary>One question to the limiter (AF-1 §2), with its time. Identifiers are opaque: never an e-mail address or a user name.</summary>
public readonly record struct LimitRequest
{
    /// <summary>Largest cost of one access.</summary>
    public const long MaxCost = 1_000_000_000;

    /// <summary>What is asked.</summary>
    public required LimitCommand Command { get; init; }

    /// <summary>Name of the policy.</summary>
    public required string Policy { get; init; }

    /// <summary>Where the request came from.</summary>
    public required AddressScope Address { get; init; }

    /// <summary>The device, resolved.</summary>
    public required DeviceIdentity Device { get; init; }

    /// <summary>Opaque account id or blind index, 1–256 characters; null when there is none.</summary>
    public string? AccountId { get; init; }

    /// <summary>Stable opaque subject, 1–256 characters; null when there is none.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>Units of an access, 1–<see cref="MaxCost"/>.</summary>
    public long Cost { get; init; } = 1;

    /// <summary>When: UTC ticks. Floored to whole seconds before any arithmetic.</summary>
    public required long AtTicks { get; init; }

    /// <summary>An empty question, for initialisers.</summary>
    public LimitRequest()
    {
    }

    /// <summary>The time as Unix seconds, floored.</summary>
    public long AtSeconds => (AtTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond;

    /// <summary>What is wrong with the question, or null. A refused question records nothing.</summary>
    public string? Fault()
    {
        if (AccountId is not null && (AccountId.Length > KeyRing.MaxSubjectLength || string.IsNullOrWhiteSpace(AccountId)))
            return $"accountId must be 1 to {KeyRing.MaxSubjectLength} characters and not blank, or absent";
        if (CorrelationId is not null && (CorrelationId.Length > KeyRing.MaxSubjectLength || string.IsNullOrWhiteSpace(CorrelationId)))
            return $"correlationId must be 1 to {KeyRing.MaxSubjectLength} characters and not blank, or absent";
        if (Device.UserAgent is not { Length: > 0 and <= KeyRing.MaxAgentLength }
            || Device.PreviousUserAgent is { Length: > KeyRing.MaxAgentLength })
            return "the canonical User-Agent must be 1 to 64 characters";
        if (Cost is < 1 or > MaxCost) return $"cost must be 1 to {MaxCost}";
        if (AtTicks < DateTime.UnixEpoch.Ticks + TimeSpan.TicksPerDay) return "the time must be after 1970-01-01";
        return null;
    }
}
