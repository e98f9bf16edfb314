using System.Collections.Concurrent;

namespace ActorFingerprint.Persistence.PostgreSql;

/// <summary>
/// The highest sequence numbers that this process has committed, of the entities it wrote last. An event that follows one of them, under the
/// fence of its shard, leaves no gap: nobody else has written in between, or the fence refuses. That spares the server a look for most
/// events; whether the number is taken, the unique key says in any case. Forgets the older half when it is full.
/// </summary>
internal sealed class KnownPositions(int capacity)
{
    private volatile ConcurrentDictionary<string, long> _newer = new(StringComparer.Ordinal);
    private volatile ConcurrentDictionary<string, long> _older = new(StringComparer.Ordinal);

    /// <summary>The highest number known of an entity; 0 for none.</summary>
    public long Of(string persistenceId) => _newer.TryGetValue(persistenceId, out var number) || _older.TryGetValue(persistenceId, out number) ? number : 0;

    /// <summary>Notes a committed number.</summary>
    public void Note(string persistenceId, long sequenceNumber)
    {
        if (_newer.Count >= capacity / 2) (_older, _newer) = (_newer, new(StringComparer.Ordinal));
        _newer[persistenceId] = sequenceNumber;
    }

    /// <summary>Forgets an entity that was deleted, or that turned out to be another writer's.</summary>
    public void Forget(string persistenceId)
    {
        _newer.TryRemove(persistenceId, out _);
        _older.TryRemove(persistenceId, out _);
    }
}
