using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ActorFingerprint.Engine.Journal;

/// <summary>
/// A journal that lives as long as the process: for tests, and for scans that keep nothing. Every call completes at once, on the
/// caller. With <paramref name="keepEvents"/> false it holds only what actors need to go on (highest sequence numbers, newest
/// snapshots): an actor that left a snapshot can come back, but events cannot be read.
/// </summary>
/// <param name="keepEvents">Whether events can be replayed and read.</param>
/// <param name="time">Clock of <see cref="StoredEvent.CreatedMs"/>.</param>
/// <param name="writerUuid">What <see cref="StoredEvent.WriterUuid"/> says.</param>
public sealed class InMemoryJournal(bool keepEvents, TimeProvider? time = null, string writerUuid = "in-memory") : IJournal, ISnapshotStore
{
    private readonly record struct Kept(StoredEvent? Event, uint Checksum);

    private readonly Lock _gate = new();
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly Dictionary<string, long> _highest = new(StringComparer.Ordinal);
    private readonly Dictionary<string, StoredSnapshot> _snapshots = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Region, int Shard), long> _epochs = [];
    private readonly List<Kept> _events = [];
    private readonly Dictionary<string, List<int>> _byEntity = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public bool KeepsEvents => keepEvents;

    /// <summary>How many events were appended.</summary>
    public long HighestOrdering { get; private set; }

    /// <summary>The newest snapshot of every persistence id, in no order. Not while anything writes.</summary>
    public IReadOnlyCollection<StoredSnapshot> Snapshots => _snapshots.Values;

    /// <inheritdoc/>
    public Task WriteAsync(IReadOnlyList<AtomicWrite> writes, CancellationToken stop)
    {
        if (stop.IsCancellationRequested) return Task.FromCanceled(stop);
        lock (_gate)
        {
            if (Advance(writes) is { } conflict) return Task.FromException(new JournalConflictException(conflict));
            var created = keepEvents ? _time.GetUtcNow().ToUnixTimeMilliseconds() : 0;
            for (var i = 0; i < writes.Count; i++) Keep(writes[i], created);
        }
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredEvent> ReplayAsync(
        string persistenceId, long fromSequenceNumber, [EnumeratorCancellation] CancellationToken stop)
    {
        for (var sequenceNumber = Math.Max(1, fromSequenceNumber); ; sequenceNumber++)
        {
            stop.ThrowIfCancellationRequested();
            StoredEvent past;
            lock (_gate)
            {
                if (sequenceNumber > _highest.GetValueOrDefault(persistenceId)) break;
                ThrowUnlessKept();
                past = Read(_byEntity[persistenceId][(int)sequenceNumber - 1]);
            }
            yield return past;
        }
        await Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredEvent>> ReadAsync(long afterOrdering, int max, CancellationToken stop)
    {
        if (stop.IsCancellationRequested) return Task.FromCanceled<IReadOnlyList<StoredEvent>>(stop);
        lock (_gate)
        {
            ThrowUnlessKept();
            var page = new List<StoredEvent>();
            for (var i = (int)Math.Min(Math.Max(0, afterOrdering), _events.Count); i < _events.Count && page.Count < max; i++)
                if (_events[i].Event is not null) page.Add(Read(i));
            return Task.FromResult<IReadOnlyList<StoredEvent>>(page);
        }
    }

    /// <inheritdoc/>
    public Task<long> HighestSequenceNumberAsync(string persistenceId, CancellationToken stop)
    {
        lock (_gate) return Task.FromResult(_highest.GetValueOrDefault(persistenceId));
    }

    /// <inheritdoc/>
    public Task<long> ClaimShardAsync(string region, int shard, string owner, CancellationToken stop)
    {
        lock (_gate) return Task.FromResult(++CollectionsMarshal.GetValueRefOrAddDefault(_epochs, (region, shard), out _));
    }

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<int, long>> ReadEpochsAsync(string region, CancellationToken stop)
    {
        if (stop.IsCancellationRequested) return Task.FromCanceled<IReadOnlyDictionary<int, long>>(stop);
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyDictionary<int, long>>(
                _epochs.Where(entry => entry.Key.Region == region).ToDictionary(entry => entry.Key.Shard, entry => entry.Value));
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<EntityPosition>> EntitiesAsync(string after, string end, int max, CancellationToken stop)
    {
        lock (_gate)
        {
            ThrowUnlessKept();
            return Task.FromResult<IReadOnlyList<EntityPosition>>(
            [
                .. _byEntity.Where(e => string.CompareOrdinal(e.Key, after) > 0 && string.CompareOrdinal(e.Key, end) < 0)
                    .OrderBy(e => e.Key, StringComparer.Ordinal).Take(max)
                    .Select(e => new EntityPosition(e.Key, e.Value.Count, _events[e.Value[^1]].Event!.CreatedMs)),
            ]);
        }
    }

    /// <inheritdoc/>
    public Task<int> DeleteAsync(ShardFence fence, IReadOnlyList<EntityPosition> entities, CancellationToken stop)
    {
        if (stop.IsCancellationRequested) return Task.FromCanceled<int>(stop);
        lock (_gate)
        {
            if (Advance([new(fence, [], [])]) is { } conflict) return Task.FromException<int>(new JournalConflictException(conflict));
            return Task.FromResult(entities.Count(Delete));
        }
    }

    /// <inheritdoc/>
    public Task<bool> RewriteAsync(
        IReadOnlyList<Rewrite> rewrites, IReadOnlyList<string> dropSnapshotsOf, AtomicWrite? append, CancellationToken stop)
    {
        if (stop.IsCancellationRequested) return Task.FromCanceled<bool>(stop);
        lock (_gate)
        {
            foreach (var rewrite in rewrites)
                if (rewrite.SequenceNumber < 1 || rewrite.SequenceNumber > _highest.GetValueOrDefault(rewrite.PersistenceId))
                    return Task.FromException<bool>(new JournalConflictException(JournalConflicts.Missing(rewrite)));
            if (append is not null && Advance([append]) is { } conflict) return Task.FromException<bool>(new JournalConflictException(conflict));
            if (keepEvents) foreach (var rewrite in rewrites) Overwrite(rewrite);
            foreach (var id in dropSnapshotsOf) _snapshots.Remove(id);
            if (append is not null) Keep(append, _time.GetUtcNow().ToUnixTimeMilliseconds());
        }
        return Task.FromResult(true);
    }

    /// <inheritdoc/>
    public Task<StoredSnapshot?> LoadAsync(string persistenceId, CancellationToken stop)
    {
        lock (_gate) return Task.FromResult(_snapshots.GetValueOrDefault(persistenceId));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Checks fences and moves the highest sequence numbers; takes everything back and says why when one does not fit.</summary>
    private string? Advance(IReadOnlyList<AtomicWrite> writes)
    {
        for (var w = 0; w < writes.Count; w++)
        {
            if (writes[w].Fence is { } fence && _epochs.GetValueOrDefault((fence.Region, fence.Shard)) is var epoch && epoch != fence.Epoch)
            {
                TakeBack(writes, w, 0);
                return JournalConflicts.StaleEpoch(fence, epoch);
            }
            var events = writes[w].Events;
            for (var e = 0; e < events.Count; e++)
            {
                var appended = events[e];
                ref var highest = ref CollectionsMarshal.GetValueRefOrAddDefault(_highest, appended.PersistenceId, out _);
                if (appended.SequenceNumber == highest + 1) { highest++; continue; }
                var stored = highest;
                TakeBack(writes, w, e);
                return JournalConflicts.NotNext(appended, stored);
            }
        }
        return null;
    }

    private void TakeBack(IReadOnlyList<AtomicWrite> writes, int endWrite, int endEvent)
    {
        for (var w = 0; w <= endWrite; w++)
            for (var e = 0; e < (w < endWrite ? writes[w].Events.Count : endEvent); e++)
                _highest[writes[w].Events[e].PersistenceId]--;
    }

    private void Keep(AtomicWrite write, long created)
    {
        for (var e = 0; e < write.Events.Count; e++)
        {
            HighestOrdering++;
            if (!keepEvents) continue;
            var (id, sequenceNumber, manifest, payload, tag) = write.Events[e];
            ref var positions = ref CollectionsMarshal.GetValueRefOrAddDefault(_byEntity, id, out _);
            (positions ??= []).Add(_events.Count);
            var stored = new StoredEvent(HighestOrdering, id, sequenceNumber, manifest, payload.ToArray(), created, writerUuid, tag);
            _events.Add(new(stored, RowChecksum.Of(id, sequenceNumber, manifest, payload.Span)));
        }
        for (var s = 0; s < write.Snapshots.Count; s++)
        {
            var (id, sequenceNumber, manifest, payload) = write.Snapshots[s];
            if (_snapshots.TryGetValue(id, out var older) && older.SequenceNumber > sequenceNumber) continue;
            _snapshots[id] = new(id, sequenceNumber, manifest, payload.ToArray()) { Value = write.Snapshots[s].Value };
        }
    }

    private bool Delete(EntityPosition entity)
    {
        if (_highest.GetValueOrDefault(entity.PersistenceId) != entity.SequenceNumber || IsLast(entity.PersistenceId)) return false;
        _highest.Remove(entity.PersistenceId);
        if (_byEntity.Remove(entity.PersistenceId, out var positions))
            foreach (var position in positions) _events[position] = default;
        _snapshots.Remove(entity.PersistenceId);
        return true;
    }

    private bool IsLast(string id) => _events.Count > 0 && _events[^1].Event?.PersistenceId == id;

    private void Overwrite(Rewrite rewrite)
    {
        var (id, sequenceNumber, manifest, payload) = rewrite;
        ref var kept = ref CollectionsMarshal.AsSpan(_events)[_byEntity[id][(int)sequenceNumber - 1]];
        var changed = kept.Event! with { Manifest = manifest, Payload = payload.ToArray() };
        kept = new(changed, RowChecksum.Of(id, sequenceNumber, manifest, payload.Span));
    }

    private StoredEvent Read(int position)
    {
        var (stored, checksum) = _events[position];
        return RowChecksum.Of(stored!.PersistenceId, stored.SequenceNumber, stored.Manifest, stored.Payload.Span) == checksum
            ? stored
            : throw JournalConflicts.Corrupt("memory", stored.PersistenceId, stored.SequenceNumber);
    }

    private void ThrowUnlessKept()
    {
        if (!keepEvents)
            throw new InvalidOperationException("this in-memory journal keeps no events: open it with keepEvents: true to read them");
    }
}
