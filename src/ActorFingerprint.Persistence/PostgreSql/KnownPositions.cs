namespace ActorFingerprint.Persistence.PostgreSql;

/// <summary>
/// The highest sequence numbers that this process has committed, of the entities it wrote last. An event that follows one of them, under the
/// fence of its shard, leaves no gap: nobody else has written in between, or the fence refuses. That spares the server a look for most
/// events; whether the number is taken, the unique key says in any case. Forgets the older half when it is full. Any thread.
/// </summary>
internal sealed class KnownPositions(int capacity)
{
    private readonly Lock _gate = new();
    private Dictionary<string, long> _newer = new(StringComparer.Ordinal);
    private Dictionary<string, long> _older = new(StringComparer.Ordinal);

    /// <summary>The highest number known of an entity; 0 for none.</summary>
    public long Of(string persistenceId)
    {
        lock (_gate) return _newer.TryGetValue(persistenceId, out var number) || _older.TryGetValue(persistenceId, out number) ? number : 0;
    }

    /// <summary>Notes where entities stand after a commit.</summary>
    public void Note(IReadOnlyDictionary<string, long> positions)
    {
        lock (_gate)
        {
            foreach (var (persistenceId, sequenceNumber) in positions)
            {
                if (_newer.Count >= capacity / 2) (_older, _newer) = (_newer, new(StringComparer.Ordinal));
                _newer[persistenceId] = sequenceNumber;
            }
        }
    }

    /// <summary>Forgets an entity that was deleted, or that turned out to be another writer's.</summary>
    public void Forget(string persistenceId)
    {
        lock (_gate)
        {
            _newer.Remove(persistenceId);
            _older.Remove(persistenceId);
        }
    }
}
