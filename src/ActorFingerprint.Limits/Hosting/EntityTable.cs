using ActorFingerprint.Limits.Entities;
using ActorFingerprint.Limits.Keys;

namespace ActorFingerprint.Limits.Hosting;

/// <summary>
/// The entities of one kind in memory. A first use after a rotation carries the previous generation over, once and in one event (AF-1
/// §5.2). Bounded: what has expired goes every minute of the commands' time; when full, the sixteenth that would expire first makes room.
/// </summary>
internal sealed class EntityTable<TState>(int capacity) where TState : EntityState
{
    private const int SweepSeconds = 60;

    private readonly Dictionary<LimiterKey, TState> _states = [];
    private long _nextSweep;

    public int Count => _states.Count;

    public int KeyCount => (int)_states.Values.Sum(s => s.Keys.Total);

    public IEnumerable<KeyValuePair<LimiterKey, TState>> All => _states;

    /// <summary>The entity as it is, in whichever generation; nothing changes.</summary>
    public TState? Peek(in KeyPair key) =>
        _states.TryGetValue(key.Current, out var state) || _states.TryGetValue(key.Previous, out state) ? state : null;

    /// <summary>The entity, carried over if need be; null when there is none.</summary>
    public TState? Find(in KeyPair key, Func<TState> create, long now, EventLog log)
    {
        if (_states.TryGetValue(key.Current, out var state)) return state;
        if (key.Previous.IsNone || !_states.Remove(key.Previous, out var previous)) return null;
        state = Add(key.Current, create, now);
        log.Raise(state, new LimiterEvent.CarriedOver(now, previous.Facts(now)));
        state.AdoptVolatile(previous);
        return state;
    }

    public TState Add(LimiterKey key, Func<TState> create, long now)
    {
        if (_states.Count >= capacity) MakeRoom(now);
        var state = create();
        _states.Add(key, state);
        return state;
    }

    public TState GetOrAdd(LimiterKey key, Func<TState> create, long now) =>
        _states.TryGetValue(key, out var state) ? state : Add(key, create, now);

    public void SweepIfDue(long now)
    {
        if (now < _nextSweep) return;
        Sweep(now);
    }

    public void Sweep(long now)
    {
        _nextSweep = now + SweepSeconds;
        foreach (var (key, state) in _states)
        {
            if (state.ExpiresAt() <= now) _states.Remove(key); // removing while enumerating is allowed
            else state.Prune(now);
        }
    }

    private void MakeRoom(long now)
    {
        Sweep(now);
        if (_states.Count < capacity) return;
        foreach (var (key, _) in _states.OrderBy(s => s.Value.ExpiresAt()).ThenBy(s => s.Key.A).Take(Math.Max(1, capacity / 16)).ToArray())
            _states.Remove(key);
    }
}
