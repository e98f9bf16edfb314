namespace ActorFingerprint.Limits.Entities;

/// <summary>
/// Collects what a decision changes. <see cref="Raise"/> evolves the state at once, so that one decision sees its own earlier effects; the
/// host appends <see cref="Events"/> to its journal, and drops the entity (and recovers it) when that fails.
/// </summary>
public sealed class EventLog
{
    private readonly List<LimiterEvent> _events = [];

    /// <summary>The events since the last <see cref="Clear"/>, in order.</summary>
    public IReadOnlyList<LimiterEvent> Events => _events;

    /// <summary>Forgets the events, keeping the room.</summary>
    public void Clear() => _events.Clear();

    /// <summary>Evolves <paramref name="state"/> by one event and keeps the event.</summary>
    public void Raise(EntityState state, LimiterEvent @event)
    {
        state.Evolve(@event);
        _events.Add(@event);
    }
}
