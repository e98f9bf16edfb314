using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Degraded;
using ActorFingerprint.Limits.Policies;
using ActorFingerprint.Limits.Throttle;

namespace ActorFingerprint.AspNetCore;

/// <summary>
/// Asks a node over HTTP. A node that is out of reach, too slow or failing is answered for by the policy (AF-1 §14); one that refuses
/// (token, policy, limiter switched off) is a fault of the set-up, and thrown.
/// </summary>
public sealed class NodeDeviceLimiter : IDeviceLimiter, IDisposable
{
    private readonly HttpClient _http;
    private readonly NodeLimiterOptions _options;
    private readonly TimeProvider _time;
    private readonly NodeGuards _guards;

    /// <summary>A client of one node; owns its connections.</summary>
    public NodeDeviceLimiter(NodeLimiterOptions options, TimeProvider time)
        : this(options, time, new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5), AllowAutoRedirect = false })
    {
    }

    internal NodeDeviceLimiter(NodeLimiterOptions options, TimeProvider time, HttpMessageHandler handler)
    {
        if (string.IsNullOrWhiteSpace(options.Token))
            throw new InvalidOperationException("NodeLimiterOptions.Token is missing: give a decider's token of the node's token file");
        (_options, _time, _guards) = (options, time, new(options, time));
        _http = new HttpClient(handler) { BaseAddress = options.Address, Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", options.Token);
    }

    /// <inheritdoc />
    public PolicyRegistry Policies => _options.Policies;

    /// <inheritdoc />
    public async ValueTask<LimitResult> DecideAsync(DeviceLimitQuestion question, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(question);
        var facts = _guards.Facts(question);
        var step = _guards.Before(facts, out var answer);
        var signals = LimitSignals.None;
        if (step == BreakerStep.Probe && _guards.Probed(facts, await IsReadyAsync(stop), out answer))
            (step, signals) = (BreakerStep.Run, answer.Signals);
        if (step != BreakerStep.Run) return answer;
        var told = await PostAsync(
            PathOf(question.Command), NodeQuestion.Of(question), NodeJson.Default.NodeQuestion, NodeJson.Default.NodeAnswer, stop);
        return told is null ? _guards.Failed(facts) : told.ToResult() with { Signals = signals };
    }

    /// <inheritdoc />
    public async ValueTask<ThrottleResult> ConsumeAsync(ThrottleRule rule, string subject, long cost, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentException.ThrowIfNullOrWhiteSpace(subject);
        ArgumentOutOfRangeException.ThrowIfLessThan(cost, 1);
        var told = await PostAsync(
            "api/limits/throttle", new NodeThrottle(rule.Name, rule.Limit, rule.IntervalSeconds, subject, cost),
            NodeJson.Default.NodeThrottle, NodeJson.Default.NodeThrottleAnswer, stop);
        return told is null ? ThrottleResult.Unavailable : new(told.Allowed, told.Remaining, told.RetryAfter, told.ResetAt);
    }

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();

    private static string PathOf(LimitCommand command) => command switch
    {
        LimitCommand.Check => "api/limits/check",
        LimitCommand.Failure => "api/limits/failure",
        LimitCommand.Success => "api/limits/success",
        _ => "api/limits/access",
    };

    /// <summary>The node's answer; null when it gave none in time.</summary>
    private async Task<TAnswer?> PostAsync<TBody, TAnswer>(
        string path, TBody body, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<TAnswer> answerType, CancellationToken stop)
        where TAnswer : class
    {
        using var deadline = new CancellationTokenSource(_options.Deadline, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, deadline.Token);
        try
        {
            using var response = await _http.PostAsJsonAsync(path, body, bodyType, either.Token);
            if (response.IsSuccessStatusCode) return await response.Content.ReadFromJsonAsync(answerType, either.Token);
            if ((int)response.StatusCode >= 500 || response.StatusCode == HttpStatusCode.RequestTimeout) return null;
            throw new InvalidOperationException(
                $"the limiter node {_options.Address} refuses: {(int)response.StatusCode} {await DetailOfAsync(response, either.Token)}");
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception error) when (error is HttpRequestException or IOException or JsonException)
        {
            return null;
        }
    }

    private async Task<bool> IsReadyAsync(CancellationToken stop)
    {
        using var deadline = new CancellationTokenSource(_options.Deadline, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, deadline.Token);
        try
        {
            using var response = await _http.GetAsync("ready", either.Token);
            return response.IsSuccessStatusCode;
        }
        catch (Exception error) when (error is HttpRequestException or IOException or OperationCanceledException)
        {
            stop.ThrowIfCancellationRequested();
            return false;
        }
    }

    private static async Task<string> DetailOfAsync(HttpResponseMessage response, CancellationToken stop)
    {
        var text = await response.Content.ReadAsStringAsync(stop);
        try
        {
            return JsonSerializer.Deserialize(text, NodeJson.Default.NodeProblem)?.Detail ?? "";
        }
        catch (JsonException)
        {
            return response.ReasonPhrase ?? ""; // something else than a node is there
        }
    }
}
