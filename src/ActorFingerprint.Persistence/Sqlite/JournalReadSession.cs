using ActorFingerprint.Engine.Journal;
using Microsoft.Data.Sqlite;

namespace ActorFingerprint.Persistence.Sqlite;

/// <summary>A connection that reads <c>journal.db</c>, with its statements. Belongs to one thread.</summary>
internal sealed class JournalReadSession : IDisposable
{
    private const string Columns = "ordering, persistence_id, sequence_number, manifest, message, created, writer_uuid, tags, crc32c";

    private readonly SqliteConnection _connection;
    private readonly Statement _replay, _read, _highest, _highestOrdering, _snapshot, _nextEntity, _position, _epochs;
    private string _lastWriter = "";

    /// <summary>Takes the connection over.</summary>
    public JournalReadSession(SqliteConnection connection)
    {
        _connection = connection;
        _replay = new(connection, $"""
            SELECT {Columns} FROM journal WHERE persistence_id = ?1 AND sequence_number >= ?2 ORDER BY sequence_number LIMIT ?3
            """);
        _read = new(connection, $"SELECT {Columns} FROM journal WHERE ordering > ?1 ORDER BY ordering LIMIT ?2");
        _highest = new(connection, "SELECT max(sequence_number) FROM journal WHERE persistence_id = ?1");
        _highestOrdering = new(connection, "SELECT max(ordering) FROM journal");
        _snapshot = new(connection, """
            SELECT persistence_id, sequence_number, manifest, snapshot, crc32c FROM snapshot
            WHERE persistence_id = ?1 ORDER BY sequence_number DESC
            """);
        _nextEntity = new(connection, "SELECT min(persistence_id) FROM journal WHERE persistence_id > ?1 AND persistence_id < ?2");
        _position = new(connection, """
            SELECT sequence_number, created FROM journal WHERE persistence_id = ?1 ORDER BY sequence_number DESC LIMIT 1
            """);
        _epochs = new(connection, "SELECT shard, epoch FROM shard_owner WHERE region = ?1");
    }

    /// <summary>Events of one entity from a sequence number on.</summary>
    public List<StoredEvent> Replay(string persistenceId, long fromSequenceNumber, int max) =>
        Rows(_replay.Bind(1, persistenceId).Bind(2, fromSequenceNumber).Bind(3, max), persistenceId);

    /// <summary>Events of all entities after an ordering.</summary>
    public List<StoredEvent> Read(long afterOrdering, int max) => Rows(_read.Bind(1, afterOrdering).Bind(2, max), null);

    /// <summary>Highest sequence number of an entity, or 0.</summary>
    public long Highest(string persistenceId) => _highest.Bind(1, persistenceId).Scalar() ?? 0;

    /// <summary>Entities between two persistence ids: two seeks each, however many rows they have.</summary>
    public List<EntityPosition> Entities(string after, string end, int max)
    {
        var entities = new List<EntityPosition>();
        while (entities.Count < max && NextEntity(after, end) is { } id)
        {
            entities.Add(Position(id));
            after = id;
        }
        return entities;
    }

    /// <summary>The epochs of a region's shards.</summary>
    public Dictionary<int, long> Epochs(string region)
    {
        var epochs = new Dictionary<int, long>();
        _epochs.Bind(1, region);
        while (_epochs.Step()) epochs[(int)_epochs.Int64(0)] = _epochs.Int64(1);
        return epochs;
    }

    /// <summary>Highest ordering of the journal, or 0.</summary>
    public long HighestOrdering() => _highestOrdering.Scalar() ?? 0;

    /// <summary>The newest snapshot whose checksum is right; <paramref name="skipped"/> hears of the others.</summary>
    public StoredSnapshot? Snapshot(string persistenceId, Action<string> skipped)
    {
        _snapshot.Bind(1, persistenceId);
        try
        {
            while (_snapshot.Step())
            {
                var sequenceNumber = _snapshot.Int64(1);
                var payload = _snapshot.Utf8(3);
                if (RowChecksum.Of(_snapshot.Utf8(0), sequenceNumber, _snapshot.Utf8(2), payload) == (uint)_snapshot.Int64(4))
                    return new(persistenceId, sequenceNumber, _snapshot.Text(2), payload.ToArray());
                skipped(
                    $"{_connection.DataSource}: the snapshot of {persistenceId} at {sequenceNumber} does not match its checksum; "
                    + "replaying instead");
            }
            return null;
        }
        finally
        {
            _snapshot.Reset();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var statement in (ReadOnlySpan<Statement>)
            [_replay, _read, _highest, _highestOrdering, _snapshot, _nextEntity, _position, _epochs])
        {
            statement.Dispose();
        }
        _connection.Dispose();
    }

    private string? NextEntity(string after, string end)
    {
        var next = _nextEntity.Bind(1, after).Bind(2, end).Step() ? _nextEntity.TextOrNull(0) : null;
        _nextEntity.Reset();
        return next;
    }

    private EntityPosition Position(string id)
    {
        var found = _position.Bind(1, id).Step();
        var position = found ? new EntityPosition(id, _position.Int64(0), _position.Int64(1)) : new(id, 0, 0);
        _position.Reset();
        return position;
    }

    private List<StoredEvent> Rows(Statement rows, string? persistenceId)
    {
        var events = new List<StoredEvent>();
        try
        {
            while (rows.Step()) events.Add(Row(rows, persistenceId));
            return events;
        }
        finally
        {
            rows.Reset();
        }
    }

    private StoredEvent Row(Statement row, string? persistenceId)
    {
        var sequenceNumber = row.Int64(2);
        var payload = row.Utf8(4);
        if (RowChecksum.Of(row.Utf8(1), sequenceNumber, row.Utf8(3), payload) != (uint)row.Int64(8))
            throw JournalConflicts.Corrupt(_connection.DataSource, row.Text(1), sequenceNumber);
        return new(
            row.Int64(0),
            persistenceId ?? row.Text(1),
            sequenceNumber,
            row.Text(3),
            payload.ToArray(),
            row.Int64(5),
            Writer(row),
            row.TextOrNull(7));
    }

    /// <summary>One string for a run of rows of one writer.</summary>
    private string Writer(Statement row)
    {
        var utf8 = row.Utf8(6);
        if (utf8.Length != _lastWriter.Length || !System.Text.Ascii.Equals(utf8, _lastWriter)) _lastWriter = row.Text(6);
        return _lastWriter;
    }
}
