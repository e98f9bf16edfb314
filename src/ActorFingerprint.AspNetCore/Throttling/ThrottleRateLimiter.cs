using System.Threading.RateLimiting;
using ActorFingerprint.Limits.Throttle;

namespace ActorFingerprint.AspNetCore;

/// <summary>
/// The simple fixed-window throttle (AF-1 §15) of one subject as a <see cref="RateLimiter"/>. Nothing queues: a permit that is not there is
/// refused. With a node, only <see cref="RateLimiter.AcquireAsync"/> spends; <see cref="RateLimiter.AttemptAcquire"/>, which may not wait,
/// gives nothing.
/// </summary>
public sealed class ThrottleRateLimiter : RateLimiter
{
    private readonly IDeviceLimiter _limiter;
    private readonly ThrottleRule _rule;
    private readonly string _subject;
    private readonly TimeProvider _time;
    private long _usedAt, _granted, _refused, _resetAt;

    /// <summary>A throttle of one subject, which is opaque: never an e-mail address or a user name.</summary>
    public ThrottleRateLimiter(IDeviceLimiter limiter, ThrottleRule rule, string subject, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentException.ThrowIfNullOrWhiteSpace(subject);
        (_limiter, _rule, _subject, _time) = (limiter, rule, subject, time);
        _usedAt = time.GetTimestamp();
    }

    /// <summary>The state is the limiter's, so this object may go whenever it is not in use.</summary>
    public override TimeSpan? IdleDuration => _time.GetElapsedTime(Volatile.Read(ref _usedAt));

    /// <inheritdoc />
    public override RateLimiterStatistics GetStatistics() => new()
    {
        TotalSuccessfulLeases = Interlocked.Read(ref _granted),
        TotalFailedLeases = Interlocked.Read(ref _refused),
    };

    /// <inheritdoc />
    protected override RateLimitLease AttemptAcquireCore(int permitCount)
    {
        if (permitCount == 0) return Peek();
        return _limiter.TryConsume(_rule, _subject, permitCount, out var result) ? Lease(result) : ThrottleLease.Waiting;
    }

    /// <inheritdoc />
    protected override async ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken) =>
        permitCount == 0 ? Peek() : Lease(await _limiter.ConsumeAsync(_rule, _subject, permitCount, cancellationToken));

    private ThrottleLease Lease(in ThrottleResult result)
    {
        Volatile.Write(ref _usedAt, _time.GetTimestamp());
        Interlocked.Increment(ref result.Allowed ? ref _granted : ref _refused);
        Volatile.Write(ref _resetAt, result is { Remaining: 0, ResetAt: { } reset } ? reset : 0);
        return new ThrottleLease(_rule, result);
    }

    /// <summary>Zero permits ask whether there are any: as far as the last answer told.</summary>
    private ThrottleLease Peek() =>
        Volatile.Read(ref _resetAt) > _time.GetUtcNow().ToUnixTimeSeconds() ? ThrottleLease.Waiting : ThrottleLease.Free;
}
