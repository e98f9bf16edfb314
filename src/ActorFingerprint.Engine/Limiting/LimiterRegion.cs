using System.Collections.Concurrent;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Limits;
using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Degraded;
using ActorFingerprint.Limits.Entities;
using ActorFingerprint.Limits.Hosting;
using ActorFingerprint.Limits.Keys;
using ActorFingerprint.Limits.Policies;
using ActorFingerprint.Limits.Throttle;

namespace ActorFingerprint.Engine.Limiting;

/// <summary>
/// The limiter of a node (AF-1): entities in shards by their routing key, their events in the journal. Any thread may ask. What the store
/// cannot answer in time, the policy answers: closed for accounts, open for APIs. Owns shards and commits; the journal belongs to the
/// caller.
/// </summary>
public sealed class LimiterRegion : IAsyncDisposable
{
    private readonly LimiterRegionOptions _options;
    private readonly IJournal _journal;
    private readonly TimeProvider _time;
    private readonly CommitCoordinator _commits;
    private readonly LimiterShard[] _shards;
    private readonly Task[] _loops;
    private readonly DeadlineQueue[] _deadlines;
    private readonly ConcurrentDictionary<string, PolicyGuard> _guards = new(StringComparer.Ordinal);
    private readonly ITimer _ticker;
    private readonly long _deadline;
    private KeyRing _ring;

    /// <summary>Starts the shards; entities recover when they are first needed.</summary>
    /// <exception cref="ArgumentException">The environment is blank or too long.</exception>
    public LimiterRegion(
        IJournal journal, ISnapshotStore snapshots, LimiterSecrets secrets, LimiterRegionOptions options, EngineScheduler scheduler,
        TimeProvider time)
    {
        (_journal, _options, _time) = (journal, options, time);
        _ring = new(secrets, options.Environment);
        Metrics = new(BreakerOf, time);
        _commits = new(journal, scheduler, time, TimeSpan.FromSeconds(1));
        var context = new LimiterContext(options, journal, new(journal, snapshots), _commits, Post);
        _shards = [.. Enumerable.Range(0, options.Shards).Select(n => new LimiterShard(n, context))];
        _deadlines = [.. _shards.Select(_ => new DeadlineQueue())];
        _loops = [.. _shards.Select(shard => scheduler.Start(shard.RunAsync))];
        _deadline = (long)(options.Deadline.TotalSeconds * time.TimestampFrequency);
        _ticker = time.CreateTimer(static region => ((LimiterRegion)region!).Expire(), this, options.Deadline / 8, options.Deadline / 8);
    }

    /// <summary>The secrets in use: device identities are made with them.</summary>
    public LimiterSecrets Secrets => Volatile.Read(ref _ring).Secrets;

    /// <summary>The policies.</summary>
    public PolicyRegistry Policies => _options.Policies;

    /// <summary>What operators see of it.</summary>
    public LimiterMetrics Metrics { get; }

    /// <summary>Entities in memory.</summary>
    public int EntityCount => _shards.Sum(s => s.EntityCount);

    /// <summary>Why the limiter cannot answer from its state at the moment, in one line; null when it can.</summary>
    public string? NotReadyReason => _commits.Refusal
        ?? (_loops.FirstOrDefault(l => l.IsFaulted)?.Exception?.InnerException is { } fault
            ? $"a limiter shard stopped: {fault.Message}"
            : null);

    /// <summary>Plays an outage: nothing reaches a shard.</summary>
    internal bool IsCutOff { get; set; }

    /// <summary>
    /// Decides one request, at the time of this call. The answer to a failure, and any that raises a block, comes when that is durable.
    /// </summary>
    /// <exception cref="ArgumentException">Unknown policy or a bad request; nothing was recorded.</exception>
    public Task<LimitResult> DecideAsync(in LimitRequest request)
    {
        var asked = Metrics.Asked();
        var facts = Facts(request);
        var guard = GuardOf(facts.Policy);
        switch (guard.Before(facts, out var answer))
        {
            case BreakerStep.Run: return Start(facts, guard, LimitSignals.None, asked);
            case BreakerStep.Probe: return ProbeAsync(facts, guard, asked);
            default:
                guard.Answered(answer, asked);
                return Task.FromResult(answer);
        }
    }

    /// <summary>What is stored for one context now; lists no key and changes no answer (AF-1 §2). Null when not readable in time.</summary>
    /// <exception cref="ArgumentException">Unknown policy or a bad request.</exception>
    public async Task<LimiterStateView?> ReadAsync(LimitRequest context) =>
        await OperateAsync(OperationKind.Read, context) is { } done ? done.View with { Breaker = BreakerOf(context.Policy) } : null;

    /// <summary>
    /// Lifts the blocks on the keys of one context; scores and budgets stay. How many keys were blocked, once that is durable; null when
    /// storage does not take it in time.
    /// </summary>
    /// <exception cref="ArgumentException">Unknown policy or a bad request.</exception>
    public async Task<int?> UnblockAsync(LimitRequest context) => (await OperateAsync(OperationKind.Unblock, context))?.Lifted;

    /// <summary>
    /// Erases what is stored for the context's account, or for its address scope when it names no account. True once that is durable;
    /// false when storage does not take it in time.
    /// </summary>
    /// <exception cref="ArgumentException">Unknown policy or a bad request.</exception>
    public async Task<bool> ResetAsync(LimitRequest context) => await OperateAsync(OperationKind.Reset, context) is not null;

