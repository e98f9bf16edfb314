using ActorFingerprint.Limits.Correlation;
using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Identity;
using ActorFingerprint.Limits.Keys;
using ActorFingerprint.Limits.Policies;
using ActorFingerprint.Limits.Scores;

namespace ActorFingerprint.Limits.Entities;

/// <summary>What an address scope saw of a request in the first round.</summary>
/// <param name="DeviceRefused">The device is over the cap per address scope: ephemeral (AF-1 §13).</param>
/// <param name="Churn">§12.3 is met.</param>
/// <param name="Spray">§12.1 is met.</param>
public readonly record struct AddressObservation(bool DeviceRefused, bool Churn, bool Spray);

/// <summary>
/// The address-scope entity's behaviour: <see cref="Read"/> and <see cref="Observe"/> in the first round, <see cref="Mutate"/> in the
/// second.
/// </summary>
public static class AddressDecider
{
    /// <summary>§7.1 and §7.4 for K1, K2 and K3. Also spells K2 and K3 with the current secrets (§5.2).</summary>
    public static ActiveBlocks Read(AddressState state, in RequestFacts facts, EventLog log)
    {
        Align(state, facts, log);
        return Peek(state, facts);
    }

    /// <summary>The same without any change, for the operational read API.</summary>
    public static ActiveBlocks Peek(AddressState state, in RequestFacts facts)
    {
        var (now, trusted) = (facts.At, facts.TrustedSession);
        var spared = facts.IsAuth && trusted;
        var blocks = default(ActiveBlocks);
        if (!spared) blocks = blocks.WithHard(state.Address.ActiveBlock(now, trusted), now);
        if (FindAgent(state, facts.Keys.K2) is { } agent)
        {
            var block = agent.ActiveBlock(now, trusted);
            if (!spared || !facts.Hardened(HardenedSwitches.TrustedSkipsK2)) blocks = blocks.WithHard(block, now);
            if (!facts.IsAuth) blocks = blocks.WithSoft(block, now);
        }
        var device = FindDevice(state, facts.Keys.K3);
        return device is null ? blocks : blocks.WithHard(device.ActiveBlock(now, trusted), now);
    }

    /// <summary>
    /// §7.3 and §7.5: the device cap, §12.3 and §12.1. Never asked while a hard block is being served, nor for a success.
    /// </summary>
    public static AddressObservation Observe(AddressState state, in RequestFacts facts, EventLog log)
    {
        var refused = DeviceCapRule.Observes(facts)
            && state.NewDevices.Observe(facts.Keys.K3, facts.At, DeviceCapRule.LifetimeSeconds, DeviceCapRule.PerAddress).Refused;
        var churn = false;
        if (ChurnRule.Observes(facts))
        {
            var agent = state.Agent(facts.Keys.K2.Current, facts.At);
            var self = new WatchRef(WatchedRule.Churn, new(KeyType.K2, facts.Keys.K2.Current));
            churn = ChurnRule.Observe(state, agent.Churn ??= new WatchedWindow(), self, facts.Keys.K3, facts, log);
        }
        var spray = SprayRule.Observes(facts)
            && SprayRule.Observe(state, state.Subjects ??= new WatchedWindow(), new(WatchedRule.Spray, KeyRef.Address), facts, log);
        return new(refused, churn, spray);
    }

