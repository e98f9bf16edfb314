using System.Text.Json;
using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Hosting;
using ActorFingerprint.Limits.Throttle;
using ActorFingerprint.Node.Hosting;

namespace ActorFingerprint.Node.Http;

/// <summary>A question to the limiter (AF-1 §2). Identifiers are opaque: never an e-mail address or a user name.</summary>
public sealed record LimitQuestion
{
    /// <summary><c>check</c>, <c>failure</c>, <c>success</c> or <c>access</c>; where the path does not say it.</summary>
    public string? Command { get; init; }

    /// <summary>Name of the policy.</summary>
    public string? Policy { get; init; }

    /// <summary>Address of the client.</summary>
    public string? Ip { get; init; }

    /// <summary>User-Agent header, raw.</summary>
    public string? UserAgent { get; init; }

    /// <summary>Accept-Language header, raw.</summary>
    public string? AcceptLanguage { get; init; }

    /// <summary>Opaque account.</summary>
    public string? AccountId { get; init; }

    /// <summary>Opaque subject.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>Bucketed map of low entropy.</summary>
    public JsonElement? ClientHints { get; init; }

    /// <summary>Random id of the device's session cookie.</summary>
    public string? SessionDeviceId { get; init; }

    /// <summary>The host verified that the id belongs to the account.</summary>
    public bool SessionTrusted { get; init; }

    /// <summary>The host proved the device for the account before.</summary>
    public bool DevicePreviouslyVerified { get; init; }

    /// <summary>Units of an access; 1 when absent.</summary>
    public long? Cost { get; init; }
}

/// <summary>Several questions; answered in order.</summary>
public sealed record LimitBatch(IReadOnlyList<LimitQuestion> Requests);

/// <summary>Their answers.</summary>
public sealed record LimitAnswers(IReadOnlyList<LimitAnswer> Results);

/// <summary>An answer (AF-1 §2).</summary>
public sealed record LimitAnswer(
    string Decision, int Level, long RetryAfter, string Mode, IReadOnlyList<string> Reasons, bool Ephemeral, string Confidence)
{
    /// <summary>From a result.</summary>
    public static LimitAnswer Of(in LimitResult result) => new(
        WireNames.Of(result.Decision), result.Level, result.RetryAfterSeconds, WireNames.Of(result.Mode), WireNames.Of(result.Reasons),
        result.Ephemeral, WireNames.Of(result.Confidence));
}

/// <summary>One key at this moment.</summary>
public sealed record LimitKeyState(long Score, int Level, long RemainingSeconds, int HardCycles);

/// <summary>What is stored for one context.</summary>
public sealed record LimitState(
    LimitKeyState? K1, LimitKeyState? K2, LimitKeyState? K3, LimitKeyState? K4, LimitKeyState? K5, int BudgetCount,
    long BudgetRemainingSeconds, long CooldownSeconds, string Breaker)
{
    /// <summary>From a view.</summary>
    public static LimitState Of(LimiterStateView view) => new(
        Of(view.K1), Of(view.K2), Of(view.K3), Of(view.K4), Of(view.K5), view.BudgetCount, view.BudgetRemainingSeconds,
        view.CooldownSeconds, view.Breaker.ToString().ToUpperInvariant());

    private static LimitKeyState? Of(KeyView? key) =>
        key is { } k ? new(k.Score, k.Level, k.RemainingSeconds, k.HardCycles) : null;
}

/// <summary>Which secret to exchange: <c>outer</c>, <c>fingerprint</c> or <c>both</c>.</summary>
public sealed record LimitRotation(string? Which);

/// <summary>How many keys were unblocked.</summary>
public sealed record LimitUnblocked(int Unblocked);

/// <summary>A spending from a simple throttle (AF-1 §15). The subject is opaque: never an e-mail address or a user name.</summary>
public sealed record ThrottleQuestion
{
    /// <summary>Name of the throttle, 1 to 64 characters.</summary>
    public string? Name { get; init; }

    /// <summary>How much is allowed in one window.</summary>
    public long? Limit { get; init; }

    /// <summary>Length of a window in seconds.</summary>
    public long? IntervalSeconds { get; init; }

    /// <summary>Whom it counts.</summary>
    public string? Subject { get; init; }

    /// <summary>What is spent; 1 when absent.</summary>
    public long? Cost { get; init; }
}

/// <summary>Its answer. While the state cannot be reached, <paramref name="Mode"/> is <c>FAIL_CLOSED</c> and no time is invented.</summary>
public sealed record ThrottleAnswer(bool Allowed, long Remaining, long RetryAfter, long? ResetAt, string Mode)
{
    /// <summary>From a result.</summary>
    public static ThrottleAnswer Of(in ThrottleResult result) => new(
        result.Allowed, result.Remaining, result.RetryAfterSeconds, result.ResetAt,
        WireNames.Of(result.ResetAt is null ? LimitMode.FailClosed : LimitMode.Normal));
}

/// <summary>What the limiter did, on an event stream.</summary>
public sealed record LimiterEventResource(
    DateTime At, string Policy, string? Decision = null, int? Level = null, string? Mode = null, IReadOnlyList<string>? Reasons = null,
    long? Count = null, string? Transition = null)
{
    /// <summary>From a notice.</summary>
    public static LimiterEventResource Of(LimiterNotice notice)
    {
        var resource = new LimiterEventResource(notice.At.UtcDateTime, notice.Policy);
        return notice switch
        {
            LimiterNotice.BlocksRaised { Blocks: var raised } => resource with
            {
                Decision = WireNames.Of(raised.Decision),
                Level = raised.Level,
                Mode = WireNames.Of(raised.Mode),
                Reasons = WireNames.Of(raised.Reasons),
                Count = raised.Count,
            },
            LimiterNotice.BreakerChanged changed => resource with { Transition = changed.Name },
            _ => resource,
        };
    }
}