    /// <summary>
    /// Spends from a simple throttle (AF-1 §15), at the time of this call. What the store cannot answer in time is denied.
    /// </summary>
    /// <exception cref="ArgumentException">A bad rule, a blank subject, or a cost below 1; nothing was spent.</exception>
    public Task<ThrottleResult> ConsumeAsync(ThrottleRule rule, string subject, long cost)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(cost, 1);
        var secrets = Secrets;
        var key = new KeyPair(
            FixedWindowThrottle.KeyOf(secrets, _options.Environment, rule, subject),
            FixedWindowThrottle.KeyOf(secrets, _options.Environment, rule, subject, previous: true));
        var throttling = new LimiterThrottling(rule, key, cost, _time.GetUtcNow().ToUnixTimeSeconds())
        {
            ExpiresAt = _time.GetTimestamp() + _deadline,
        };
        Begin(throttling);
        return throttling.Answer;
    }

    /// <summary>Counts the keys in memory, each shard in its turn; <see cref="LimiterMetrics.Keys"/> holds the result.</summary>
    public async Task CountKeysAsync()
    {
        var counted = default(KeyCounts);
        foreach (var shard in _shards)
        {
            var census = new LimiterCensus();
            if (!shard.TryPost(census)) census.Fail();
            counted += await census.Counts ?? default;
        }
        Metrics.Keys = counted;
    }

    /// <summary>Exchanges the secrets for those of a rotation that is stored already (AF-1 §5.2).</summary>
    public void Use(LimiterSecrets rotated) => Volatile.Write(ref _ring, new KeyRing(rotated, _options.Environment));

    /// <summary>State of a policy's breaker on this node.</summary>
    public BreakerState BreakerOf(string policy) => _guards.TryGetValue(policy, out var guard) ? guard.Breaker : BreakerState.Closed;

    /// <summary>Answers what waits, makes everything durable, and stops.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var shard in _shards) shard.Stop();
        try
        {
            await EngineScheduler.WhenAll(_loops);
        }
        catch (Exception) when (_loops.All(l => l.IsCompleted))
        {
            // who waited was answered by the policy; the fault was in NotReadyReason
        }
        await _commits.DisposeAsync();
        await _ticker.DisposeAsync();
        Metrics.Dispose();
    }

    /// <summary>Shard of an entity.</summary>
    internal static int ShardOf(LimiterKey key, int shards) => (int)(key.B % (ulong)shards);

    private Task<LimitResult> Start(in RequestFacts facts, PolicyGuard guard, LimitSignals signals, long asked)
    {
        var decision = new LimiterDecision(facts, guard, signals) { AskedAt = asked, ExpiresAt = _time.GetTimestamp() + _deadline };
        Begin(decision);
        return decision.Answer;
    }

    private async Task<LimiterOperation?> OperateAsync(OperationKind kind, LimitRequest context)
    {
        var operation = new LimiterOperation(kind, Facts(context)) { ExpiresAt = _time.GetTimestamp() + _deadline };
        Begin(operation);
        return await operation.Completion ? operation : null;
    }

    private void Begin(LimiterVisit visit)
    {
        var stripe = _deadlines[ShardOf(visit.Wanted.Key.Current, _shards.Length)];
        Post(visit);
        if (!visit.IsAnswered) stripe.Add(visit);
    }

    private async Task<LimitResult> ProbeAsync(RequestFacts facts, PolicyGuard guard, long asked)
    {
        var healthy = await IsHealthyAsync();
        if (guard.Probed(facts, healthy, out var answer)) return await Start(facts, guard, answer.Signals, asked);
        guard.Answered(answer, asked);
        return answer;
    }

    private async Task<bool> IsHealthyAsync()
    {
        if (IsCutOff || NotReadyReason is not null) return false;
        try
        {
            await _journal.HighestSequenceNumberAsync(LimiterManifests.PersistencePrefix, CancellationToken.None);
            return true;
        }
        catch (Exception error) when (error is JournalUnavailableException or JournalCorruptException)
        {
            return false;
        }
    }

    private void Post(LimiterVisit visit)
    {
        var key = visit.SeeksPrevious ? visit.Wanted.Key.Previous : visit.Wanted.Key.Current;
        if (IsCutOff || !_shards[ShardOf(key, _shards.Length)].TryPost(visit)) visit.Fail();
    }

    private void Expire()
    {
        var now = _time.GetTimestamp();
        foreach (var queue in _deadlines) queue.Expire(now);
    }

    private PolicyGuard GuardOf(LimiterPolicy policy) =>
        _guards.TryGetValue(policy.Name, out var guard) ? guard : _guards.GetOrAdd(policy.Name, new PolicyGuard(policy, _options.Profile, Metrics));

    private RequestFacts Facts(in LimitRequest asked)
    {
        if (!_options.Policies.TryGet(asked.Policy, out var policy))
            throw new ArgumentException($"unknown limiter policy '{asked.Policy}'", nameof(asked));
        var request = asked with { AtTicks = _time.GetUtcNow().UtcTicks };
        if (request.Fault() is { } fault) throw new ArgumentException(fault, nameof(asked));
        return new RequestFacts
        {
            Policy = policy,
            Profile = _options.Profile,
            Command = request.Command,
            Keys = Volatile.Read(ref _ring).Derive(policy, _options.Profile, request),
            Confidence = request.Device.Confidence,
            TrustedSession = request.Device.TrustedSession,
            Known = request.Device.KnownForAccount,
            Cost = request.Cost,
            At = request.AtSeconds,
        };
    }
}
