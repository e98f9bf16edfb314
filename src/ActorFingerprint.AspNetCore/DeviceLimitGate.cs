using System.Globalization;
using System.Text.Json;
using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Identity;
using ActorFingerprint.Limits.Policies;
using Microsoft.AspNetCore.Http;

namespace ActorFingerprint.AspNetCore;

/// <summary>
/// Stands before one endpoint: asks, refuses or lets it run, and tells the limiter how an attempt ended before the response leaves.
/// </summary>
internal sealed class DeviceLimitGate
{
    private readonly DeviceLimitOptions _options;
    private readonly IDeviceLimiter _limiter;
    private readonly DeviceLimitRule _rule;
    private readonly LimiterPolicy _policy;

    /// <exception cref="InvalidOperationException">The policy is not known, or guards accounts while nothing reads them.</exception>
    public DeviceLimitGate(DeviceLimitOptions options, IDeviceLimiter limiter, DeviceLimitRule rule)
    {
        (_options, _limiter, _rule) = (options, limiter, rule);
        _policy = limiter.Policies.TryGet(rule.Policy, out var policy)
            ? policy
            : throw new InvalidOperationException(
                $"RequireDeviceLimit(\"{rule.Policy}\"): no such policy; there are "
                + string.Join(", ", limiter.Policies.All.Select(p => p.Name)));
        if (_policy.IsAuth && options.Account is null)
            throw new InvalidOperationException(
                $"RequireDeviceLimit(\"{rule.Policy}\") guards accounts: set DeviceLimitOptions.Account");
    }

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        DeviceLimitQuestion asked;
        LimitResult verdict;
        try
        {
            asked = await ReadAsync(context);
            verdict = await _limiter.DecideAsync(asked, context.RequestAborted);
        }
        catch (ArgumentException refused)
        {
            await WriteProblemAsync(context, 400, refused.Message);
            return;
        }
        RateLimitFields.AddQuota(context.Response, _policy);
        var attempt = new Attempt(this, context, asked, verdict);
        if (verdict.Decision != LimitDecision.Allow)
        {
            await attempt.RefuseAsync(verdict);
            return;
        }
        context.Features.Set<IDeviceLimitFeature>(attempt);
        if (_policy.IsAuth) context.Response.OnStarting(attempt.ReportAsync);
        await next(context);
        if (_policy.IsAuth && !context.Response.HasStarted) await attempt.ReportAsync();
    }

    private async ValueTask<DeviceLimitQuestion> ReadAsync(HttpContext context)
    {
        var account = _options.Account is { } read ? await read(context) : null;
        if (string.IsNullOrWhiteSpace(account)) account = null;
        var device = _options.Device(context, account);
        var headers = context.Request.Headers;
        return new DeviceLimitQuestion
        {
            Command = _policy.IsAuth ? LimitCommand.Check : LimitCommand.Access,
            Policy = _policy.Name,
            Address = _options.Proxies.ClientOf(context) ?? throw new ArgumentException("the connection has no address"),
            AccountId = account,
            CorrelationId = _options.Correlation(context),
            Cost = _rule.Cost(context),
            Signals = new DeviceSignals
            {
                UserAgent = Bounded(headers.UserAgent),
                AcceptLanguage = Bounded(headers.AcceptLanguage),
                ClientHints = _options.ClientHints(context),
                SessionDeviceId = device.SessionId,
                SessionTrusted = device.IsTrusted,
                DevicePreviouslyVerified = device.IsVerified,
            },
        };
    }

    /// <summary>A node takes no longer header; what is beyond says nothing of a device.</summary>
    private static string? Bounded(string? header)
    {
        const int MaxHeader = 2048;
        return header?.Length > MaxHeader ? header[..MaxHeader] : header;
    }

    private static Task WriteProblemAsync(HttpContext context, int status, string detail)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/problem+json";
        var title = Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status);
        return context.Response.WriteAsync(
            $$"""{"type":"about:blank","title":"{{title}}","status":{{status}},"detail":"{{JsonEncodedText.Encode(detail)}}"}""",
            context.RequestAborted);
    }

    /// <summary>One attempt at the endpoint. Its end is told once.</summary>
    private sealed class Attempt(DeviceLimitGate gate, HttpContext context, DeviceLimitQuestion asked, LimitResult verdict)
        : IDeviceLimitFeature
    {
        private bool _isTold;

        public string Policy => asked.Policy;

        public string? AccountId => asked.AccountId;

        public LimitResult Verdict => verdict;

        public ValueTask<LimitResult> FailureAsync() => TellAsync(LimitCommand.Failure);

        public ValueTask<LimitResult> SuccessAsync() => TellAsync(LimitCommand.Success);

        public Task RefuseAsync(LimitResult result)
        {
            RateLimitFields.AddRefusal(context.Response, gate._policy, result);
            return gate._options.Refused is { } write
                ? write(context, result)
                : WriteProblemAsync(context, context.Response.StatusCode,
                    string.Create(CultureInfo.InvariantCulture, $"try again in {result.RetryAfterSeconds} s"));
        }

        /// <summary>
        /// Tells how the attempt ended, unless the endpoint did. What the limiter refuses becomes 429 or 503 while that can still be
        /// said, and takes back the cookies of a session that must not begin.
        /// </summary>
        public async Task ReportAsync()
        {
            if (_isTold) return;
            var outcome = (gate._rule.Outcome ?? gate._options.Outcome)(context);
            if (outcome == AttemptOutcome.None) return;
            var told = await TellAsync(outcome == AttemptOutcome.Failed ? LimitCommand.Failure : LimitCommand.Success);
            if (told.Decision == LimitDecision.Allow) return;
            context.Response.Headers.Remove("Set-Cookie");
            RateLimitFields.AddRefusal(context.Response, gate._policy, told);
        }

        /// <summary>To its end even when the client has left: a failure that is not told would be a free one.</summary>
        private ValueTask<LimitResult> TellAsync(LimitCommand command)
        {
            _isTold = true;
            return gate._limiter.DecideAsync(asked with { Command = command, Cost = 1 }, CancellationToken.None);
        }
    }
}
