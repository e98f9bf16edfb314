using ActorFingerprint.Limits.Correlation;
using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Entities;
using ActorFingerprint.Limits.Keys;
using ActorFingerprint.Limits.Policies;

namespace ActorFingerprint.Limits.Hosting;

/// <summary>
/// Runs a decision's two rounds (AF-1 §7) over entities that are all at hand: read, then observe; then mutate. Where entities live
/// elsewhere, the same deciders are asked in the same order; nothing here is needed but the order.
/// </summary>
internal sealed class LocalEntities(int capacity, Action<EntityKind, LimiterKey, IReadOnlyList<LimiterEvent>>? onEvents)
{
    private static readonly Func<AccountState> NewAccount = () => new();
    private static readonly Func<DilutionState> NewDilution = () => new();
    private static readonly Func<MacroScopeState> NewMacroScope = () => new();
    private static readonly Func<AddressState> NewAuthAddress = () => new(null);

    private readonly EventLog _log = new();

    public EntityTable<AccountState> Accounts { get; } = new(capacity);

    public EntityTable<AddressState> Addresses { get; } = new(capacity);

    public EntityTable<DilutionState> Dilutions { get; } = new(capacity);

    public EntityTable<MacroScopeState> MacroScopes { get; } = new(capacity);

    public LimitResult Decide(in RequestFacts facts)
    {
        Sweep(facts.At);
        var account = FindAccount(facts);
        var address = FindAddress(facts);
        var blocks = Read(facts, account, address);
        if (blocks.HardLevel > 0)
            return new(
                LimitDecision.HardBlock, blocks.HardLevel, blocks.HardSeconds, LimitMode.Normal, LimitReasons.ActiveBlock, false,
                facts.Confidence);
        if (facts.Command == LimitCommand.Success)
            return new(LimitDecision.Allow, 0, 0, LimitMode.Normal, LimitReasons.None, false, facts.Confidence);

        var accountSeen = ObserveAccount(facts, ref account);
        var addressSeen = ObserveAddress(facts, ref address);
        var macroSeen = ObserveMacroScope(facts);
        var ephemeral = accountSeen.DeviceRefused || addressSeen.DeviceRefused;
        var dilution = ephemeral ? DilutionFinding.None : ObserveDilution(facts);

        var verdict = default(Verdict);
        if (blocks.SoftLevel > 0 && facts.Command is LimitCommand.Check or LimitCommand.Access)
            verdict.Soft(blocks.SoftLevel, blocks.SoftSeconds, LimitReasons.ActiveSoft);
        var softBlocks = MutateAddress(
            facts, ref address, addressSeen.Churn || macroSeen.Churn, addressSeen.Spray || macroSeen.Spray, dilution, ephemeral,
            ref verdict);
        if (account is not null)
        {
            verdict = AccountDecider.Mutate(account, facts, accountSeen, ephemeral, verdict, _log);
            Flush(EntityKind.Account, facts.Keys.K4.Current);
        }
        if (softBlocks.Any && !verdict.HasHard)
        {
            AddressDecider.PublishSoft(address!, facts, softBlocks, _log);
            Flush(EntityKind.Address, facts.Keys.K1.Current);
        }
        return new(
            verdict.Decision, verdict.Level, verdict.RetryAfterSeconds, LimitMode.Normal, verdict.Reasons, ephemeral, facts.Confidence,
            macroSeen.Active);
    }

    /// <summary>Lifts the blocks of the request's keys; how many there were.</summary>
    public int Unblock(in RequestFacts facts)
    {
        var (account, address) = (FindAccount(facts), FindAddress(facts));
        Read(facts, account, address);
        var lifted = account is null ? 0 : AccountDecider.Unblock(account, facts, _log);
        Flush(EntityKind.Account, facts.Keys.K4.Current);
        lifted += address is null ? 0 : AddressDecider.Unblock(address, facts, _log);
        Flush(EntityKind.Address, facts.Keys.K1.Current);
        return lifted;
    }

    /// <summary>Erases the request's account, or its address scope when it names no account.</summary>
    public void Reset(in RequestFacts facts)
    {
        if (FindAccount(facts) is { } account)
        {
            _log.Raise(account, new LimiterEvent.Reset(facts.At));
            Flush(EntityKind.Account, facts.Keys.K4.Current);
        }
        else if (facts.Keys.K4.IsNone && FindAddress(facts) is { } address)
        {
            _log.Raise(address, new LimiterEvent.Reset(facts.At));
            Flush(EntityKind.Address, facts.Keys.K1.Current);
        }
    }

    /// <summary>Applies a journaled event.</summary>
    public void Replay(EntityKind kind, LimiterKey key, LimiterEvent @event, ApiRules? api)
    {
        EntityState state = kind switch
        {
            EntityKind.Account => Accounts.GetOrAdd(key, NewAccount, @event.At),
            EntityKind.Address => Addresses.GetOrAdd(key, () => new AddressState(api), @event.At),
            EntityKind.Dilution => Dilutions.GetOrAdd(key, NewDilution, @event.At),
            _ => MacroScopes.GetOrAdd(key, NewMacroScope, @event.At),
        };
        state.Evolve(@event);
    }

