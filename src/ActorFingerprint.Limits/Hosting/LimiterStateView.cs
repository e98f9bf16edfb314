using ActorFingerprint.Limits.Degraded;
using ActorFingerprint.Limits.Entities;
using ActorFingerprint.Limits.Scores;

namespace ActorFingerprint.Limits.Hosting;

/// <summary>One key at a point in time.</summary>
/// <param name="Score">Decayed or leaked score.</param>
/// <param name="Level">Level of the active block; 0 for none.</param>
/// <param name="RemainingSeconds">How long it stands; 0 for none.</param>
/// <param name="HardCycles">Hard-block cycles within the last 6 h, at most 4.</param>
public readonly record struct KeyView(long Score, int Level, long RemainingSeconds, int HardCycles);

/// <summary>
/// The operational view of one context at one time (AF-1 §2): scores, blocks, budget, cooldown, breaker. Nothing was changed to make it,
/// and it holds no key. A member is null when the context has no such key or nothing is stored.
/// </summary>
public sealed record LimiterStateView
{
    /// <summary>Address scope.</summary>
    public KeyView? K1 { get; init; }

    /// <summary>Address scope and User-Agent.</summary>
    public KeyView? K2 { get; init; }

    /// <summary>Address scope and device.</summary>
    public KeyView? K3 { get; init; }

    /// <summary>Account.</summary>
    public KeyView? K4 { get; init; }

    /// <summary>Account and device.</summary>
    public KeyView? K5 { get; init; }

    /// <summary>Counted failures of the running budget epoch.</summary>
    public int BudgetCount { get; init; }

    /// <summary>Seconds to the epoch's end; 0 when none runs.</summary>
    public long BudgetRemainingSeconds { get; init; }

    /// <summary>Seconds of cooldown left; 0 for none.</summary>
    public long CooldownSeconds { get; init; }

    /// <summary>The breaker of the policy on this node.</summary>
    public BreakerState Breaker { get; init; }

    internal static LimiterStateView Of(in RequestFacts facts, AccountState? account, AddressState? address, CircuitBreaker? breaker)
    {
        var view = new LimiterStateView { Breaker = breaker?.State ?? BreakerState.Closed };
        if (address is not null) view = view.With(facts, address);
        return account is null ? view : view.With(facts, account);
    }

    /// <summary>The view with what an address scope knows.</summary>
    public LimiterStateView With(in RequestFacts facts, AddressState address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var (api, now) = (facts.Policy.Api, facts.At);
        return this with
        {
            K1 = View(address.Address, KeyType.K1, api?.K1Limit, now),
            K2 = View(AddressDecider.FindAgent(address, facts.Keys.K2), KeyType.K2, api?.K2Limit, now),
            K3 = View(AddressDecider.FindDevice(address, facts.Keys.K3), KeyType.K3, api?.K3Limit, now),
        };
    }

    /// <summary>The view with what an account knows.</summary>
    public LimiterStateView With(in RequestFacts facts, AccountState account)
    {
        ArgumentNullException.ThrowIfNull(account);
        var now = facts.At;
        var budget = BudgetLedger.CountAt(account, now);
        return this with
        {
            K4 = View(account.Account, KeyType.K4, null, now),
            K5 = View(AccountDecider.Find(account, facts.Keys.K5), KeyType.K5, null, now),
            BudgetCount = budget,
            BudgetRemainingSeconds = budget == 0 ? 0 : account.BudgetFrom + BudgetLedger.EpochSeconds - now,
            CooldownSeconds = Math.Max(0, account.CooldownUntil - now),
        };
    }

    private static KeyView? View(KeySlot? slot, KeyType type, int? limit, long now)
    {
        if (slot is null) return null;
        var block = slot.ActiveBlock(now, trusted: false);
        var score = limit is { } leak ? ApiLeak.ScoreAt(slot, leak, now) : Decay.ScoreAt(slot, type, now);
        return new(score, block.Level, block.Level == 0 ? 0 : block.Until - now, slot.History.CyclesAt(now));
    }
}
