using ActorFingerprint.Limits.Hosting;
using ActorFingerprint.Limits.Throttle;

namespace ActorFingerprint.Limits.Entities;

/// <summary>
/// The entity of one subject under one simple throttle (AF-1 §15), routed by the throttle's key. A window of more than 15 minutes is
/// durable, a shorter one volatile.
/// </summary>
public sealed class ThrottleState : EntityState
{
    /// <summary>Longest window that is kept in memory alone, in seconds.</summary>
    public const long VolatileSeconds = 900;

    private long _endsAt;

    /// <summary>The window.</summary>
    public ThrottleWindow Window { get; private set; }

    /// <inheritdoc/>
    public override KeyCounts Keys => default;

    /// <summary>
    /// Spends from the window. Only what may change a later answer is an event: once the limit is passed, the rest of the window is denied.
    /// </summary>
    public ThrottleResult Consume(ThrottleRule rule, long cost, long now, EventLog log)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(log);
        var before = Window;
        var window = FixedWindowThrottle.Decide(before, rule, cost, now, out var result);
        var wasOver = before.StartedAt == window.StartedAt && before.Count > rule.Limit;
        if (rule.IntervalSeconds > VolatileSeconds && !wasOver)
            log.Raise(this, new LimiterEvent.ThrottleCounted(now, window.StartedAt, window.Count, window.StartedAt + rule.IntervalSeconds));
        else (Window, _endsAt) = (window, window.StartedAt + rule.IntervalSeconds);
        return result;
    }

    /// <inheritdoc/>
    public override void Evolve(LimiterEvent @event)
    {
        switch (@event)
        {
            case LimiterEvent.ThrottleCounted e: (Window, _endsAt) = (new(e.StartedAt, e.Count), e.EndsAt); break;
            case LimiterEvent.CarriedOver e: foreach (var fact in e.Facts) Evolve(fact); break;
            case LimiterEvent.Reset: (Window, _endsAt) = (default, 0); break;
            default: throw Unknown(@event);
        }
    }

    /// <inheritdoc/>
    public override long ExpiresAt() => _endsAt;

    /// <inheritdoc/>
    public override IReadOnlyList<LimiterEvent> Facts(long now) => _endsAt > now && _endsAt - Window.StartedAt > VolatileSeconds
        ? [new LimiterEvent.ThrottleCounted(now, Window.StartedAt, Window.Count, _endsAt)]
        : [];

    /// <inheritdoc/>
    public override void Prune(long now)
    {
    }

    /// <inheritdoc/>
    public override void AdoptVolatile(EntityState previous)
    {
        var from = (ThrottleState)previous;
        (Window, _endsAt) = (from.Window, from._endsAt);
    }

    /// <inheritdoc/>
    public override bool WriteVolatile(CompactWriter output, long now)
    {
        output.Number(Window.StartedAt);
        output.Number(Window.Count);
        output.Number(_endsAt);
        return _endsAt > now;
    }

    /// <inheritdoc/>
    public override void ReadVolatile(ref CompactReader input) => (Window, _endsAt) = (new(input.Number(), input.Number()), input.Number());
}
