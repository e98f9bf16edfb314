using System.Collections.Concurrent;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Limiting.Asks;
using ActorFingerprint.Engine.Sharding;
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
/// The limiter of a node (AF-1): entities in shards by their routing key, their events in the journal. Any thread may ask, and decides
/// itself as far as shards are idle. What the store cannot answer in time, the policy answers: closed for accounts, open for APIs. Owns
/// shards and commits; the journal belongs to the caller.
/// </summary>
public sealed partial class LimiterRegion : IAsyncDisposable
{
    private static readonly TimeSpan PassivationInterval = TimeSpan.FromMinutes(1);

    private readonly LimiterRegionOptions _options;
    private readonly IJournal _journal;
    private readonly ISnapshotStore _snapshots;
    private readonly EngineScheduler _scheduler;
    private readonly TimeProvider _time;
    private readonly CommitCoordinator _commits;
    private readonly LimiterShard[] _shards;
    private readonly DeadlineQueue[] _deadlines;
    private readonly LimiterSweep _sweep;
    private readonly LimiterRelay? _relay;
    private readonly LimiterAnswers? _answers;
    private readonly long _lease;
    private Task _listing;
    private readonly ConcurrentDictionary<string, PolicyGuard> _guards = new(StringComparer.Ordinal);
    private readonly ITimer _expiry, _passivation;
    private readonly long _deadline;
    private readonly Lock _rotating = new();
    private LimiterGeneration _generation;
    private bool _isStopped;

    /// <summary>
    /// Starts the shards; entities recover when they are first needed. In a <paramref name="cluster"/> all shards are away until
    /// <see cref="StartShardAsync"/>.
    /// </summary>
    /// <exception cref="ArgumentException">The environment is blank or too long.</exception>
    public LimiterRegion(
        IJournal journal, ISnapshotStore snapshots, LimiterSecrets secrets, LimiterRegionOptions options, EngineScheduler scheduler,
        TimeProvider time, LimiterCluster? cluster = null)
    {
        (_journal, _options, _scheduler, _time) = (journal, options, scheduler, time);
        _generation = new(new KeyRing(secrets, options.Environment), isOpen: true);
        Metrics = new(BreakerOf, time);
        _commits = new(journal, scheduler, time, TimeSpan.FromSeconds(1));
        var known = new KnownEntities();
        _snapshots = snapshots;
        if (cluster is not null)
        {
            var facts = new FactsFormat(options.Policies, options.Profile);
            _relay = new(cluster, options, facts, scheduler, time, Send);
            _answers = new(options, facts, time, Enter, Admit, Send);
            _lease = (long)(cluster.Lease.TotalSeconds * time.TimestampFrequency);
        }
        var context = new LimiterContext(options, journal, new(journal, snapshots), _commits, known, scheduler, Send, time, IsHosted)
        {
            Relay = _relay,
            Lost = (shard, error) => Lost?.Invoke(shard, error),
        };
        _shards = [.. Enumerable.Range(0, options.Shards).Select(n => new LimiterShard(n, context))];
        _deadlines = [.. _shards.Select(_ => new DeadlineQueue())];
        _deadline = (long)(options.Deadline.TotalSeconds * time.TimestampFrequency);
        _expiry = time.CreateTimer(static region => ((LimiterRegion)region!).Expire(), this, options.Deadline / 8, options.Deadline / 8);
        _passivation = time.CreateTimer(
            static region => ((LimiterRegion)region!).Passivate(), this, PassivationInterval, PassivationInterval);
        _sweep = new(context, time);
        _listing = cluster is null ? scheduler.Start(() => _sweep.TryRunAsync(CancellationToken.None)) : Task.CompletedTask;
    }

    /// <summary>The secrets in use: device identities are made with them.</summary>
    public LimiterSecrets Secrets => Volatile.Read(ref _generation).Ring.Secrets;

    /// <summary>The policies.</summary>
    public PolicyRegistry Policies => _options.Policies;

    /// <summary>What operators see of it.</summary>
    public LimiterMetrics Metrics { get; }

    /// <summary>Entities in memory.</summary>
    public int EntityCount => _shards.Sum(s => s.EntityCount);

