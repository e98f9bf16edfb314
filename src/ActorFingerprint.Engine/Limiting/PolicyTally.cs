using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using ActorFingerprint.Limits.Decisions;

namespace ActorFingerprint.Engine.Limiting;

/// <summary>
/// Blocks of one kind that were raised since the last look: what an operator may know of them, which is no key and no name.
/// </summary>
/// <param name="Policy">Name of the policy.</param>
/// <param name="Decision">SOFT or HARD.</param>
/// <param name="Level">1–6.</param>
/// <param name="Mode">From what state.</param>
/// <param name="Reasons">Why.</param>
/// <param name="Count">How many.</param>
public sealed record RaisedBlocks(string Policy, LimitDecision Decision, int Level, LimitMode Mode, LimitReasons Reasons, long Count);

/// <summary>Answers of one policy, counted by any thread.</summary>
internal sealed class PolicyTally(string policy)
{
    private const LimitReasons Served = LimitReasons.ActiveBlock | LimitReasons.ActiveSoft;

    private readonly ConcurrentDictionary<(LimitDecision Decision, LimitReasons Reasons), StrongBox<long>> _answers = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<(LimitDecision Decision, int Level, LimitMode Mode, LimitReasons Reasons), long> _raised = [];
    private LimitSignals _signals;
    private long _ephemeral, _opened, _recovered, _violations;

    /// <summary>Name of the policy.</summary>
    public string Policy => policy;

    /// <summary>Requests whose device went to the ephemeral bucket.</summary>
    public long Ephemeral => Interlocked.Read(ref _ephemeral);

    /// <summary>Transitions of the breaker by name.</summary>
    public IEnumerable<(string Name, long Count)> Transitions =>
    [
        ("opened", Interlocked.Read(ref _opened)), ("recovered", Interlocked.Read(ref _recovered)),
        ("reentry_violation", Interlocked.Read(ref _violations)),
    ];

    /// <summary>Answers by decision and reasons.</summary>
    public IEnumerable<(LimitDecision Decision, LimitReasons Reasons, long Count)> Answers =>
        _answers.Select(a => (a.Key.Decision, a.Key.Reasons, Interlocked.Read(ref a.Value.Value)));

    /// <summary>Counts one answer.</summary>
    public void Count(in LimitResult result)
    {
        var key = (result.Decision, result.Reasons);
        var box = _answers.TryGetValue(key, out var known) ? known : _answers.GetOrAdd(key, new StrongBox<long>());
        Interlocked.Increment(ref box.Value);
        if (result.Ephemeral) Interlocked.Increment(ref _ephemeral);
        if (result.Decision != LimitDecision.Allow && (result.Reasons & ~Served) != 0) Raise(result);
        const LimitSignals transitions = LimitSignals.BreakerOpened | LimitSignals.BreakerRecovered | LimitSignals.ReentryViolation;
        if ((result.Signals & transitions) != 0) Signal(result.Signals & transitions);
    }

    /// <summary>The blocks raised and the breaker's transitions since the last call.</summary>
    public (IReadOnlyList<RaisedBlocks> Blocks, LimitSignals Signals) Drain()
    {
        lock (_gate)
        {
            if (_raised.Count == 0 && _signals == LimitSignals.None) return ([], LimitSignals.None);
            var drained = _raised
                .Select(r => new RaisedBlocks(policy, r.Key.Decision, r.Key.Level, r.Key.Mode, r.Key.Reasons, r.Value))
                .OrderByDescending(r => r.Level).ThenByDescending(r => r.Count).ToArray();
            var signals = _signals;
            _raised.Clear();
            _signals = LimitSignals.None;
            return (drained, signals);
        }
    }

    private void Raise(in LimitResult result)
    {
        var key = (result.Decision, result.Level, result.Mode, result.Reasons);
        lock (_gate) _raised[key] = _raised.GetValueOrDefault(key) + 1;
    }

    private void Signal(LimitSignals signals)
    {
        if ((signals & LimitSignals.BreakerOpened) != 0) Interlocked.Increment(ref _opened);
        if ((signals & LimitSignals.BreakerRecovered) != 0) Interlocked.Increment(ref _recovered);
        if ((signals & LimitSignals.ReentryViolation) != 0) Interlocked.Increment(ref _violations);
        lock (_gate) _signals |= signals;
    }
}
