using ActorFingerprint.Limits.Entities;
using ActorFingerprint.Limits.Hosting;
using ActorFingerprint.Limits.Keys;

namespace ActorFingerprint.Engine.Limiting;

/// <summary>
/// The entities of one shard in memory. Passivates by TTL: every minute of the commands' time what has expired goes; when full, the
/// sixteenth that would expire first. What waits for a commit stays. Nothing durable is lost: an entity comes back from the journal.
/// </summary>
internal sealed class LimiterEntities(int capacity)
{
    private const int SweepSeconds = 60;

    private readonly Dictionary<LimiterKey, LimiterEntity>[] _byKind = [[], [], [], [], []];
    private long _nextSweep;

    public int Count => _byKind[0].Count + _byKind[1].Count + _byKind[2].Count + _byKind[3].Count + _byKind[4].Count;

    /// <summary>Keys of all entities.</summary>
    public KeyCounts CountKeys()
    {
        var counts = default(KeyCounts);
        foreach (var entities in _byKind)
            foreach (var entity in entities.Values) counts += entity.State.Keys;
        return counts;
    }

    public LimiterEntity? Find(EntityKind kind, LimiterKey key) => _byKind[(int)kind].GetValueOrDefault(key);

    public void Add(LimiterEntity entity, long now)
    {
        if (now >= _nextSweep) Sweep(now);
        if (Count >= capacity) MakeRoom(now);
        _byKind[(int)entity.Kind].Add(entity.Key, entity);
    }

    public LimiterEntity? Remove(EntityKind kind, LimiterKey key) =>
        _byKind[(int)kind].Remove(key, out var entity) ? entity : null;

    public void Clear()
    {
        foreach (var entities in _byKind) entities.Clear();
    }

    private void Sweep(long now)
    {
        _nextSweep = now + SweepSeconds;
        foreach (var entities in _byKind)
            foreach (var (key, entity) in entities)
            {
                if (entity.Uncommitted is null && entity.State.ExpiresAt() <= now) entities.Remove(key); // allowed while enumerating
                else entity.State.Prune(now);
            }
    }

    private void MakeRoom(long now)
    {
        Sweep(now);
        if (Count < capacity) return;
        var first = _byKind.SelectMany(e => e.Values).Where(e => e.Uncommitted is null)
            .OrderBy(e => e.State.ExpiresAt()).ThenBy(e => e.Key.A).Take(Math.Max(1, capacity / 16)).ToArray();
        foreach (var entity in first) _byKind[(int)entity.Kind].Remove(entity.Key);
    }
}