    /// <summary>Why the limiter cannot answer from its state at the moment, in one line; null when it can.</summary>
    public string? NotReadyReason => _commits.Refusal
        ?? (_shards.FirstOrDefault(s => s.Fault is not null)?.Fault is { } fault ? $"a limiter shard stopped: {fault.Message}" : null)
        ?? _relay?.Complaint;

    /// <summary>Plays an outage: nothing reaches a shard.</summary>
    internal bool IsCutOff { get; set; }

    /// <summary>
    /// Decides one request, at the time of this call. The answer to a failure, and any that raises a block, comes when that is durable.
    /// </summary>
    /// <exception cref="ArgumentException">Unknown policy or a bad request; nothing was recorded.</exception>
    public Task<LimitResult> DecideAsync(in LimitRequest request) => Decide(request, isProbed: false, LimitSignals.None, Metrics.Asked());

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
        FixedWindowThrottle.Check(rule, subject);
        if (Enter() is not { } generation) return Task.FromResult(ThrottleResult.Unavailable);
        var secrets = generation.Ring.Secrets;
        var key = new KeyPair(
            FixedWindowThrottle.KeyOf(secrets, _options.Environment, rule, subject),
            FixedWindowThrottle.KeyOf(secrets, _options.Environment, rule, subject, previous: true));
        var throttling = new LimiterThrottling(rule, key, cost, _time.GetUtcNow().ToUnixTimeSeconds(), generation);
        Begin(throttling);
        return throttling.Answer;
    }

    /// <summary>Counts the keys in memory, each shard in its turn; <see cref="LimiterMetrics.Keys"/> holds the result.</summary>
    public async Task CountKeysAsync()
    {
        var counted = default(KeyCounts);
        foreach (var shard in _shards)
        {
            var census = new LimiterCensus(shard.Number);
            Send(census);
            counted += await census.Counts;
        }
        Metrics.Keys = counted;
    }

    /// <summary>
    /// Exchanges the secrets for those of a rotation that is stored already (AF-1 §5.2). Requests under way end under the older ones;
    /// later ones wait for them.
    /// </summary>
    public void Use(LimiterSecrets rotated)
    {
        lock (_rotating)
        {
            var (older, newer) = (_generation, new LimiterGeneration(new KeyRing(rotated, _options.Environment), isOpen: false));
            Volatile.Write(ref _generation, newer);
            older.Close(() => Open(newer));
        }
    }

    /// <summary>
    /// Takes entities out of the journal that no rule can need any more; how many. To be run now and then: nothing else deletes them.
    /// </summary>
    /// <exception cref="JournalUnavailableException">The journal cannot be listed now.</exception>
    public Task<int> SweepAsync(CancellationToken stop) => _sweep.RunAsync(stop);

    /// <summary>State of a policy's breaker on this node.</summary>
    public BreakerState BreakerOf(string policy) => _guards.TryGetValue(policy, out var guard) ? guard.Breaker : BreakerState.Closed;

    /// <summary>Answers what waits, makes everything durable, and stops; while storage refuses, what is not durable yet is lost.</summary>
    public async ValueTask DisposeAsync()
    {
        var drained = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_rotating)
        {
            if (_isStopped) return;
            Volatile.Write(ref _isStopped, true);
            _generation.Close(drained.SetResult);
        }
        _commits.GiveUp();
        await drained.Task;
        await Volatile.Read(ref _listing);
        foreach (var shard in _shards) await FinishAsync(_relay is null ? new FinishShard(shard.Number) : new StopShard(shard.Number));
        await _commits.DisposeAsync();
        await _expiry.DisposeAsync();
        await _passivation.DisposeAsync();
        Metrics.Dispose();
    }

    /// <summary>Shard of an entity.</summary>
    internal static int ShardOf(LimiterKey key, int shards) => (int)(key.B % (ulong)shards);

    private Task<LimitResult> Decide(in LimitRequest asked, bool isProbed, LimitSignals signals, long askedAt)
    {
        var (policy, request) = Checked(asked);
        var guard = GuardOf(policy);
        var generation = Enter();
        var facts = RequestFacts.Of(policy, _options.Profile, (generation ?? _generation).Ring, request);
        if (!isProbed)
        {
            var step = guard.Before(facts, out var answer);
            if (step != BreakerStep.Run)
            {
                generation?.Leave();
                if (step == BreakerStep.Probe) return ProbeAsync(asked, facts, guard, askedAt);
                guard.Answered(answer, askedAt);
                return Task.FromResult(answer);
            }
        }
        if (generation is null) return Task.FromResult(guard.Failed(facts));
        var decision = new LimiterDecision(facts, guard, signals, generation) { AskedAt = askedAt };
        Begin(decision);
        return decision.AnswerAsync();
    }

    private async Task<LimiterOperation?> OperateAsync(OperationKind kind, LimitRequest context)
    {
        var (policy, request) = Checked(context);
        if (Enter() is not { } generation) return null;
        var operation = new LimiterOperation(kind, RequestFacts.Of(policy, _options.Profile, generation.Ring, request), generation);
        Begin(operation);
        return await operation.Completion ? operation : null;
    }

    /// <summary>The newest generation, with this request under way in it; null when the region has stopped.</summary>
    private LimiterGeneration? Enter()
    {
        while (true)
        {
            var generation = Volatile.Read(ref _generation);
            if (generation.TryEnter()) return generation;
            if (Volatile.Read(ref _isStopped)) return null;
        }
    }

    private void Begin(LimiterVisit visit)
    {
        if (_relay is not null) visit.ExpiresAt = _time.GetTimestamp() + _deadline; // an ask tells how long it has
        if (!visit.Generation.Keeps(visit)) Send(visit);
        if (visit.IsAnswered) return;
        if (_relay is null) visit.ExpiresAt = _time.GetTimestamp() + _deadline;
        _deadlines[visit.DestinationOf(_deadlines.Length)].Add(visit);
    }

    /// <summary>Of another node: its deadline came with it, and its node waits no longer.</summary>
    private void Admit(LimiterVisit visit)
    {
        if (!visit.Generation.Keeps(visit)) Send(visit);
    }

    private async Task<LimitResult> ProbeAsync(LimitRequest request, RequestFacts facts, PolicyGuard guard, long askedAt)
    {
        var healthy = await IsHealthyAsync();
        if (guard.Probed(facts, healthy, out var answer)) return await Decide(request, isProbed: true, answer.Signals, askedAt);
        guard.Answered(answer, askedAt);
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

    private void Send(LimiterMessage first)
    {
        var outbox = default(Outbox);
        outbox.Add(first);
        while (outbox.TryTake(out var message))
        {
            if (IsCutOff && message is LimiterVisit) message.Drop(ref outbox);
            else _shards[message.DestinationOf(_shards.Length)].Receive(message, ref outbox);
        }
    }

    private void Open(LimiterGeneration generation)
    {
        if (generation.Open() is not { Count: > 0 } early) return;
        _ = _scheduler.Start(() =>
        {
            foreach (var visit in early) Send(visit);
            return Task.CompletedTask;
        });
    }

    private void Expire()
    {
        var now = _time.GetTimestamp();
        foreach (var queue in _deadlines) queue.Expire(now);
        _answers?.Forget(now);
    }

    private void Passivate()
    {
        var now = _time.GetUtcNow().ToUnixTimeSeconds();
        foreach (var shard in _shards) Send(new PassivateExpired(shard.Number, now));
    }

    private PolicyGuard GuardOf(LimiterPolicy policy) =>
        _guards.TryGetValue(policy.Name, out var guard) ? guard : _guards.GetOrAdd(policy.Name, new PolicyGuard(policy, _options.Profile, Metrics));

    private (LimiterPolicy Policy, LimitRequest Request) Checked(in LimitRequest asked)
    {
        if (!_options.Policies.TryGet(asked.Policy, out var policy))
            throw new ArgumentException($"unknown limiter policy '{asked.Policy}'", nameof(asked));
        var request = asked with { AtTicks = _time.GetUtcNow().UtcTicks };
        return request.Fault() is { } fault ? throw new ArgumentException(fault, nameof(asked)) : (policy, request);
    }
}