    /// <summary>What is durable at a time, entity by entity.</summary>
    public IEnumerable<(EntityKind Kind, LimiterKey Key, IReadOnlyList<LimiterEvent> Facts)> Snapshot(long now)
    {
        foreach (var (key, state) in Accounts.All) yield return (EntityKind.Account, key, state.Facts(now));
        foreach (var (key, state) in Addresses.All) yield return (EntityKind.Address, key, state.Facts(now));
        foreach (var (key, state) in Dilutions.All) yield return (EntityKind.Dilution, key, state.Facts(now));
        foreach (var (key, state) in MacroScopes.All) yield return (EntityKind.MacroScope, key, state.Facts(now));
    }

    private AccountState? FindAccount(in RequestFacts facts)
    {
        if (facts.Keys.K4.IsNone) return null;
        var account = Accounts.Find(facts.Keys.K4, NewAccount, facts.At, _log);
        Flush(EntityKind.Account, facts.Keys.K4.Current);
        return account;
    }

    private AddressState? FindAddress(in RequestFacts facts)
    {
        var address = Addresses.Find(facts.Keys.K1, Factory(facts), facts.At, _log);
        Flush(EntityKind.Address, facts.Keys.K1.Current);
        return address;
    }

    private ActiveBlocks Read(in RequestFacts facts, AccountState? account, AddressState? address)
    {
        var blocks = default(ActiveBlocks);
        if (account is not null)
        {
            blocks = AccountDecider.Read(account, facts, _log);
            Flush(EntityKind.Account, facts.Keys.K4.Current);
        }
        if (address is null) return blocks;
        blocks = blocks.With(AddressDecider.Read(address, facts, _log));
        Flush(EntityKind.Address, facts.Keys.K1.Current);
        return blocks;
    }

    private AccountObservation ObserveAccount(in RequestFacts facts, ref AccountState? account)
    {
        if (facts.Keys.K4.IsNone) return default;
        var writes = DeviceCapRule.Observes(facts)
            || DistributedAccountRule.Observes(facts)
            || (facts.IsAuth && facts.Command == LimitCommand.Failure);
        if (account is null && !writes) return default;
        account ??= Accounts.Add(facts.Keys.K4.Current, NewAccount, facts.At);
        var seen = AccountDecider.Observe(account, facts, _log);
        Flush(EntityKind.Account, facts.Keys.K4.Current);
        return seen;
    }

    private AddressObservation ObserveAddress(in RequestFacts facts, ref AddressState? address)
    {
        if (address is null && !DeviceCapRule.Observes(facts) && !ChurnRule.Observes(facts) && !SprayRule.Observes(facts)) return default;
        address ??= Addresses.Add(facts.Keys.K1.Current, Factory(facts), facts.At);
        var seen = AddressDecider.Observe(address, facts, _log);
        Flush(EntityKind.Address, facts.Keys.K1.Current);
        return seen;
    }

    private MacroObservation ObserveMacroScope(in RequestFacts facts)
    {
        if (!MacroScopeRule.Observes(facts)) return default;
        var key = facts.Keys.Slash32;
        var state = MacroScopes.Find(key, NewMacroScope, facts.At, _log) ?? MacroScopes.Add(key.Current, NewMacroScope, facts.At);
        var seen = MacroScopeDecider.Observe(state, facts, _log);
        Flush(EntityKind.MacroScope, key.Current);
        return seen;
    }

    private DilutionFinding ObserveDilution(in RequestFacts facts)
    {
        if (!DilutionRule.Observes(facts)) return DilutionFinding.None;
        var key = facts.Keys.Device;
        var state = Dilutions.Find(key, NewDilution, facts.At, _log) ?? Dilutions.Add(key.Current, NewDilution, facts.At);
        var finding = DilutionDecider.Observe(state, facts, _log);
        Flush(EntityKind.Dilution, key.Current);
        return finding;
    }

    private SoftBlocks MutateAddress(
        in RequestFacts facts, ref AddressState? address, bool churn, bool spray, DilutionFinding dilution, bool ephemeral,
        ref Verdict verdict)
    {
        var scores = facts.Command == (facts.IsAuth ? LimitCommand.Failure : LimitCommand.Access);
        if (!scores && !churn && !spray && dilution == DilutionFinding.None) return default;
        address ??= Addresses.Add(facts.Keys.K1.Current, Factory(facts), facts.At);
        verdict.Add(AddressDecider.Mutate(address, facts, churn, spray, dilution, ephemeral, out var softBlocks, _log));
        Flush(EntityKind.Address, facts.Keys.K1.Current);
        return softBlocks;
    }

    private void Sweep(long now)
    {
        Accounts.SweepIfDue(now);
        Addresses.SweepIfDue(now);
        Dilutions.SweepIfDue(now);
        MacroScopes.SweepIfDue(now);
    }

    private void Flush(EntityKind kind, LimiterKey key)
    {
        if (_log.Events.Count == 0) return;
        onEvents?.Invoke(kind, key, _log.Events);
        _log.Clear();
    }

    private static Func<AddressState> Factory(in RequestFacts facts)
    {
        if (facts.Policy.Api is not { } api) return NewAuthAddress;
        return () => new AddressState(api);
    }
}
