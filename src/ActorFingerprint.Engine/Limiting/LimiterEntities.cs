using ActorFingerprint.Limits.Entities;
using ActorFingerprint.Limits.Keys;

namespace ActorFingerprint.Engine.Limiting;

/// <summary>
/// The entities of one shard in memory. Passivates by TTL: what has expired goes with a sweep; when full, the sixteenth that would expire
/// first. What waits for a commit stays. Nothing durable is lost: an entity comes back from the journal.
/// </summary>
internal sealed class LimiterEntities
{
    private readonly int _capacity;
    private readonly Func<LimiterEntity, bool> _isDurable;
    private readonly HashSet<LimiterEntity> _entities;
    private readonly HashSet<LimiterEntity>.AlternateLookup<LimiterKey> _byKey;

    public LimiterEntities(int capacity, Func<LimiterEntity, bool> isDurable)
    {
        (_capacity, _isDurable) = (capacity, isDurable);
        _entities = new(ByKey.Instance);
        _byKey = _entities.GetAlternateLookup<LimiterKey>();
    }

    public int Count => _entities.Count;

    /// <summary>Those in memory, in no order.</summary>
    public IReadOnlyCollection<LimiterEntity> All => _entities;

    /// <summary>Keys of all entities.</summary>
    public KeyCounts CountKeys()
    {
        var counts = default(KeyCounts);
        foreach (var entity in _entities) counts += entity.State.Keys;
        return counts;
    }

    public LimiterEntity? Find(LimiterKey key) => _byKey.TryGetValue(key, out var entity) ? entity : null;

    public void Add(LimiterEntity entity, long now)
    {
        if (_entities.Count >= _capacity) MakeRoom(now);
        if (!_entities.Add(entity)) throw new InvalidOperationException("the entity is in memory already");
    }

    public LimiterEntity? Remove(LimiterKey key) => Find(key) is { } entity && _entities.Remove(entity) ? entity : null;

    public void Clear() => _entities.Clear();

    public void Sweep(long now)
    {
        foreach (var entity in _entities)
        {
            if (entity.State.ExpiresAt() <= now && _isDurable(entity)) _entities.Remove(entity); // allowed while enumerating
            else entity.State.Prune(now);
        }
        if (_entities.Capacity > 64 && _entities.Count < _entities.Capacity / 4) _entities.TrimExcess();
    }

    private void MakeRoom(long now)
    {
        Sweep(now);
        if (_entities.Count < _capacity) return;
        var first = _entities.Where(_isDurable)
            .OrderBy(e => e.State.ExpiresAt()).ThenBy(e => e.Key.A).Take(Math.Max(1, _capacity / 16)).ToArray();
        foreach (var entity in first) _entities.Remove(entity);
    }

    /// <summary>An entity holds its key; a table that held it again would cost half as much as the entity.</summary>
    private sealed class ByKey : IEqualityComparer<LimiterEntity>, IAlternateEqualityComparer<LimiterKey, LimiterEntity>
    {
        public static ByKey Instance { get; } = new();

        public bool Equals(LimiterEntity? x, LimiterEntity? y) => ReferenceEquals(x, y) || (x is not null && y is not null && x.Key == y.Key);

        public int GetHashCode(LimiterEntity entity) => entity.Key.GetHashCode();

        public bool Equals(LimiterKey key, LimiterEntity entity) => entity.Key == key;

        public int GetHashCode(LimiterKey key) => key.GetHashCode();

        public LimiterEntity Create(LimiterKey key) => throw new NotSupportedException("an entity is more than its key");
    }
}
