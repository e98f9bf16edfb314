using System.Net;
using ActorFingerprint.Limits;
using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Identity;
using ActorFingerprint.Limits.Policies;
using ActorFingerprint.Limits.Throttle;

namespace ActorFingerprint.AspNetCore;

/// <summary>
/// A question to the limiter (AF-1 §2), as an application asks it. Identifiers are opaque: never an e-mail address or a user name.
/// </summary>
public sealed record DeviceLimitQuestion
{
    /// <summary>What is asked.</summary>
    public required LimitCommand Command { get; init; }

    /// <summary>Name of the policy.</summary>
    public required string Policy { get; init; }

    /// <summary>Address of the client.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>What the request tells of the device.</summary>
    public required DeviceSignals Signals { get; init; }

    /// <summary>Opaque account; null for none.</summary>
    public string? AccountId { get; init; }

    /// <summary>Opaque subject; null for none.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>Units of an access.</summary>
    public long Cost { get; init; } = 1;
}

/// <summary>
/// Where decisions come from: a node (<see cref="NodeDeviceLimiter"/>) or this process (<see cref="InProcessDeviceLimiter"/>).
/// </summary>
public interface IDeviceLimiter
{
    /// <summary>The policies that this application uses.</summary>
    PolicyRegistry Policies { get; }

    /// <summary>
    /// Decides. A limiter that cannot be reached is answered for by the policy (AF-1 §14): closed for accounts, open under local caps for
    /// APIs.
    /// </summary>
    /// <exception cref="ArgumentException">The client sent what cannot be asked; nothing was recorded.</exception>
    /// <exception cref="InvalidOperationException">The application or the node is set up wrongly: address, token, policy.</exception>
    ValueTask<LimitResult> DecideAsync(DeviceLimitQuestion question, CancellationToken stop);

    /// <summary>Spends from a simple throttle (AF-1 §15); denied without a time when the limiter cannot be reached.</summary>
    /// <exception cref="ArgumentException">A bad rule, a blank subject, or a cost below 1.</exception>
    /// <exception cref="InvalidOperationException">The application or the node is set up wrongly: address, token.</exception>
    ValueTask<ThrottleResult> ConsumeAsync(ThrottleRule rule, string subject, long cost, CancellationToken stop);

    /// <summary>The same without waiting; false, with nothing spent, when that is not possible here.</summary>
    bool TryConsume(ThrottleRule rule, string subject, long cost, out ThrottleResult result)
    {
        result = default;
        return false;
    }
}
