using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Degraded;
using ActorFingerprint.Limits.Entities;

namespace ActorFingerprint.Engine.Limiting;

/// <summary>
/// The instruments of one limiter, all of the meter <c>ActorFingerprint.Limiter</c>. Everything but the latency is read from counters when
/// somebody asks. Tags name policies, decisions and reasons, never a key.
/// </summary>
public sealed class LimiterMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "ActorFingerprint.Limiter";

    private static readonly BreakerState[] BreakerStates = Enum.GetValues<BreakerState>();

    private readonly ConcurrentDictionary<string, PolicyTally> _policies = new(StringComparer.Ordinal);
    private readonly TimeProvider _time;
    private readonly Histogram<double> _duration;
    private KeyCounts _keys;
    private readonly Lock _gate = new();

    internal LimiterMetrics(Func<string, BreakerState> breaker, TimeProvider time)
    {
        _time = time;
        Meter.CreateObservableCounter("af.limiter.decisions", Decisions, "{decision}",
            "Answers by policy, decision and reasons.");
        Meter.CreateObservableCounter("af.limiter.ephemeral", () => OfPolicies(t => t.Ephemeral), "{decision}",
            "Answers to requests whose device went to the ephemeral bucket.");
        Meter.CreateObservableGauge("af.limiter.breaker", () => Breakers(breaker), "{breaker}",
            "1 for the state that the breaker of a policy is in.");
        Meter.CreateObservableCounter("af.limiter.breaker.transitions", Transitions, "{transition}", "Transitions of breakers.");
        Meter.CreateObservableUpDownCounter("af.limiter.keys", ActiveKeys, "{key}", "Keys in memory by type.");
        _duration = Meter.CreateHistogram<double>(
            "af.limiter.decision.duration", "s", "Time from question to answer, the commit included where the answer waits for one.");
    }

    /// <summary>The meter; of this limiter alone.</summary>
    public Meter Meter { get; } = new(MeterName);

    /// <summary>Keys in memory, as last counted.</summary>
    public KeyCounts Keys
    {
        get
        {
            lock (_gate) return _keys;
        }
        internal set
        {
            lock (_gate) _keys = value;
        }
    }

    /// <summary>Blocks that were raised and transitions of breakers since the last call, policy by policy.</summary>
    public IEnumerable<(string Policy, IReadOnlyList<RaisedBlocks> Blocks, LimitSignals Signals)> Drain()
    {
        foreach (var tally in _policies.Values)
            if (tally.Drain() is var (blocks, signals) && (blocks.Count > 0 || signals != LimitSignals.None))
                yield return (tally.Policy, blocks, signals);
    }

    /// <inheritdoc />
    public void Dispose() => Meter.Dispose();

    internal PolicyTally Of(string policy) => _policies.GetOrAdd(policy, static name => new PolicyTally(name));

    /// <summary>A timestamp to hand to <see cref="Answered"/>; 0 while nobody listens.</summary>
    internal long Asked() => _duration.Enabled ? _time.GetTimestamp() : 0;

    internal void Answered(PolicyTally tally, in LimitResult result, long askedAt)
    {
        tally.Count(result);
        if (askedAt != 0) _duration.Record(_time.GetElapsedTime(askedAt).TotalSeconds);
    }

    private IEnumerable<Measurement<long>> Decisions() =>
        from tally in _policies.Values
        from answer in tally.Answers
        select new Measurement<long>(
            answer.Count, new("policy", tally.Policy), new("decision", WireNames.Of(answer.Decision)),
            new("reason", answer.Reasons == LimitReasons.None ? "none" : string.Join('+', WireNames.Of(answer.Reasons))));

    private IEnumerable<Measurement<long>> OfPolicies(Func<PolicyTally, long> value) =>
        _policies.Values.Select(t => new Measurement<long>(value(t), new KeyValuePair<string, object?>("policy", t.Policy)));

    private IEnumerable<Measurement<long>> Breakers(Func<string, BreakerState> breaker) =>
        from tally in _policies.Values
        let now = breaker(tally.Policy)
        from state in BreakerStates
        select new Measurement<long>(
            state == now ? 1 : 0, new KeyValuePair<string, object?>("policy", tally.Policy), new("state", NameOf(state)));

    private IEnumerable<Measurement<long>> Transitions() =>
        from tally in _policies.Values
        from transition in tally.Transitions
        select new Measurement<long>(
            transition.Count, new KeyValuePair<string, object?>("policy", tally.Policy), new("transition", transition.Name));

    private IEnumerable<Measurement<long>> ActiveKeys()
    {
        var keys = Keys;
        (string Type, long Count)[] types = [("k1", keys.K1), ("k2", keys.K2), ("k3", keys.K3), ("k4", keys.K4), ("k5", keys.K5)];
        return types.Select(t => new Measurement<long>(t.Count, new KeyValuePair<string, object?>("type", t.Type)));
    }

    private static string NameOf(BreakerState state) => state switch
    {
        BreakerState.Closed => "closed",
        BreakerState.Open => "open",
        _ => "half_open",
    };
}
