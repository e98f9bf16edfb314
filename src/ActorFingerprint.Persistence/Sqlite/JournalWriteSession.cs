using System.Text;
using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Engine.Journal;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ActorFingerprint.Persistence.Sqlite;

/// <summary>The one connection that writes <c>journal.db</c>, with its statements. Belongs to one thread.</summary>
internal sealed class JournalWriteSession : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly string _writerUuid;
    private readonly TimeProvider _time;
    private readonly Statement _begin, _commit, _rollback;
    private readonly Statement _lastOrdering, _append, _tag, _exists, _highest, _epoch, _claim, _snapshot, _dropOlder, _rewrite, _drop, _delete, _lastEntity, _owe, _settle;
    private readonly Dictionary<string, long> _last = new(StringComparer.Ordinal);
    private bool _logHoldsErased, _pagesHoldErased, _owes;

    /// <summary>Takes the connection over, and finishes what an erasure left to do when its process died.</summary>
    public JournalWriteSession(SqliteConnection connection, string writerUuid, TimeProvider time)
    {
        (_connection, _writerUuid, _time) = (connection, writerUuid, time);
        _begin = new(connection, "BEGIN IMMEDIATE");
        _commit = new(connection, "COMMIT");
        _rollback = new(connection, "ROLLBACK");
        _lastOrdering = new(connection, "SELECT max(ordering) FROM journal");
        _append = new(connection, $"""
            INSERT INTO journal(
                persistence_id, sequence_number, manifest, message, crc32c, tags, created, writer_uuid, ordering, is_deleted, identifier)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, {JournalSchema.Json})
            """);
        _tag = new(connection, "INSERT INTO tags(ordering_id, tag, persistence_id, sequence_nr) VALUES (?1, ?2, ?3, ?4)");
        _exists = new(connection, "SELECT 1 FROM journal WHERE persistence_id = ?1 AND sequence_number = ?2");
        _highest = new(connection, "SELECT max(sequence_number) FROM journal WHERE persistence_id = ?1");
        _epoch = new(connection, "SELECT epoch FROM shard_owner WHERE region = ?1 AND shard = ?2");
        _claim = new(connection, """
            INSERT INTO shard_owner(region, shard, epoch, owner) VALUES (?1, ?2, 1, ?3)
            ON CONFLICT DO UPDATE SET epoch = epoch + 1, owner = excluded.owner RETURNING epoch
            """);
        _snapshot = new(connection, $"""
            INSERT INTO snapshot(persistence_id, sequence_number, manifest, snapshot, crc32c, created, serializer_id)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, {JournalSchema.Json})
            ON CONFLICT DO UPDATE SET
                manifest = excluded.manifest, snapshot = excluded.snapshot, crc32c = excluded.crc32c, created = excluded.created
            """);
        _dropOlder = new(connection, """
            DELETE FROM snapshot WHERE persistence_id = ?1
            AND sequence_number < (SELECT max(sequence_number) FROM snapshot WHERE persistence_id = ?1)
            """);
        _rewrite = new(connection, """
            UPDATE journal SET manifest = ?3, message = ?4, crc32c = ?5 WHERE persistence_id = ?1 AND sequence_number = ?2
            """);
        _drop = new(connection, "DELETE FROM snapshot WHERE persistence_id = ?1");
        _delete = new(connection, "DELETE FROM journal WHERE persistence_id = ?1");
        _lastEntity = new(connection, "SELECT persistence_id FROM journal ORDER BY ordering DESC LIMIT 1");
        _owe = new(connection, $"INSERT INTO meta(key, value) VALUES ('{JournalSchema.HoldsErased}', '1') ON CONFLICT DO NOTHING");
        _settle = new(connection, $"DELETE FROM meta WHERE key = '{JournalSchema.HoldsErased}'");
        _owes = _pagesHoldErased = JournalSchema.Meta(connection, JournalSchema.HoldsErased) is not null;
        if (_owes) Forget();
    }

    /// <summary>Writes everything in one transaction, or nothing.</summary>
    public void Write(IReadOnlyList<AtomicWrite> writes)
    {
        Transact(() =>
        {
            BeginAppend();
            foreach (var write in writes) Append(write);
            return 0;
        });
        if (_logHoldsErased) EmptyLog();
    }

    /// <summary>Takes ownership of a shard and gives its new epoch.</summary>
    public long Claim(string region, int shard, string owner) =>
        Transact(() => _claim.Bind(1, region).Bind(2, shard).Bind(3, owner).Scalar()!.Value);

    /// <summary>
    /// Overwrites payloads, drops snapshots and appends in one transaction, then empties the log of the old bytes: false while a reader
    /// keeps it, and then every later write tries again. When that erased a device, the file is written anew before; false when that failed, and
    /// then the next rewrite, or closing, tries it again. The transaction notes it, so that the next process does it when this one dies before.
    /// </summary>
    public bool Rewrite(IReadOnlyList<Rewrite> rewrites, IReadOnlyList<string> dropSnapshotsOf, AtomicWrite? append)
    {
        _pagesHoldErased |= Transact(() =>
        {
            var dropped = 0;
            foreach (var rewrite in rewrites) Overwrite(rewrite);
            foreach (var id in dropSnapshotsOf) dropped += _drop.Bind(1, id).Run();
            var erased = rewrites.Any(rewrite => rewrite.Manifest == DeviceManifests.Erased) || (append is null && dropped > 0);
            if (erased) _owe.Run();
            if (append is null) return erased;
            BeginAppend();
            Append(append);
            return erased;
        });
        _owes |= _pagesHoldErased;
        Forget();
        return !_logHoldsErased && !_pagesHoldErased;
    }

    /// <summary>Deletes entities that have not gone on since, in one transaction; how many.</summary>
    public int Delete(ShardFence fence, IReadOnlyList<EntityPosition> entities) => Transact(() =>
    {
        Check(fence);
        var deleted = 0;
        var last = LastEntity();
        foreach (var (id, sequenceNumber, _) in entities)
        {
            if (id == last || Highest(id) != sequenceNumber) continue;
            _delete.Bind(1, id).Run();
            _drop.Bind(1, id).Run();
            deleted++;
        }
        return deleted;
    });

    /// <summary>Closes. The last connection of a file to close makes every commit part of it and removes the log.</summary>
    public void Dispose()
    {
        if (_logHoldsErased || _pagesHoldErased) Forget();
        foreach (var statement in (ReadOnlySpan<Statement>)
            [
                _begin, _commit, _rollback, _lastOrdering, _append, _tag, _exists, _highest, _epoch, _claim, _snapshot, _dropOlder,
                _rewrite, _drop, _delete, _lastEntity, _owe, _settle,
            ])
        {
            statement.Dispose();
        }
        _connection.Dispose();
    }

    /// <summary>Appends events as another journal stored them, in one transaction.</summary>
    public void Import(IReadOnlyList<StoredEvent> events) => Transact(() =>
    {
        _last.Clear();
        foreach (var stored in events)
        {
            if (stored.Ordering <= (_lastOrdering.Scalar() ?? 0))
                throw new JournalConflictException(
                    $"{stored.PersistenceId} {stored.SequenceNumber}: ordering {stored.Ordering} is not after the last");
            _append.Bind(7, stored.CreatedMs).Bind(8, stored.WriterUuid).Bind(9, stored.Ordering);
            Append(new NewEvent(stored.PersistenceId, stored.SequenceNumber, stored.Manifest, stored.Payload, stored.Tag));
        }
        return events.Count;
    });

    private void Forget()
    {
        if (_pagesHoldErased) _pagesHoldErased = !_connection.TryWriteAnew();
        EmptyLog();
    }

    private void EmptyLog()
    {
        _logHoldsErased = !_connection.TryEmptyLog();
        if (!_owes || _logHoldsErased || _pagesHoldErased) return;
        try
        {
            _settle.Run();
            _owes = false;
        }
        catch (SqliteException)
        {
            // the next one that opens the file writes it anew once more
        }
    }

    private void BeginAppend()
    {
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        _append.Bind(7, now).Bind(8, _writerUuid).BindNull(9);
        _snapshot.Bind(6, now);
        _last.Clear();
    }

    private void Append(AtomicWrite write)
    {
        if (write.Fence is { } fence) Check(fence);
        for (var i = 0; i < write.Events.Count; i++) Append(write.Events[i]);
        for (var i = 0; i < write.Snapshots.Count; i++) Put(write.Snapshots[i]);
    }

    private void Check(ShardFence fence)
    {
        var epoch = _epoch.Bind(1, fence.Region).Bind(2, fence.Shard).Scalar() ?? 0;
        if (epoch != fence.Epoch) throw new JournalConflictException(JournalConflicts.StaleEpoch(fence, epoch));
    }

    private void Append(in NewEvent appended)
    {
        Span<byte> idBuffer = stackalloc byte[256];
        Span<byte> manifestBuffer = stackalloc byte[128];
        var id = Utf8(appended.PersistenceId, idBuffer);
        var manifest = Utf8(appended.Manifest, manifestBuffer);
        if (!IsNext(appended, id)) throw new JournalConflictException(JournalConflicts.NotNext(appended, Highest(appended.PersistenceId)));
        _append.BindText(1, id).Bind(2, appended.SequenceNumber).BindText(3, manifest).BindBlob(4, appended.Payload.Span)
            .Bind(5, RowChecksum.Of(id, appended.SequenceNumber, manifest, appended.Payload.Span)).Bind(6, appended.Tag);
        try
        {
            _append.Run();
        }
        catch (SqliteException taken) when (taken.SqliteErrorCode == raw.SQLITE_CONSTRAINT)
        {
            throw new JournalConflictException(JournalConflicts.NotNext(appended, Highest(appended.PersistenceId)), taken);
        }
        _last[appended.PersistenceId] = appended.SequenceNumber;
        if (appended.Tag is null) return;
        _tag.Bind(1, raw.sqlite3_last_insert_rowid(_connection.Handle)).Bind(2, appended.Tag)
            .BindText(3, id).Bind(4, appended.SequenceNumber).Run();
    }

    /// <summary>Finds gaps; a number that is taken is found by the unique key when the row goes in.</summary>
    private bool IsNext(in NewEvent appended, ReadOnlySpan<byte> id)
    {
        if (_last.TryGetValue(appended.PersistenceId, out var last)) return appended.SequenceNumber == last + 1;
        if (appended.SequenceNumber <= 1) return appended.SequenceNumber == 1;
        return _exists.BindText(1, id).Bind(2, appended.SequenceNumber - 1).Scalar() is not null;
    }

    private string? LastEntity()
    {
        var last = _lastEntity.Step() ? _lastEntity.Text(0) : null;
        _lastEntity.Reset();
        return last;
    }

    private long Highest(string persistenceId) => _highest.Bind(1, persistenceId).Scalar() ?? 0;

    private void Put(in NewSnapshot snapshot)
    {
        var (id, sequenceNumber, manifest, payload) = snapshot;
        _snapshot.Bind(1, id).Bind(2, sequenceNumber).Bind(3, manifest).BindBlob(4, payload.Span)
            .Bind(5, RowChecksum.Of(id, sequenceNumber, manifest, payload.Span)).Run();
        _dropOlder.Bind(1, id).Run();
    }

    private void Overwrite(in Rewrite rewrite)
    {
        var (id, sequenceNumber, manifest, payload) = rewrite;
        var changed = _rewrite.Bind(1, id).Bind(2, sequenceNumber).Bind(3, manifest).BindBlob(4, payload.Span)
            .Bind(5, RowChecksum.Of(id, sequenceNumber, manifest, payload.Span)).Run();
        if (changed == 0) throw new JournalConflictException(JournalConflicts.Missing(rewrite));
    }

    private T Transact<T>(Func<T> work)
    {
        _begin.Run();
        try
        {
            var result = work();
            _commit.Run();
            return result;
        }
        catch
        {
            if (raw.sqlite3_get_autocommit(_connection.Handle) == 0) _rollback.Run();
            throw;
        }
    }

    private static ReadOnlySpan<byte> Utf8(string text, Span<byte> buffer) =>
        Encoding.UTF8.TryGetBytes(text, buffer, out var written) ? buffer[..written] : Encoding.UTF8.GetBytes(text);
}
