using ActorFingerprint.Limits.Keys;

namespace ActorFingerprint.Limits.Throttle;

/// <summary>"Allow <paramref name="Limit"/> per <paramref name="IntervalSeconds"/> for each subject" (AF-1 §15).</summary>
public sealed record ThrottleRule(string Name, long Limit, long IntervalSeconds);

/// <summary>Answer of the simple throttle.</summary>
/// <param name="Allowed">Count ≤ limit.</param>
/// <param name="Remaining">max(0, limit − count).</param>
/// <param name="RetryAfterSeconds">max(1, reset − now) when denied, else 0.</param>
/// <param name="ResetAt">Unix second of the window's end; null when the state is away, for which no time is invented.</param>
public readonly record struct ThrottleResult(bool Allowed, long Remaining, long RetryAfterSeconds, long? ResetAt)
{
    /// <summary>Denied because the state is away: fail closed.</summary>
    public static ThrottleResult Unavailable => new(false, 0, 0, null);
}

/// <summary>One fixed window.</summary>
/// <param name="StartedAt">Unix second of its first use.</param>
/// <param name="Count">Cost so far.</param>
public readonly record struct ThrottleWindow(long StartedAt, long Count);

/// <summary>
/// The simple fixed-window throttle (AF-1 §15): the first use starts the window, denied cost still counts, denials never extend. Pure,
/// apart from the policies; limit and interval are part of the key, so that reconfiguring starts a new window.
/// </summary>
public static class FixedWindowThrottle
{
    /// <summary>Spends <paramref name="cost"/>; the window after it.</summary>
    public static ThrottleWindow Decide(ThrottleWindow window, ThrottleRule rule, long cost, long now, out ThrottleResult result)
    {
        ArgumentNullException.ThrowIfNull(rule);
        if (window.Count == 0 || now >= window.StartedAt + rule.IntervalSeconds) window = new(now, 0);
        window = window with { Count = window.Count > long.MaxValue - cost ? long.MaxValue : window.Count + cost };
        var allowed = window.Count <= rule.Limit;
        var resetAt = window.StartedAt + rule.IntervalSeconds;
        result = new(allowed, Math.Max(0, rule.Limit - window.Count), allowed ? 0 : Math.Max(1, resetAt - now), resetAt);
        return window;
    }

    /// <summary>The window's key: rule, its numbers and the subject under the key secret.</summary>
    /// <exception cref="ArgumentException">Blank name or subject, or a number below 1.</exception>
    public static LimiterKey KeyOf(LimiterSecrets secrets, string environment, ThrottleRule rule, string subject, bool previous = false)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        Check(rule, subject);
        if (previous && secrets.PreviousKey is null) return default;
        return KeyRing.Derive(
            previous ? secrets.PreviousKey : secrets.Key, KeyRing.Domain, "throttle", KeyRing.Version, environment, rule.Name,
            $"{rule.Limit}/{rule.IntervalSeconds}", subject);
    }

    /// <summary>Refuses what has no window.</summary>
    /// <exception cref="ArgumentException">Blank name or subject, or a number below 1.</exception>
    public static void Check(ThrottleRule rule, string subject)
    {
        ArgumentNullException.ThrowIfNull(rule);
        if (string.IsNullOrWhiteSpace(rule.Name) || rule.Name.Length > 64)
            throw new ArgumentException("a throttle's name must be 1 to 64 characters and not blank", nameof(rule));
        if (string.IsNullOrWhiteSpace(subject) || subject.Length > KeyRing.MaxSubjectLength)
            throw new ArgumentException(
                $"a throttle's subject must be 1 to {KeyRing.MaxSubjectLength} characters and not blank", nameof(subject));
        if (rule.Limit < 1 || rule.IntervalSeconds < 1)
            throw new ArgumentException($"throttle '{rule.Name}' needs a limit and an interval of at least 1", nameof(rule));
    }
}
