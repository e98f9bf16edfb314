using ActorFingerprint.Limits.Correlation;
using ActorFingerprint.Limits.Hosting;
using ActorFingerprint.Limits.Keys;
using ActorFingerprint.Limits.Policies;
using ActorFingerprint.Limits.Scores;

namespace ActorFingerprint.Limits.Entities;

/// <summary>K2: an address scope with one User-Agent, and the devices seen there for churn (AF-1 §12.3).</summary>
public sealed class AgentSlot : KeySlot
{
    internal WatchedWindow? Churn { get; set; }

    /// <inheritdoc/>
    public override long ExpiresAt(long zeroAt) => Math.Max(base.ExpiresAt(zeroAt), Churn?.ExpiresAt ?? 0);

    internal override void Evolve(LimiterEvent @event)
    {
        if (@event is LimiterEvent.WatchCounted { Watch.Rule: WatchedRule.Churn } counted)
            (Churn ??= new()).Watch = new(counted.Count, counted.FirstAt);
        else base.Evolve(@event);
    }

    internal override void AddFacts(KeyRef key, long zeroAt, long now, List<LimiterEvent> facts)
    {
        base.AddFacts(key, zeroAt, now, facts);
        Churn?.AddFacts(new(WatchedRule.Churn, key), now, facts);
    }
}

/// <summary>
/// The address-scope entity, routed by K1: K1 itself, K2 of its User-Agents, K3 of its devices (durable), and the windows of devices, spray
/// subjects and churn (volatile). <paramref name="api"/>: the tiers of an API policy, whose scores leak instead of decaying.
/// </summary>
public sealed class AddressState(ApiRules? api) : EntityState
{
    /// <summary>K1.</summary>
    public KeySlot Address { get; private set; } = new();

    /// <summary>The tiers of an API policy; null under account policies.</summary>
    public ApiRules? Api => api;

    internal SlotMap<AgentSlot> Agents;

    internal SlotMap<KeySlot> Devices;

    internal BoundedWindow NewDevices;

    internal WatchedWindow? Subjects { get; set; }

