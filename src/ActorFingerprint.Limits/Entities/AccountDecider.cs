using ActorFingerprint.Limits.Correlation;
using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Keys;
using ActorFingerprint.Limits.Policies;
using ActorFingerprint.Limits.Scores;

namespace ActorFingerprint.Limits.Entities;

/// <summary>What an account saw of a request in the first round.</summary>
/// <param name="DeviceRefused">The device is over the cap per account and address scope: ephemeral (AF-1 §13).</param>
/// <param name="Distributed">§12.2.</param>
/// <param name="Flood">§12.5.</param>
public readonly record struct AccountObservation(bool DeviceRefused, DistributedFinding Distributed, FloodFinding Flood);

/// <summary>
/// The account entity's behaviour: <see cref="Read"/> and <see cref="Observe"/> in the first round, <see cref="Mutate"/> in the second.
/// Under an API policy an account only caps devices; its blocks do not exist.
/// </summary>
public static class AccountDecider
{
    /// <summary>§7.1 and §7.4 for K4 and K5. Also spells K5 and K1 with the current secrets (§5.2).</summary>
    public static ActiveBlocks Read(AccountState state, in RequestFacts facts, EventLog log)
    {
        Align(state, facts, log);
        return Peek(state, facts);
    }

    /// <summary>The same without any change, for the operational read API.</summary>
    public static ActiveBlocks Peek(AccountState state, in RequestFacts facts)
    {
        if (!facts.IsAuth) return default;
        var account = state.Account.ActiveBlock(facts.At, facts.TrustedSession);
        var blocks = default(ActiveBlocks).WithHard(account, facts.At).WithSoft(account, facts.At);
        var device = Find(state, facts.Keys.K5);
        return device is null ? blocks : blocks.WithHard(device.ActiveBlock(facts.At, facts.TrustedSession), facts.At);
    }

    /// <summary>
    /// §7.3 and §7.5: the device cap, §12.2 and §12.5. Never asked while a hard block is being served, nor for a success.
    /// </summary>
    public static AccountObservation Observe(AccountState state, in RequestFacts facts, EventLog log)
    {
        var refused = false;
        var flood = FloodFinding.None;
        if (DeviceCapRule.Observes(facts))
        {
            var gate = state.Gate(facts.Keys.K1.Current.Digest, facts.At);
            var seen = gate.Devices.Observe(facts.Keys.K5, facts.At, DeviceCapRule.LifetimeSeconds, DeviceCapRule.PerAccount);
            refused = seen.Refused;
            flood = FloodRule.Observe(state, gate, seen, facts, log);
        }
        var distributed = DistributedAccountRule.Observes(facts) ? DistributedAccountRule.Observe(state, facts, log) : default;
        return new(refused, distributed, flood);
    }

    /// <summary>§7.5–7.9: scores, budget, guard, anti-equilibrium, and the account's own blocks.</summary>
    /// <param name="state">The account.</param>
    /// <param name="facts">The request.</param>
    /// <param name="seen">This account's answer of the first round.</param>
    /// <param name="ephemeral">The device is in the ephemeral bucket, by this account's cap or the address scope's.</param>
    /// <param name="others">All candidates that the other entities gave; with the account's own they decide.</param>
    /// <param name="log">Receives the events.</param>
    /// <returns>All candidates together: the request's verdict.</returns>
    public static Verdict Mutate(
        AccountState state, in RequestFacts facts, in AccountObservation seen, bool ephemeral, in Verdict others, EventLog log)
    {
        var verdict = others;
        if (!facts.IsAuth) return verdict;
        var now = facts.At;
        var pending = default(PendingBlocks);
        Correlate(facts, seen, ref verdict, ref pending);
        var guarded = facts.Command == LimitCommand.Failure && Fail(state, facts, ephemeral, ref verdict, ref pending, log);
        var budget = facts.Policy.Auth!.Budget;
        var eligible = facts.Command == LimitCommand.Failure
            || (facts.Command == LimitCommand.Check && budget.AppliesToChecks && !verdict.HasAny);
        if (eligible && !guarded && !verdict.HasHard) BudgetLedger.Attempt(state, facts, ref verdict, log);
        Publish(state, facts, seen, ephemeral, verdict.HasHard, pending, log);
        if (facts.Command == LimitCommand.Failure && verdict.Decision == LimitDecision.SoftBlock)
            log.Raise(state, new LimiterEvent.SoftFailureEnded(now));
        return verdict;
    }

    /// <summary>Whether a check may meet the budget (§10): without that, and without a finding, a check mutates nothing here.</summary>
    public static bool MeetsBudget(AccountState state, in RequestFacts facts) =>
        facts.Command == LimitCommand.Check && facts.Policy.Auth is { Budget: { AppliesToChecks: true } budget }
        && BudgetLedger.CountAt(state, facts.At) >= budget.Threshold;

    /// <summary>Lifts the blocks of K4 and of the request's K5; how many there were.</summary>
    public static int Unblock(AccountState state, in RequestFacts facts, EventLog log) =>
        BlockRule.Lift(state, state.Account, KeyRef.Account, facts.At, log)
        + BlockRule.Lift(state, Find(state, facts.Keys.K5), new(KeyType.K5, facts.Keys.K5.Current), facts.At, log);

