using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Sharding;

namespace ActorFingerprint.Persistence.Projections;

/// <summary>
/// Events that follow each other in the journal. Several parts of a projection may take it at once: a shard row, which most of them need,
/// is decoded once.
/// </summary>
/// <param name="events">The events, orderings rising.</param>
/// <param name="erasedMacs">
/// Of erasures that did not overwrite the journal, by ordering: the MAC address of the device. A part that has other devices needs it for
/// those behind that one.
/// </param>
internal sealed class ProjectionPage(IReadOnlyList<StoredEvent> events, IReadOnlyDictionary<long, string>? erasedMacs = null)
{
    private readonly ShardRow?[] _rows = new ShardRow?[events.Count];

    /// <summary>The events.</summary>
    public IReadOnlyList<StoredEvent> Events => events;

    /// <summary>Ordering of the last event; 0 without events.</summary>
    public long End => events.Count == 0 ? 0 : events[^1].Ordering;

    /// <summary>Wall time of the last event, Unix milliseconds; 0 without events.</summary>
    public long EndCreatedMs => events.Count == 0 ? 0 : events[^1].CreatedMs;

    /// <summary>True when an event is a shard row.</summary>
    public bool IsShardRow(int index) => events[index].Manifest == ShardRow.Manifest;

    /// <summary>The shard row that an event is.</summary>
    public ShardRow RowAt(int index) =>
        Volatile.Read(ref _rows[index]) ?? Interlocked.CompareExchange(ref _rows[index], Decode(events[index]), null) ?? _rows[index]!;

    /// <summary>The MAC address of a device whose erasure is at an ordering; null when nothing in the journal names it.</summary>
    public string? MacOfErased(long ordering) => erasedMacs?.GetValueOrDefault(ordering);

    private static ShardRow Decode(StoredEvent stored) => ShardRowCodec.Decode(stored.Manifest, stored.Payload.Span);
}
