using ActorFingerprint.Limits.Correlation;
using ActorFingerprint.Limits.Hosting;
using ActorFingerprint.Limits.Keys;
using ActorFingerprint.Limits.Scores;

namespace ActorFingerprint.Limits.Entities;

/// <summary>
/// The account entity, routed by K4: K4 itself, K5 of its devices, budget, marker, soft failures, occurrences (durable), and the device
/// windows per account and per account and address scope (volatile).
/// </summary>
public sealed class AccountState : EntityState
{
    private long _soft1, _soft2, _soft3;

    /// <summary>K4.</summary>
    public KeySlot Account { get; private set; } = new();

    /// <summary>When the last failure lacked its fingerprint; 0 when it had one (§6.1).</summary>
    public long MissingAt { get; private set; }

    /// <summary>Counted failures of the budget's epoch (§10.1).</summary>
    public int BudgetCount { get; private set; }

    /// <summary>Unix second of the epoch's first counted failure.</summary>
    public long BudgetFrom { get; private set; }

    /// <summary>Until when the budget gives no further soft block (§10.4).</summary>
    public long CooldownUntil { get; private set; }

    /// <summary>Qualified windows of §12.2 since <see cref="OccurrencesFrom"/>.</summary>
    public int OccurrenceCount { get; private set; }

    /// <summary>Unix second of the first of them.</summary>
    public long OccurrencesFrom { get; private set; }

    /// <summary>
    /// Unix second from which the third latest failure that ended SOFT counts; 0 while there were fewer than three (§10.7).
    /// </summary>
    public long ThirdLatestSoftFailure => _soft3;

    internal SlotMap<DeviceSlot> Devices;

    internal SlotMap<AddressGate> Gates;

    internal WatchedWindow DevicesSeen { get; private set; } = new();

    internal long QualifiedWindow { get; set; }

    /// <inheritdoc/>
    public override KeyCounts Keys => new(0, 0, 0, 1, Devices.Count);

    /// <inheritdoc/>
    public override void Evolve(LimiterEvent @event)
    {
        switch (@event)
        {
            case LimiterEvent.Scored e: Slot(e.Key, e.At).Evolve(e); break;
            case LimiterEvent.Blocked e: Slot(e.Key, e.At).Evolve(e); break;
            case LimiterEvent.HardCycled e: Slot(e.Key, e.At).Evolve(e); break;
            case LimiterEvent.DecayPaused e: Slot(e.Key, e.At).Evolve(e); break;
            case LimiterEvent.Unblocked e: Slot(e.Key, e.At).Evolve(e); break;
            case LimiterEvent.WatchCounted { Watch.Rule: WatchedRule.DistributedAccount } e:
                DevicesSeen.Watch = new(e.Count, e.FirstAt);
                break;
            case LimiterEvent.WatchCounted e: Slot(e.Watch.Key, e.At).Evolve(e); break;
            case LimiterEvent.AllowanceCounted e: Device(e.Device, e.At).Evolve(e); break;
            case LimiterEvent.BudgetCounted e: (BudgetCount, BudgetFrom) = (e.Count, e.EpochStart); break;
            case LimiterEvent.CooldownStarted e: CooldownUntil = e.Until; break;
            case LimiterEvent.FingerprintMissed e: MissingAt = e.At; break;
            case LimiterEvent.FingerprintReturned: MissingAt = 0; break;
            case LimiterEvent.SoftFailureEnded e: (_soft1, _soft2, _soft3) = (e.At, _soft1, _soft2); break;
            case LimiterEvent.OccurrenceCounted e: (OccurrenceCount, OccurrencesFrom) = (e.Count, e.FirstAt); break;
            case LimiterEvent.FloodStaged e: Gate(e.Address, e.At).StagedUntil = e.Until; break;
            case LimiterEvent.Rekeyed { Type: KeyType.K5 } e: Devices.Move(e.Previous, e.Current); break;
            case LimiterEvent.Rekeyed { Type: KeyType.K1 } e: Gates.Move(e.Previous, e.Current); break;
            case LimiterEvent.CarriedOver e: foreach (var fact in e.Facts) Evolve(fact); break;
            case LimiterEvent.Reset: Clear(); break;
            default: throw Unknown(@event);
        }
    }