    private static void Correlate(in RequestFacts facts, in AccountObservation seen, ref Verdict verdict, ref PendingBlocks pending)
    {
        if (seen.Distributed.Met) verdict.Add(PenaltyLadder.Hard, LimitReasons.DistributedAccount);
        if (seen.Distributed.ThirdOccurrence)
        {
            var spares = facts.Hardened(HardenedSwitches.DistributedNeedsFailure);
            pending.Account(DistributedAccountRule.AccountLevel, spares);
            if (!spares || !facts.TrustedSession) verdict.Add(DistributedAccountRule.AccountLevel, LimitReasons.DistributedAccount);
        }
        if (seen.Flood == FloodFinding.Hard) verdict.Add(PenaltyLadder.Hard, LimitReasons.Flood);
        if (seen.Flood != FloodFinding.Soft) return;
        verdict.Add(1, LimitReasons.Flood);
        pending.Account(1, sparesTrusted: false);
    }

    /// <summary>§6.1, §10.1, §10.6, §10.7; true when the recovery guard suppresses the budget.</summary>
    private static bool Fail(
        AccountState state, in RequestFacts facts, bool ephemeral, ref Verdict verdict, ref PendingBlocks pending, EventLog log)
    {
        var (rules, now) = (facts.Policy.Auth!, facts.At);
        KeyPoints points;
        bool counted;
        if (!facts.HasFingerprint)
        {
            points = rules.MissingFingerprint;
            if (MissingFingerprintRule.Repeats(state, now, log)) points = points with { K4 = points.K4 + rules.RepeatedMissingK4 };
            counted = true;
        }
        else
        {
            MissingFingerprintRule.Clear(state, now, log);
            points = facts.Known ? rules.KnownDevice : rules.NewDevice;
            counted = !facts.Known || BudgetLedger.IsBeyondAllowance(state, facts, log) || points.K4 > 0;
        }
        var sparesForeign = facts.Hardened(HardenedSwitches.ForeignFailuresSpareTrusted);
        if (points.K4 > 0)
        {
            var level = ScoreRule.Add(state, state.Account, KeyRef.Account, points.K4, rules.K4, facts.Known, now, log);
            verdict.Add(level, LimitReasons.Score);
            pending.Account(level, sparesForeign && !state.Account.KnownContributed);
        }
        if (points.K5 > 0 && !ephemeral && !facts.Keys.K5.IsNone)
        {
            var digest = facts.Keys.K5.Current;
            var level = ScoreRule.Add(
                state, state.Device(digest, now), new(KeyType.K5, digest), points.K5, rules.K5, facts.Known, now, log);
            verdict.Add(level, LimitReasons.Score);
            pending.Device = Math.Max(pending.Device, level);
        }
        var count = counted ? BudgetLedger.Count(state, now, log) : 0;
        var guarded = rules.Budget.RecoveryGuard && count == rules.Budget.Threshold
            && (facts.Confidence == Identity.DeviceConfidence.High || facts.Known);
        if (guarded) verdict.Soft(BudgetLedger.GuardLevel, BudgetLedger.GuardSeconds, LimitReasons.RecoveryGuard);
        if (!AntiEquilibriumRule.IsMet(state, now)) return guarded;
        verdict.Add(PenaltyLadder.Hard, LimitReasons.AntiEquilibrium);
        pending.Account(PenaltyLadder.Hard, sparesForeign && !facts.Known && !state.Account.KnownContributed);
        return guarded;
    }

    private static void Publish(
        AccountState state, in RequestFacts facts, in AccountObservation seen, bool ephemeral, bool hard, PendingBlocks pending,
        EventLog log)
    {
        var now = facts.At;
        if (seen.Distributed.FirstOfWindow)
            for (var i = 0; i < state.DevicesSeen.Count; i++)
                if (!facts.Keys.K5.Matches(state.DevicesSeen[i])) Block(state.DevicesSeen[i], PenaltyLadder.Hard);
        if (!ephemeral && (seen.Distributed.Met || seen.Flood == FloodFinding.Hard))
            pending.Device = Math.Max(pending.Device, PenaltyLadder.Hard);
        if (pending.Device >= PenaltyLadder.Hard || (pending.Device > 0 && !hard)) Block(facts.Keys.K5.Current, pending.Device);
        Account(pending.ForAll, spares: false, facts);
        Account(pending.Sparing, spares: true, facts);

        void Block(KeyDigest device, int level) =>
            BlockRule.Publish(state, state.Device(device, now), new(KeyType.K5, device), level, decays: true, false, now, log);

        void Account(int level, bool spares, in RequestFacts f)
        {
            if (level >= PenaltyLadder.Hard || (level > 0 && !hard))
                BlockRule.Publish(state, state.Account, KeyRef.Account, level, decays: true, spares, f.At, log);
        }
    }

    private static void Align(AccountState state, in RequestFacts facts, EventLog log)
    {
        var (k5, k1) = (facts.Keys.K5, facts.Keys.K1.Digests);
        if (!k5.Previous.IsNone && state.Devices.TryGet(k5.Previous, out _))
            log.Raise(state, new LimiterEvent.Rekeyed(facts.At, KeyType.K5, k5.Previous, k5.Current));
        if (!k1.Previous.IsNone && state.Gates.TryGet(k1.Previous, out _))
            log.Raise(state, new LimiterEvent.Rekeyed(facts.At, KeyType.K1, k1.Previous, k1.Current));
    }

    internal static DeviceSlot? Find(AccountState state, in DigestPair device) =>
        !device.IsNone && (state.Devices.TryGet(device.Current, out var slot) || state.Devices.TryGet(device.Previous, out slot))
            ? slot
            : null;

    /// <summary>Blocks this request earns: hard ones are stored always, soft ones only when no hard candidate wins (§7.9).</summary>
    private struct PendingBlocks
    {
        public int ForAll;
        public int Sparing;
        public int Device;

        public void Account(int level, bool sparesTrusted)
        {
            if (sparesTrusted) Sparing = Math.Max(Sparing, level);
            else ForAll = Math.Max(ForAll, level);
        }
    }
}
