using ActorFingerprint.Limits.Decisions;

namespace ActorFingerprint.Limits.Degraded;

/// <summary>State of a breaker (AF-1 §14.2).</summary>
public enum BreakerState : byte
{
    /// <summary>The store is asked.</summary>
    Closed,

    /// <summary>It is not, for 300 s; then one probe.</summary>
    Open,

    /// <summary>The first probe was healthy; 120 s later a second one decides.</summary>
    HalfOpen,
}

/// <summary>What a request has to do.</summary>
public enum BreakerStep : byte
{
    /// <summary>Ask the store, then tell <see cref="CircuitBreaker.Failed"/> if it could not answer.</summary>
    Run,

    /// <summary>Probe the store's health, then tell <see cref="CircuitBreaker.Probed"/>; this request holds the lease.</summary>
    Probe,

    /// <summary>Local caps.</summary>
    Degrade,

    /// <summary>Refuse until <see cref="CircuitBreaker.RefusedUntil"/>.</summary>
    Refuse,
}

/// <summary>
/// The breaker of one policy on one node (AF-1 §14.2). It trips at 3 failures within 10 s inclusive, opens for at least 300 s, needs two
/// healthy probes 120 s apart, and refuses for 600 s when it re-opened from half-open more than twice within 30 minutes. Pure: the time
/// is an argument, the probe is the caller's.
/// </summary>
public sealed class CircuitBreaker(bool slow)
{
    /// <summary>Seconds open before a probe.</summary>
    public const int OpenSeconds = 300;

    /// <summary>Seconds half-open before the second probe.</summary>
    public const int HalfOpenSeconds = 120;

    /// <summary>Seconds for which one request alone may probe.</summary>
    public const int LeaseSeconds = 120;

    /// <summary>Seconds of refusal after too many re-entries.</summary>
    public const int RefuseSeconds = 600;

    private const int TripFailures = 3, TripSeconds = 10;
    private const int SlowFailures = 5, SlowSeconds = 300;
    private const int ReentriesAllowed = 2, ReentrySeconds = 1_800;

    private readonly RecentTimes _failures = new(SlowFailures);
    private readonly RecentTimes _reentries = new(ReentriesAllowed + 1);
    private long _since;
    private long _leasedUntil;

    /// <summary>The state now.</summary>
    public BreakerState State { get; private set; }

    /// <summary>Until when requests are refused (Unix seconds); 0 for never.</summary>
    public long RefusedUntil { get; private set; }

    /// <summary>What a request has to do at <paramref name="now"/>.</summary>
    public BreakerStep Next(long now)
    {
        if (now < RefusedUntil) return BreakerStep.Refuse;
        if (State == BreakerState.Closed) return BreakerStep.Run;
        if (now - _since < (State == BreakerState.Open ? OpenSeconds : HalfOpenSeconds) || now < _leasedUntil) return BreakerStep.Degrade;
        _leasedUntil = now + LeaseSeconds;
        return BreakerStep.Probe;
    }

    /// <summary>The holder of the lease tells the outcome.</summary>
    /// <returns><see cref="LimitSignals.BreakerRecovered"/>: run normally. <see cref="LimitSignals.ReentryViolation"/>: refuse. Else
    /// degrade.</returns>
    public LimitSignals Probed(bool healthy, long now)
    {
        _leasedUntil = 0;
        var second = State == BreakerState.HalfOpen;
        _since = now;
        if (healthy)
        {
            State = second ? BreakerState.Closed : BreakerState.HalfOpen;
            return second ? LimitSignals.BreakerRecovered : LimitSignals.None;
        }
        State = BreakerState.Open;
        if (!second) return LimitSignals.None;
        _reentries.Add(now);
        if (_reentries.CountSince(now - ReentrySeconds) <= ReentriesAllowed) return LimitSignals.None;
        RefusedUntil = now + RefuseSeconds;
        return LimitSignals.ReentryViolation;
    }

    /// <summary>The store could not answer a request that ran.</summary>
    /// <returns><see cref="LimitSignals.BreakerOpened"/> when this failure trips the breaker: that request is served degraded.</returns>
    public LimitSignals Failed(long now)
    {
        if (State != BreakerState.Closed) return LimitSignals.None;
        _failures.Add(now);
        var trips = _failures.CountSince(now - TripSeconds) >= TripFailures
            || (slow && _failures.CountSince(now - SlowSeconds) >= SlowFailures);
        if (!trips) return LimitSignals.None;
        _failures.Clear();
        (State, _since) = (BreakerState.Open, now);
        return LimitSignals.BreakerOpened;
    }
}