    /// <summary>§7.5, §7.6 and §7.9: scores of K1–K3 and the blocks that land on them.</summary>
    /// <param name="state">The address scope.</param>
    /// <param name="facts">The request.</param>
    /// <param name="churn">§12.3 is met, here or in an active macro scope.</param>
    /// <param name="spray">§12.1 is met, here or in an active macro scope.</param>
    /// <param name="dilution">§12.4.</param>
    /// <param name="ephemeral">K3 takes no part in scoring (§13).</param>
    /// <param name="softBlocks">Soft blocks to be stored with <see cref="PublishSoft"/> when no hard candidate wins; API policies store
    /// theirs at once.</param>
    /// <param name="log">Receives the events.</param>
    /// <returns>The address scope's candidates.</returns>
    public static Verdict Mutate(
        AddressState state, in RequestFacts facts, bool churn, bool spray, DilutionFinding dilution, bool ephemeral,
        out SoftBlocks softBlocks, EventLog log)
    {
        var verdict = default(Verdict);
        var levels = default(KeyLevels);
        if (facts.Command == LimitCommand.Failure && facts.Policy.Auth is { } auth)
            levels = Fail(state, facts, auth, ephemeral, ref verdict, log);
        if (facts.Command == LimitCommand.Access && facts.Policy.Api is { } api)
            levels = Access(state, facts, api, ephemeral, ref verdict, log);
        if (churn) levels = Correlated(levels with { K2 = Math.Max(levels.K2, PenaltyLadder.Hard) }, LimitReasons.Churn, ref verdict);
        if (dilution == DilutionFinding.BlockAgent)
            levels = Correlated(levels with { K2 = Math.Max(levels.K2, PenaltyLadder.Hard) }, LimitReasons.Dilution, ref verdict);
        if (dilution == DilutionFinding.BlockDevice)
            levels = Correlated(levels with { K3 = Math.Max(levels.K3, PenaltyLadder.Hard) }, LimitReasons.Dilution, ref verdict);
        if (spray)
        {
            levels = levels with { K1 = Math.Max(levels.K1, PenaltyLadder.Hard) };
            if (!facts.TrustedSession) verdict.Add(PenaltyLadder.Hard, LimitReasons.CredentialSpray);
        }
        softBlocks = facts.IsAuth ? levels.Soft() : default;
        Publish(state, facts, facts.IsAuth ? levels.Hard() : levels, log);
        return verdict;
    }

    /// <summary>
    /// Whether the request adds to a score of K1–K3: without that, and without a finding, there is nothing to mutate here.
    /// </summary>
    public static bool Scores(in RequestFacts facts)
    {
        if (facts.Policy.Auth is not { } auth) return facts.Command == LimitCommand.Access;
        if (facts.Command != LimitCommand.Failure) return false;
        var points = PointsOf(facts, auth);
        return (points.K1 | points.K2 | points.K3) != 0;
    }

    /// <summary>§7.9: stores the soft blocks of a request that ended SOFT.</summary>
    public static void PublishSoft(AddressState state, in RequestFacts facts, in SoftBlocks softBlocks, EventLog log) =>
        Publish(state, facts, softBlocks.Levels, log);

    /// <summary>Lifts the blocks of K1 and of the request's K2 and K3; how many there were.</summary>
    public static int Unblock(AddressState state, in RequestFacts facts, EventLog log) =>
        BlockRule.Lift(state, state.Address, KeyRef.Address, facts.At, log)
        + BlockRule.Lift(state, FindAgent(state, facts.Keys.K2), new(KeyType.K2, facts.Keys.K2.Current), facts.At, log)
        + BlockRule.Lift(state, FindDevice(state, facts.Keys.K3), new(KeyType.K3, facts.Keys.K3.Current), facts.At, log);

    private static KeyLevels Correlated(KeyLevels levels, LimitReasons reason, ref Verdict verdict)
    {
        verdict.Add(PenaltyLadder.Hard, reason);
        return levels;
    }

    private static KeyLevels Fail(
        AddressState state, in RequestFacts facts, AuthRules auth, bool ephemeral, ref Verdict verdict, EventLog log)
    {
        var points = PointsOf(facts, auth);
        var (known, now) = (facts.Known, facts.At);
        var (k2, k3) = (facts.Keys.K2.Current, facts.Keys.K3.Current);
        var first = points.K1 == 0 ? 0 : ScoreRule.Add(state, state.Address, KeyRef.Address, points.K1, auth.K1, known, now, log);
        var second = points.K2 == 0
            ? 0
            : ScoreRule.Add(state, state.Agent(k2, now), new(KeyType.K2, k2), points.K2, auth.K2, known, now, log);
        var third = points.K3 == 0 || ephemeral || k3.IsNone
            ? 0
            : ScoreRule.Add(state, state.Device(k3, now), new(KeyType.K3, k3), points.K3, auth.K3, known, now, log);
        verdict.Add(first, LimitReasons.Score);
        verdict.Add(second, LimitReasons.Score);
        verdict.Add(third, LimitReasons.Score);
        return new KeyLevels(first, second, third).Gated(facts.Confidence);
    }

    private static KeyPoints PointsOf(in RequestFacts facts, AuthRules auth) =>
        !facts.HasFingerprint ? auth.MissingFingerprint : facts.Known ? auth.KnownDevice : auth.NewDevice;

