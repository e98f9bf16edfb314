using ActorFingerprint.Limits.Correlation;
using ActorFingerprint.Limits.Scores;

namespace ActorFingerprint.Limits.Entities;

/// <summary>
/// K5: one device of one account, with its allowance of failures that do not count against the budget (AF-1 §10.1). Durable.
/// </summary>
public sealed class DeviceSlot : KeySlot
{
    /// <summary>Failures of the device, known for the account, in its epoch.</summary>
    public int AllowanceCount { get; private set; }

    /// <summary>Unix second of the epoch's first.</summary>
    public long AllowanceFrom { get; private set; }

    /// <inheritdoc/>
    public override long ExpiresAt(long zeroAt) =>
        Math.Max(base.ExpiresAt(zeroAt), AllowanceCount == 0 ? 0 : AllowanceFrom + BudgetLedger.EpochSeconds);

    internal override void Evolve(LimiterEvent @event)
    {
        if (@event is LimiterEvent.AllowanceCounted counted) (AllowanceCount, AllowanceFrom) = (counted.Count, counted.EpochStart);
        else base.Evolve(@event);
    }

    internal override void AddFacts(KeyRef key, long zeroAt, long now, List<LimiterEvent> facts)
    {
        base.AddFacts(key, zeroAt, now, facts);
        if (AllowanceCount > 0 && AllowanceFrom + BudgetLedger.EpochSeconds > now)
            facts.Add(new LimiterEvent.AllowanceCounted(AllowanceFrom, key.Digest, AllowanceCount, AllowanceFrom));
    }
}

/// <summary>New devices of one account from one address scope (AF-1 §12.5, §13): the window is volatile, the stage is durable.</summary>
public sealed class AddressGate
{
    /// <summary>The device cap's window.</summary>
    internal BoundedWindow Devices;

    /// <summary>Until when further new devices meet hard blocks; 0 for never staged.</summary>
    public long StagedUntil { get; internal set; }

    internal long ExpiresAt => Math.Max(Devices.Count == 0 ? 0 : Devices.Start + DeviceCapRule.LifetimeSeconds, StagedUntil);
}
