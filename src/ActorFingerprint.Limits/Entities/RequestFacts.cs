using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Identity;
using ActorFingerprint.Limits.Keys;
using ActorFingerprint.Limits.Policies;

namespace ActorFingerprint.Limits.Entities;

/// <summary>
/// What every entity of a request is told: the command, its keys in both generations, what the device is worth, and the time. Carries no
/// raw signal, so it may cross the network and be logged.
/// </summary>
public readonly record struct RequestFacts
{
    /// <summary>The policy's rules.</summary>
    public required LimiterPolicy Policy { get; init; }

    /// <summary>The node's profile.</summary>
    public required LimiterProfile Profile { get; init; }

    /// <summary>The command.</summary>
    public required LimitCommand Command { get; init; }

    /// <summary>Names in both generations.</summary>
    public required RequestKeys Keys { get; init; }

    /// <summary>Worth of the device's signals.</summary>
    public required DeviceConfidence Confidence { get; init; }

    /// <summary>A session bound to this account.</summary>
    public required bool TrustedSession { get; init; }

    /// <summary>The device is known for the account.</summary>
    public required bool Known { get; init; }

    /// <summary>Units of an access, ≥ 1.</summary>
    public required long Cost { get; init; }

    /// <summary>Unix seconds, floored.</summary>
    public required long At { get; init; }

    /// <summary>
    /// What a request becomes under the secrets of <paramref name="ring"/>; the request has been checked. A device that was resolved under
    /// others is resolved again.
    /// </summary>
    public static RequestFacts Of(LimiterPolicy policy, LimiterProfile profile, KeyRing ring, in LimitRequest request)
    {
        ArgumentNullException.ThrowIfNull(ring);
        if (!request.Device.IsOf(ring.Secrets))
            return Of(policy, profile, ring, request with { Device = request.Device.Under(ring.Secrets) });
        return new RequestFacts
        {
            Policy = policy,
            Profile = profile,
            Command = request.Command,
            Keys = ring.Derive(policy, profile, request),
            Confidence = request.Device.Confidence,
            TrustedSession = request.Device.TrustedSession,
            Known = request.Device.KnownForAccount,
            Cost = request.Cost,
            At = request.AtSeconds,
        };
    }

    /// <summary>Whether the request has a fingerprint.</summary>
    public bool HasFingerprint => !Keys.K3.IsNone;

    /// <summary>Whether the policy guards accounts.</summary>
    public bool IsAuth => Policy.IsAuth;

    /// <summary>Whether a switch of AF-1H is on.</summary>
    public bool Hardened(HardenedSwitches one) => Profile.Has(one);
}