    /// <inheritdoc/>
    public override KeyCounts Keys => new(1, Agents.Count, Devices.Count, 0, 0);

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
            case LimiterEvent.WatchCounted { Watch.Rule: WatchedRule.Spray } e: (Subjects ??= new()).Watch = new(e.Count, e.FirstAt); break;
            case LimiterEvent.WatchCounted e: Slot(e.Watch.Key, e.At).Evolve(e); break;
            case LimiterEvent.Rekeyed { Type: KeyType.K2 } e: Agents.Move(e.Previous, e.Current); break;
            case LimiterEvent.Rekeyed { Type: KeyType.K3 } e: Devices.Move(e.Previous, e.Current); break;
            case LimiterEvent.CarriedOver e: foreach (var fact in e.Facts) Evolve(fact); break;
            case LimiterEvent.Reset: (Address, Agents, Devices, NewDevices, Subjects) = (new(), default, default, default, null); break;
            default: throw Unknown(@event);
        }
    }

    /// <inheritdoc/>
    public override long ExpiresAt()
    {
        var at = Math.Max(Address.ExpiresAt(ZeroAt(Address, KeyType.K1)), Subjects?.ExpiresAt ?? 0);
        if (NewDevices.Count > 0) at = Math.Max(at, NewDevices.Start + DeviceCapRule.LifetimeSeconds);
        return Math.Max(at, Math.Max(Agents.LatestExpiry(AgentExpiry), Devices.LatestExpiry(DeviceExpiry)));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<LimiterEvent> Facts(long now)
    {
        var facts = new List<LimiterEvent>();
        Address.AddFacts(KeyRef.Address, DurableUntil(Address, KeyType.K1), now, facts);
        Subjects?.AddFacts(new(WatchedRule.Spray, KeyRef.Address), now, facts);
        foreach (var (digest, agent) in Agents.Entries())
            agent.AddFacts(new(KeyType.K2, digest), DurableUntil(agent, KeyType.K2), now, facts);
        foreach (var (digest, device) in Devices.Entries())
            device.AddFacts(new(KeyType.K3, digest), DurableUntil(device, KeyType.K3), now, facts);
        return facts;
    }

    /// <inheritdoc/>
    public override void Prune(long now)
    {
        Agents.Prune(now, AgentExpiry);
        Devices.Prune(now, DeviceExpiry);
    }

    public override void AdoptVolatile(EntityState previous)
    {
        var from = (AddressState)previous;
        NewDevices = from.NewDevices;
        if (from.Subjects is { } subjects) (Subjects ??= new()).AdoptWindow(subjects);
        foreach (var (digest, agent) in from.Agents.Entries())
            if (agent.Churn is { } churn) (Agent(digest, churn.Start).Churn ??= new()).AdoptWindow(churn);
        if (api is null) return;
        Adopt(from.Address, KeyRef.Address);
        foreach (var (digest, agent) in from.Agents.Entries()) Adopt(agent, new(KeyType.K2, digest));
        foreach (var (digest, device) in from.Devices.Entries()) Adopt(device, new(KeyType.K3, digest));
    }

    /// <inheritdoc/>
    public override bool WriteVolatile(CompactWriter output, long now)
    {
        var any = output.Window(NewDevices, DeviceCapRule.LifetimeSeconds, now);
        if (Subjects is { } subjects) any |= subjects.WriteWindow(output, now);
        else output.Number(0);
        var churning = Agents.Entries().Where(a => a.Value.Churn is { Count: > 0 }).ToArray();
        output.Number(churning.Length);
        foreach (var (digest, agent) in churning)
        {
            output.Digest(digest);
            any |= agent.Churn!.WriteWindow(output, now);
        }
        var leaking = Leaking(now);
        output.Number(leaking.Count);
        foreach (var (key, slot) in leaking)
        {
            output.Byte((byte)key.Type);
            output.Digest(key.Digest);
            output.Number(slot.Score);
            output.Number(slot.ScoredAt);
        }
        return any || leaking.Count > 0;
    }

    /// <inheritdoc/>
    public override void ReadVolatile(ref CompactReader input)
    {
        NewDevices = input.Window();
        var subjects = new WatchedWindow();
        subjects.ReadWindow(ref input);
        if (subjects.Count > 0) (Subjects ??= new()).AdoptWindow(subjects);
        for (var agents = input.Number(EntityBounds.AgentsPerAddress); agents > 0; agents--)
            (Agent(input.Digest(), 0).Churn ??= new()).ReadWindow(ref input);
        const long slots = 1 + EntityBounds.AgentsPerAddress + EntityBounds.DevicesPerAddress;
        for (var leaking = input.Number(slots); leaking > 0; leaking--)
            Slot(new((KeyType)input.Byte((byte)KeyType.K3), input.Digest()), 0).Leak(input.Number(), input.Number());
    }

    internal AgentSlot Agent(KeyDigest digest, long now)
    {
        if (Agents.TryGet(digest, out var slot)) return slot;
        Agents.MakeRoom(EntityBounds.AgentsPerAddress, now, AgentExpiry);
        Agents.Add(digest, slot = new AgentSlot());
        return slot;
    }

    internal KeySlot Device(KeyDigest digest, long now)
    {
        if (Devices.TryGet(digest, out var slot)) return slot;
        Devices.MakeRoom(EntityBounds.DevicesPerAddress, now, DeviceExpiry);
        Devices.Add(digest, slot = new KeySlot());
        return slot;
    }

    internal KeySlot Slot(KeyRef key, long now) => key.Type switch
    {
        KeyType.K1 => Address,
        KeyType.K2 => Agent(key.Digest, now),
        _ => Device(key.Digest, now),
    };

    private List<(KeyRef Key, KeySlot Slot)> Leaking(long now)
    {
        var leaking = new List<(KeyRef Key, KeySlot Slot)>();
        if (api is null) return leaking;
        Add(KeyRef.Address, Address);
        foreach (var (digest, agent) in Agents.Entries()) Add(new(KeyType.K2, digest), agent);
        foreach (var (digest, device) in Devices.Entries()) Add(new(KeyType.K3, digest), device);
        return leaking;

        void Add(KeyRef key, KeySlot slot)
        {
            if (slot.Score > 0 && IsVolatile(slot, key.Type) && ZeroAt(slot, key.Type) > now) leaking.Add((key, slot));
        }
    }

    private long AgentExpiry(AgentSlot slot) => slot.ExpiresAt(ZeroAt(slot, KeyType.K2));

    private long DeviceExpiry(KeySlot slot) => slot.ExpiresAt(ZeroAt(slot, KeyType.K3));

    private void Adopt(KeySlot from, KeyRef key)
    {
        if (from.Score > 0 && IsVolatile(from, key.Type)) Slot(key, from.ScoredAt).Leak(from.Score, from.ScoredAt);
    }

    private long ZeroAt(KeySlot slot, KeyType key) => api is null ? Decay.ZeroAt(slot, key) : ApiLeak.ZeroAt(slot, LimitOf(key));

    /// <summary>As <see cref="ZeroAt"/>, and 0 for a score that is volatile.</summary>
    private long DurableUntil(KeySlot slot, KeyType key) => IsVolatile(slot, key) ? 0 : ZeroAt(slot, key);

    private bool IsVolatile(KeySlot slot, KeyType key) => api is not null && ApiLeak.IsVolatile(slot.Score, LimitOf(key));

    private int LimitOf(KeyType key) => key switch { KeyType.K1 => api!.K1Limit, KeyType.K2 => api!.K2Limit, _ => api!.K3Limit };
}
