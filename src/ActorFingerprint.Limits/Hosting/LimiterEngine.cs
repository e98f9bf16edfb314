using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Degraded;
using ActorFingerprint.Limits.Entities;
using ActorFingerprint.Limits.Keys;
using ActorFingerprint.Limits.Policies;
using ActorFingerprint.Limits.Throttle;

namespace ActorFingerprint.Limits.Hosting;

/// <summary>What a local engine is made of.</summary>
public sealed record LimiterEngineOptions
{
    /// <summary>The secrets at start.</summary>
    public required LimiterSecrets Secrets { get; init; }

    /// <summary>Part of every key, so that environments never share state; 1–64 characters.</summary>
    public string Environment { get; init; } = "default";

    /// <summary>The policies; the presets when not given.</summary>
    public PolicyRegistry Policies { get; init; } = new();

    /// <summary>AF-1 to the letter unless switched.</summary>
    public LimiterProfile Profile { get; init; } = LimiterProfile.Reference;

    /// <summary>Entities per kind at most.</summary>
    public int EntityCapacity { get; init; } = 1_000_000;

    /// <summary>Told every event with its entity, in order; the list is only valid during the call.</summary>
    public Action<EntityKind, LimiterKey, IReadOnlyList<LimiterEvent>>? OnEvents { get; init; }
}

/// <summary>
/// The whole limiter in one thread and in memory, its clock in the commands: what <c>limits simulate</c> and the tests run. It is not
/// thread-safe.
/// </summary>
public sealed class LimiterEngine
{
    private readonly LimiterEngineOptions _options;
    private readonly LocalEntities _entities;
    private readonly Dictionary<string, NodeGuard> _guards = new(StringComparer.Ordinal);
    private readonly ThrottleTable _throttles;
    private KeyRing _ring;

    /// <summary>An engine with no state.</summary>
    public LimiterEngine(LimiterEngineOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _entities = new(options.EntityCapacity, options.OnEvents);
        _throttles = new(options.EntityCapacity);
        _ring = new(options.Secrets, options.Environment);
    }

    /// <summary>Whether the shared state can be asked; false plays an outage.</summary>
    public bool StoreAvailable { get; set; } = true;

    /// <summary>The secrets in use.</summary>
    public LimiterSecrets Secrets => _ring.Secrets;

    /// <summary>Entities held, by kind.</summary>
    public IReadOnlyDictionary<EntityKind, int> EntityCounts => new Dictionary<EntityKind, int>
    {
        [EntityKind.Account] = _entities.Accounts.Count,
        [EntityKind.Address] = _entities.Addresses.Count,
        [EntityKind.Dilution] = _entities.Dilutions.Count,
        [EntityKind.MacroScope] = _entities.MacroScopes.Count,
    };

    /// <summary>Active keys K1–K5 held.</summary>
    public int KeyCount => _entities.Accounts.KeyCount + _entities.Addresses.KeyCount;

    /// <summary>Decides one request (AF-1 §7, §14).</summary>
    /// <exception cref="ArgumentException">Unknown policy or a bad request; nothing was recorded.</exception>
    public LimitResult Decide(in LimitRequest request)
    {
        var facts = Facts(request);
        if (!_guards.TryGetValue(request.Policy, out var guard))
            _guards[request.Policy] = guard = new NodeGuard(facts.Policy, _options.Profile);
        if (!guard.MayAsk(facts, StoreAvailable, out var answer)) return answer;
        var result = _entities.Decide(facts);
        return result with { Signals = result.Signals | answer.Signals };
    }

    /// <summary>What is stored for one context at its time; changes nothing and lists no key (AF-1 §2).</summary>
    /// <exception cref="ArgumentException">Unknown policy or a bad request.</exception>
    public LimiterStateView Read(in LimitRequest context)
    {
        var facts = Facts(context);
        _guards.TryGetValue(context.Policy, out var guard);
        return LimiterStateView.Of(
            facts, facts.Keys.K4.IsNone ? null : _entities.Accounts.Peek(facts.Keys.K4), _entities.Addresses.Peek(facts.Keys.K1),
            guard?.Breaker);
    }

    /// <summary>Lifts the blocks on the keys of one context; scores and budgets stay. Returns how many keys were blocked.</summary>
    /// <exception cref="ArgumentException">Unknown policy or a bad request.</exception>
    public int Unblock(in LimitRequest context) => _entities.Unblock(Facts(context));

    /// <summary>Erases everything that is stored for the context's account, or for its address scope when it names no account.</summary>
    /// <exception cref="ArgumentException">Unknown policy or a bad request.</exception>
    public void Reset(in LimitRequest context) => _entities.Reset(Facts(context));

    /// <summary>What is durable at a time, entity by entity, as events that rebuild it; entities with nothing left are skipped.</summary>
    public IEnumerable<(EntityKind Kind, LimiterKey Key, IReadOnlyList<LimiterEvent> Facts)> Snapshot(long atSeconds) =>
        _entities.Snapshot(atSeconds).Where(e => e.Facts.Count > 0);

    /// <summary>Applies one event of a snapshot or journal, in its order. <paramref name="policy"/> is the entity's.</summary>
    /// <exception cref="ArgumentException">Unknown policy.</exception>
    public void Replay(EntityKind kind, LimiterKey key, string policy, LimiterEvent @event)
    {
        if (!_options.Policies.TryGet(policy, out var rules))
            throw new ArgumentException($"unknown limiter policy '{policy}'", nameof(policy));
        _entities.Replay(kind, key, @event, rules.Api);
    }

    /// <summary>Exchanges secrets (AF-1 §5.2); false, with nothing changed, while a previous generation must still be kept.</summary>
    public bool TryRotate(SecretKinds kinds, ReadOnlySpan<byte> newKey, ReadOnlySpan<byte> newFingerprint, long atSeconds)
    {
        if (!_ring.Secrets.TryRotate(kinds, newKey, newFingerprint, atSeconds, out var rotated)) return false;
        _ring = new(rotated, _options.Environment);
        return true;
    }

    /// <summary>Spends from a simple throttle (AF-1 §15).</summary>
    /// <exception cref="ArgumentException">A bad rule, a blank subject, or a cost below 1.</exception>
    public ThrottleResult Consume(ThrottleRule rule, string subject, long cost, long atSeconds)
    {
        if (cost < 1) throw new ArgumentException("a throttle's cost must be at least 1", nameof(cost));
        var key = FixedWindowThrottle.KeyOf(_ring.Secrets, _options.Environment, rule, subject);
        var previous = FixedWindowThrottle.KeyOf(_ring.Secrets, _options.Environment, rule, subject, previous: true);
        return StoreAvailable ? _throttles.Consume(new(key, previous), rule, cost, atSeconds) : ThrottleResult.Unavailable;
    }

    private RequestFacts Facts(in LimitRequest request)
    {
        if (!_options.Policies.TryGet(request.Policy, out var policy))
            throw new ArgumentException($"unknown limiter policy '{request.Policy}'", nameof(request));
        if (request.Fault() is { } fault) throw new ArgumentException(fault, nameof(request));
        return RequestFacts.Of(policy, _options.Profile, _ring, request);
    }
}
