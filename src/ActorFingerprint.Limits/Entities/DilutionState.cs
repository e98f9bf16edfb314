using ActorFingerprint.Limits.Correlation;
using ActorFingerprint.Limits.Hosting;

namespace ActorFingerprint.Limits.Entities;

/// <summary>
/// The dilution entity, routed by the fingerprint's own key: the address scopes of one device (volatile), its watch and the last two
/// aligned windows in which it was diluted (durable).
/// </summary>
public sealed class DilutionState : EntityState
{
    private long _marked = -1, _markedBefore = -1;

    internal WatchedWindow Addresses { get; private set; } = new();

    /// <inheritdoc/>
    public override KeyCounts Keys => default;

    /// <summary>Whether an aligned window was marked; exact for this window and the one before.</summary>
    public bool IsMarked(long window) => window == _marked || window == _markedBefore;

    /// <inheritdoc/>
    public override void Evolve(LimiterEvent @event)
    {
        switch (@event)
        {
            case LimiterEvent.WatchCounted e: Addresses.Watch = new(e.Count, e.FirstAt); break;
            case LimiterEvent.DilutionMarked e: (_marked, _markedBefore) = (e.Window, _marked); break;
            case LimiterEvent.CarriedOver e: foreach (var fact in e.Facts) Evolve(fact); break;
            case LimiterEvent.Reset: (Addresses, _marked, _markedBefore) = (new(), -1, -1); break;
            default: throw Unknown(@event);
        }
    }

    /// <inheritdoc/>
    public override long ExpiresAt() =>
        Math.Max(Addresses.ExpiresAt, _marked < 0 ? 0 : (_marked + 2) * DilutionRule.AlignedWindowSeconds);

    /// <inheritdoc/>
    public override IReadOnlyList<LimiterEvent> Facts(long now)
    {
        var facts = new List<LimiterEvent>();
        Addresses.AddFacts(new(WatchedRule.Dilution, default), now, facts);
        foreach (var window in (ReadOnlySpan<long>)[_markedBefore, _marked])
            if (window >= 0 && (window + 2) * DilutionRule.AlignedWindowSeconds > now)
                facts.Add(new LimiterEvent.DilutionMarked(window * DilutionRule.AlignedWindowSeconds, window));
        return facts;
    }

    /// <inheritdoc/>
    public override void Prune(long now)
    {
    }

    public override void AdoptVolatile(EntityState previous) => Addresses.AdoptWindow(((DilutionState)previous).Addresses);

    /// <inheritdoc/>
    public override bool WriteVolatile(CompactWriter output, long now) => Addresses.WriteWindow(output, now);

    /// <inheritdoc/>
    public override void ReadVolatile(ref CompactReader input) => Addresses.ReadWindow(ref input);
}
