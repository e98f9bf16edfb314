using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Entities;

namespace ActorFingerprint.Limits.Scores;

/// <summary>
/// The account's budget (AF-1 §10): an epoch of exactly 24 h from its first counted failure, a cooldown that survives it, and the
/// allowance of known devices.
/// </summary>
internal static class BudgetLedger
{
    /// <summary>Length of an epoch, in seconds.</summary>
    public const int EpochSeconds = 86_400;

    /// <summary>Level of the recovery guard's soft answer.</summary>
    public const int GuardLevel = 2;

    /// <summary>Retry-after of the recovery guard, in seconds.</summary>
    public const int GuardSeconds = 60;

    /// <summary>Counted failures of the running epoch.</summary>
    public static int CountAt(AccountState state, long now) => now < state.BudgetFrom + EpochSeconds ? state.BudgetCount : 0;

    /// <summary>Counts a failure; the count after it.</summary>
    public static int Count(AccountState state, long now, EventLog log)
    {
        var running = CountAt(state, now);
        log.Raise(state, new LimiterEvent.BudgetCounted(now, running + 1, running == 0 ? now : state.BudgetFrom));
        return running + 1;
    }

    /// <summary>Counts a known device's failure; true once it is beyond its allowance (§10.1: the 9th of 8).</summary>
    public static bool IsBeyondAllowance(AccountState state, in RequestFacts facts, EventLog log)
    {
        if (facts.Policy.Auth!.Budget.KnownDeviceAllowance is not { } allowance) return true;
        var device = state.Device(facts.Keys.K5.Current, facts.At);
        var running = facts.At < device.AllowanceFrom + EpochSeconds ? device.AllowanceCount : 0;
        log.Raise(state, new LimiterEvent.AllowanceCounted(
            facts.At, facts.Keys.K5.Current, running + 1, running == 0 ? facts.At : device.AllowanceFrom));
        return running + 1 > allowance;
    }

    /// <summary>
    /// §10.3–10.5: with the budget used up and no cooldown running, starts the cooldown and adds the soft candidate. The caller has made
    /// sure that no hard candidate is there.
    /// </summary>
    public static void Attempt(AccountState state, in RequestFacts facts, ref Verdict verdict, EventLog log)
    {
        var rule = facts.Policy.Auth!.Budget;
        if (CountAt(state, facts.At) < rule.Threshold || facts.At < state.CooldownUntil) return;
        log.Raise(state, new LimiterEvent.CooldownStarted(facts.At, facts.At + rule.CooldownSeconds));
        var level = facts.TrustedSession ? Math.Max(rule.TrustedFloor, rule.Level - 1) : rule.Level;
        verdict.Soft(level, rule.CooldownSeconds, LimitReasons.Budget);
    }
}
