using System.Security.Cryptography;
using ActorFingerprint.Limits;
using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Hosting;
using ActorFingerprint.Limits.Identity;
using ActorFingerprint.Limits.Keys;
using ActorFingerprint.Limits.Policies;
using ActorFingerprint.Limits.Throttle;

namespace ActorFingerprint.AspNetCore;

/// <summary>
/// The limiter in this process and its memory: for one instance of an application, for development and tests. Nothing outlives the process;
/// a node keeps blocks and scores in its journal.
/// </summary>
public sealed class InProcessDeviceLimiter : IDeviceLimiter
{
    private readonly Lock _gate = new();
    private readonly LimiterEngine _engine;
    private readonly DeviceIdentityResolver _resolver;
    private readonly TimeProvider _time;

    /// <summary>An engine of its own, without state.</summary>
    public InProcessDeviceLimiter(LimiterEngineOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_engine, _time, Policies) = (new(options), time, options.Policies);
        _resolver = new(options.Secrets);
    }

    /// <inheritdoc />
    public PolicyRegistry Policies { get; }

    /// <summary>Secrets that end with the process, as its state does.</summary>
    public static LimiterSecrets RandomSecrets() =>
        LimiterSecrets.Create(RandomNumberGenerator.GetBytes(32), RandomNumberGenerator.GetBytes(32));

    /// <inheritdoc />
    public ValueTask<LimitResult> DecideAsync(DeviceLimitQuestion question, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(question);
        var request = question.ToRequest(_resolver, Policies, _time.GetUtcNow());
        lock (_gate) return ValueTask.FromResult(_engine.Decide(request));
    }

    /// <inheritdoc />
    public ValueTask<ThrottleResult> ConsumeAsync(ThrottleRule rule, string subject, long cost, CancellationToken stop)
    {
        TryConsume(rule, subject, cost, out var result);
        return ValueTask.FromResult(result);
    }

    /// <inheritdoc />
    public bool TryConsume(ThrottleRule rule, string subject, long cost, out ThrottleResult result)
    {
        var now = _time.GetUtcNow().ToUnixTimeSeconds();
        lock (_gate) result = _engine.Consume(rule, subject, cost, now);
        return true;
    }
}

/// <summary>Questions as the limiter's own requests.</summary>
internal static class DeviceLimitQuestions
{
    /// <exception cref="ArgumentException">What cannot be asked.</exception>
    public static LimitRequest ToRequest(
        this DeviceLimitQuestion question, DeviceIdentityResolver resolver, PolicyRegistry policies, DateTimeOffset now)
    {
        if (!policies.TryGet(question.Policy, out var policy))
            throw new InvalidOperationException($"no limiter policy '{question.Policy}' is known to this application");
        var request = new LimitRequest
        {
            Command = question.Command,
            Policy = question.Policy,
            Address = AddressScope.Of(question.Address),
            Device = resolver.Resolve(question.Signals, policy.ExpectClientHints),
            AccountId = question.AccountId,
            CorrelationId = question.CorrelationId,
            Cost = question.Cost,
            AtTicks = now.UtcTicks,
        };
        return request.Fault() is { } fault ? throw new ArgumentException(fault, nameof(question)) : request;
    }
}
