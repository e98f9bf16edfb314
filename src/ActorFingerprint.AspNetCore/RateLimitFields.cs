using System.Globalization;
using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Policies;
using ActorFingerprint.Limits.Throttle;
using Microsoft.AspNetCore.Http;

namespace ActorFingerprint.AspNetCore;

/// <summary>
/// Status and fields of an answer: <c>Retry-After</c> (RFC 9110 §10.2.3), and the IETF draft's <c>RateLimit-Policy</c> and <c>RateLimit</c>
/// where a policy has a quota. A decision does not tell what is left of a quota, so <c>RateLimit</c> comes with a refusal only.
/// </summary>
internal static class RateLimitFields
{
    private const string PolicyField = "RateLimit-Policy";
    private const string LimitField = "RateLimit";

    /// <summary>429, or 503 when it was refused because the limiter could not be reached (AF-1 §2).</summary>
    public static int StatusOf(in LimitResult result) => result.Mode == LimitMode.FailClosed ? 503 : 429;

    /// <summary>The quota of an API policy: that of its first tier.</summary>
    public static void AddQuota(HttpResponse response, LimiterPolicy policy)
    {
        if (policy.Api is { } api) response.Headers.Append(PolicyField, Quota(policy.Name, api.K2Limit, 60));
    }

    public static void AddRefusal(HttpResponse response, LimiterPolicy policy, in LimitResult result)
    {
        response.StatusCode = StatusOf(result);
        if (result.RetryAfterSeconds > 0) response.Headers.RetryAfter = Number(result.RetryAfterSeconds);
        if (policy.Api is not null && result.Mode != LimitMode.FailClosed)
            response.Headers.Append(LimitField, Left(policy.Name, 0, result.RetryAfterSeconds));
    }

    public static void AddRefusal(HttpResponse response, ThrottleRule rule, in ThrottleResult result, long now)
    {
        response.StatusCode = result.ResetAt is null ? 503 : 429;
        response.Headers.Append(PolicyField, Quota(rule.Name, rule.Limit, rule.IntervalSeconds));
        if (result.ResetAt is not { } reset) return;
        response.Headers.RetryAfter = Number(result.RetryAfterSeconds);
        response.Headers.Append(LimitField, Left(rule.Name, result.Remaining, Math.Max(0, reset - now)));
    }

    private static string Quota(string name, long quota, long window) =>
        string.Create(CultureInfo.InvariantCulture, $"{Text(name)};q={quota};w={window}");

    private static string Left(string name, long left, long seconds) =>
        string.Create(CultureInfo.InvariantCulture, $"{Text(name)};r={left};t={seconds}");

    /// <summary>A string of structured fields (RFC 9651 §3.3.3), which has printable ASCII alone.</summary>
    private static string Text(string name) =>
        $"\"{string.Concat(name.Select(c => c is >= ' ' and <= '~' and not ('"' or '\\') ? c : '_'))}\"";

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