    /// <inheritdoc/>
    public override long ExpiresAt()
    {
        var at = Math.Max(Account.ExpiresAt(Decay.ZeroAt(Account, KeyType.K4)), DevicesSeen.ExpiresAt);
        at = Math.Max(at, Math.Max(Devices.LatestExpiry(DeviceExpiry), Gates.LatestExpiry(GateExpiry)));
        at = Math.Max(at, MissingAt == 0 ? 0 : MissingAt + MissingFingerprintRule.RepeatSeconds + 1);
        at = Math.Max(at, BudgetCount == 0 ? 0 : BudgetFrom + BudgetLedger.EpochSeconds);
        at = Math.Max(at, CooldownUntil);
        at = Math.Max(at, OccurrenceCount == 0 ? 0 : OccurrencesFrom + DistributedAccountRule.OccurrenceSeconds);
        return Math.Max(at, _soft1 == 0 ? 0 : _soft1 + AntiEquilibriumRule.LookBackSeconds + 1);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<LimiterEvent> Facts(long now)
    {
        var facts = new List<LimiterEvent>();
        Account.AddFacts(KeyRef.Account, Decay.ZeroAt(Account, KeyType.K4), now, facts);
        DevicesSeen.AddFacts(new(WatchedRule.DistributedAccount, KeyRef.Account), now, facts);
        foreach (var (digest, device) in Devices.Entries())
            device.AddFacts(new(KeyType.K5, digest), Decay.ZeroAt(device, KeyType.K5), now, facts);
        foreach (var (digest, gate) in Gates.Entries())
            if (gate.StagedUntil > now) facts.Add(new LimiterEvent.FloodStaged(now, digest, gate.StagedUntil));
        if (MissingAt > 0 && now - MissingAt <= MissingFingerprintRule.RepeatSeconds)
            facts.Add(new LimiterEvent.FingerprintMissed(MissingAt));
        if (BudgetLedger.CountAt(this, now) > 0) facts.Add(new LimiterEvent.BudgetCounted(BudgetFrom, BudgetCount, BudgetFrom));
        if (CooldownUntil > now) facts.Add(new LimiterEvent.CooldownStarted(now, CooldownUntil));
        if (OccurrencesFrom + DistributedAccountRule.OccurrenceSeconds > now)
            facts.Add(new LimiterEvent.OccurrenceCounted(OccurrencesFrom, OccurrenceCount, OccurrencesFrom));
        foreach (var at in (ReadOnlySpan<long>)[_soft3, _soft2, _soft1])
            if (at > 0 && now - at <= AntiEquilibriumRule.LookBackSeconds) facts.Add(new LimiterEvent.SoftFailureEnded(at));
        return facts;
    }

    /// <inheritdoc/>
    public override void Prune(long now)
    {
        Devices.Prune(now, DeviceExpiry);
        Gates.Prune(now, GateExpiry);
    }

    public override void AdoptVolatile(EntityState previous)
    {
        var from = (AccountState)previous;
        DevicesSeen.AdoptWindow(from.DevicesSeen);
        QualifiedWindow = from.QualifiedWindow;
        foreach (var (digest, gate) in from.Gates.Entries()) Gate(digest, gate.Devices.Start).Devices = gate.Devices;
    }

    /// <inheritdoc/>
    public override bool WriteVolatile(CompactWriter output, long now)
    {
        var any = DevicesSeen.WriteWindow(output, now);
        output.Number(QualifiedWindow);
        var live = Gates.Entries().Where(g => g.Value.Devices.CountAt(now, DeviceCapRule.LifetimeSeconds) > 0).ToArray();
        output.Number(live.Length);
        foreach (var (digest, gate) in live)
        {
            output.Digest(digest);
            output.Window(gate.Devices, DeviceCapRule.LifetimeSeconds, now);
        }
        return any || live.Length > 0;
    }

    /// <inheritdoc/>
    public override void ReadVolatile(ref CompactReader input)
    {
        DevicesSeen.ReadWindow(ref input);
        QualifiedWindow = input.Number();
        for (var gates = input.Number(EntityBounds.AddressesPerAccount); gates > 0; gates--)
            Gate(input.Digest(), 0).Devices = input.Window();
    }

    internal DeviceSlot Device(KeyDigest digest, long now)
    {
        if (Devices.TryGet(digest, out var slot)) return slot;
        Devices.MakeRoom(EntityBounds.DevicesPerAccount, now, DeviceExpiry);
        Devices.Add(digest, slot = new DeviceSlot());
        return slot;
    }

    internal AddressGate Gate(KeyDigest address, long now)
    {
        if (Gates.TryGet(address, out var gate)) return gate;
        Gates.MakeRoom(EntityBounds.AddressesPerAccount, now, GateExpiry);
        Gates.Add(address, gate = new AddressGate());
        return gate;
    }

    private KeySlot Slot(KeyRef key, long now) => key.Type == KeyType.K4 ? Account : Device(key.Digest, now);

    private static long DeviceExpiry(DeviceSlot slot) => slot.ExpiresAt(Decay.ZeroAt(slot, KeyType.K5));

    private static long GateExpiry(AddressGate gate) => gate.ExpiresAt;

    private void Clear()
    {
        (Account, Devices, Gates, DevicesSeen, QualifiedWindow) = (new(), default, default, new(), 0);
        (MissingAt, BudgetCount, BudgetFrom, CooldownUntil) = (0, 0, 0, 0);
        (OccurrenceCount, OccurrencesFrom, _soft1, _soft2, _soft3) = (0, 0, 0, 0, 0);
    }
}
