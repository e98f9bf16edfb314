using ActorFingerprint.Limits.Entities;
using ActorFingerprint.Limits.Keys;

namespace ActorFingerprint.Engine.Limiting;

/// <summary>
/// The entities of one shard in memory. Passivates by TTL: what has expired goes with a sweep; when full, the sixteenth that would expire first.
/// What waits for a commit stays. Nothing durable is lost: an entity comes back from the journal.
/// </summary>
internal sealed class LimiterEntities(int capacity)
{
    private readonly Dictionary<LimiterKey, LimiterEntity> _entities = [];

    public int Count => _entities.Count;

    /// <summary>Keys of all entities.</summary>
    public KeyCounts CountKeys()
    {
        var counts = default(KeyCounts);
        foreach (var entity in _entities.Values) counts += entity.State.Keys;
        return counts;
    }

    public LimiterEntity? Find(LimiterKey key) => _entities.GetValueOrDefault(key);

    public void Add(LimiterEntity entity, long now)
    {
        if (_entities.Count >= capacity) MakeRoom(now);
        _entities.Add(entity.Key, entity);
    }

    public LimiterEntity? Remove(LimiterKey key) => _entities.Remove(key, out var entity) ? entity : null;

    public void Clear() => _entities.Clear();

    public void Sweep(long now)
    {
        foreach (var (key, entity) in _entities)
        {
            if (entity.Uncommitted is null && entity.State.ExpiresAt() <= now) _entities.Remove(key); // allowed while enumerating
            else entity.State.Prune(now);
        }
        if (_entities.Capacity > 64 && _entities.Count < _entities.Capacity / 4) _entities.TrimExcess();
    }

    private void MakeRoom(long now)
    {
        Sweep(now);
        if (_entities.Count < capacity) return;
        var first = _entities.Values.Where(e => e.Uncommitted is null)
            .OrderBy(e => e.State.ExpiresAt()).ThenBy(e => e.Key.A).Take(Math.Max(1, capacity / 16)).ToArray();
        foreach (var entity in first) _entities.Remove(entity.Key);
    }
}