    private static KeyLevels Access(
        AddressState state, in RequestFacts facts, ApiRules api, bool ephemeral, ref Verdict verdict, EventLog log)
    {
        var (k2, k3) = (facts.Keys.K2.Current, facts.Keys.K3.Current);
        var second = ApiTierRule.Add(state, state.Agent(k2, facts.At), new(KeyType.K2, k2), ApiTier.Agent, api.K2Limit, facts, log);
        var third = ephemeral || k3.IsNone
            ? 0
            : ApiTierRule.Add(state, state.Device(k3, facts.At), new(KeyType.K3, k3), ApiTier.Device, api.K3Limit, facts, log);
        var first = ApiTierRule.Add(state, state.Address, KeyRef.Address, ApiTier.Address, api.K1Limit, facts, log);
        verdict.Add(second, LimitReasons.Score);
        verdict.Add(third, LimitReasons.Score);
        verdict.Add(first, LimitReasons.Score);
        return new KeyLevels(first, second, third).Gated(facts.Confidence);
    }

    private static void Publish(AddressState state, in RequestFacts facts, KeyLevels levels, EventLog log)
    {
        var (decays, now) = (facts.IsAuth, facts.At);
        if (levels.K1 > 0) BlockRule.Publish(state, state.Address, KeyRef.Address, levels.K1, decays, false, now, log);
        if (levels.K2 > 0) On(KeyType.K2, facts.Keys.K2.Current, levels.K2);
        if (levels.K3 > 0) On(KeyType.K3, facts.Keys.K3.Current, levels.K3);

        void On(KeyType type, KeyDigest digest, int level)
        {
            var key = new KeyRef(type, digest);
            BlockRule.Publish(state, state.Slot(key, now), key, level, decays, false, now, log);
        }
    }

    private static void Align(AddressState state, in RequestFacts facts, EventLog log)
    {
        var (k2, k3) = (facts.Keys.K2, facts.Keys.K3);
        if (!k2.Previous.IsNone && state.Agents.TryGet(k2.Previous, out _))
            log.Raise(state, new LimiterEvent.Rekeyed(facts.At, KeyType.K2, k2.Previous, k2.Current));
        if (!k3.Previous.IsNone && state.Devices.TryGet(k3.Previous, out _))
            log.Raise(state, new LimiterEvent.Rekeyed(facts.At, KeyType.K3, k3.Previous, k3.Current));
    }

    internal static AgentSlot? FindAgent(AddressState state, in DigestPair agent) =>
        state.Agents.TryGet(agent.Current, out var slot) || state.Agents.TryGet(agent.Previous, out slot) ? slot : null;

    internal static KeySlot? FindDevice(AddressState state, in DigestPair device) =>
        !device.IsNone && (state.Devices.TryGet(device.Current, out var slot) || state.Devices.TryGet(device.Previous, out slot))
            ? slot
            : null;
}

/// <summary>Soft blocks that wait for the request's final class (AF-1 §7.9).</summary>
public readonly record struct SoftBlocks
{
    internal SoftBlocks(KeyLevels levels) => Levels = levels;

    /// <summary>Blocks of these levels; 0 for none.</summary>
    public SoftBlocks(int k1, int k2, int k3) => Levels = new(k1, k2, k3);

    /// <summary>Levels of K1, K2 and K3; 0 for none.</summary>
    public (int K1, int K2, int K3) AsLevels => (Levels.K1, Levels.K2, Levels.K3);

    internal KeyLevels Levels { get; }

    /// <summary>Whether there is any.</summary>
    public bool Any => Levels != default;
}

/// <summary>Levels to publish on an address scope's keys; 0 for none.</summary>
internal readonly record struct KeyLevels(int K1, int K2, int K3)
{
    /// <summary>§5 gate (a): a low-confidence fingerprint may not hard-block a device; the block moves to K2.</summary>
    public KeyLevels Gated(DeviceConfidence confidence) => confidence == DeviceConfidence.Low && K3 >= PenaltyLadder.Hard
        ? this with { K2 = Math.Max(K2, K3), K3 = 0 }
        : this;

    public KeyLevels Hard() => new(HardOnly(K1), HardOnly(K2), HardOnly(K3));

    public SoftBlocks Soft() => new(new(SoftOnly(K1), SoftOnly(K2), SoftOnly(K3)));

    private static int HardOnly(int level) => level >= PenaltyLadder.Hard ? level : 0;

    private static int SoftOnly(int level) => level < PenaltyLadder.Hard ? level : 0;
}
