using ActorFingerprint.Engine.Journal;
using Npgsql;
using NpgsqlTypes;

namespace ActorFingerprint.Persistence.PostgreSql;

/// <summary>The questions that are asked of the journal's tables, and their rows as events.</summary>
internal static class JournalRows
{
    private const string Columns = "ordering, persistence_id, sequence_number, manifest, message, created, writer_uuid, tags, crc32c";

    /// <summary>Events of one entity from a sequence number on.</summary>
    public static NpgsqlCommand OfEntity(NpgsqlConnection connection, string persistenceId, long from, int max) => With(
        new NpgsqlCommand(
            $"SELECT {Columns} FROM journal WHERE persistence_id = $1 AND sequence_number >= $2 ORDER BY sequence_number LIMIT $3", connection),
        persistenceId, from, max);

    /// <summary>
    /// Events of all entities after an ordering, and whether each is settled: no transaction that still runs can come before it. It is older than
    /// the oldest one that runs, or (up to <paramref name="settled"/>) from before the database was restored here, when transactions had
    /// other numbers.
    /// </summary>
    public static NpgsqlCommand After(NpgsqlConnection connection, long ordering, long settled, int max) => With(
        new NpgsqlCommand(
            $"""
            SELECT {Columns}, ordering <= $1 OR xid < (SELECT pg_snapshot_xmin(pg_current_snapshot())) FROM journal
            WHERE ordering > $2 ORDER BY ordering LIMIT $3
            """,
            connection),
        settled, ordering, max);

    /// <summary>Entities between two persistence ids: two seeks each, however many rows they have.</summary>
    public static NpgsqlCommand Entities(NpgsqlConnection connection, string after, string end, int max) => With(
        new NpgsqlCommand(
            """
            WITH RECURSIVE entity(id) AS (
                (SELECT persistence_id FROM journal WHERE persistence_id > $1 AND persistence_id < $2 ORDER BY persistence_id LIMIT 1)
                UNION ALL
                SELECT (
                    SELECT j.persistence_id FROM journal j WHERE j.persistence_id > e.id AND j.persistence_id < $2
                    ORDER BY j.persistence_id LIMIT 1)
                FROM entity e WHERE e.id IS NOT NULL)
            SELECT e.id, p.sequence_number, p.created FROM entity e CROSS JOIN LATERAL (
                SELECT j.sequence_number, j.created FROM journal j WHERE j.persistence_id = e.id ORDER BY j.sequence_number DESC LIMIT 1) p
            LIMIT $3
            """,
            connection),
        after, end, max);

    /// <summary>Deletes entities that have not gone on since, the one with the last row apart; its scalar is how many.</summary>
    public static NpgsqlCommand Delete(NpgsqlConnection connection, IReadOnlyList<EntityPosition> entities)
    {
        var command = new NpgsqlCommand(
            """
            WITH gone AS MATERIALIZED (
                SELECT e.id FROM unnest($1, $2) AS e(id, number)
                WHERE e.id <> (SELECT persistence_id FROM journal ORDER BY ordering DESC LIMIT 1)
                AND e.number = (
                    SELECT j.sequence_number FROM journal j WHERE j.persistence_id = e.id COLLATE "C" ORDER BY j.sequence_number DESC LIMIT 1)),
            events AS (DELETE FROM journal j USING gone WHERE j.persistence_id = gone.id COLLATE "C"),
            snapshots AS (DELETE FROM snapshot s USING gone WHERE s.persistence_id = gone.id COLLATE "C")
            SELECT count(*) FROM gone
            """,
            connection);
        AppendBatch.Add(command, NpgsqlDbType.Text, entities, entity => entity.PersistenceId);
        AppendBatch.Add(command, NpgsqlDbType.Bigint, entities, entity => entity.SequenceNumber);
        return command;
    }

    /// <summary>
    /// Runs a command that gives events, up to the first one that is not settled where the command says it; <paramref name="waits"/> is told that
    /// there was one. Throws <see cref="JournalCorruptException"/> on a bad checksum.
    /// </summary>
    public static async Task<List<StoredEvent>> ReadAsync(string place, NpgsqlCommand command, CancellationToken stop, Action? waits = null)
    {
        var events = new List<StoredEvent>();
        var writer = "";
        await using (command)
        {
            await using var rows = await command.ExecuteReaderAsync(stop);
            while (await rows.ReadAsync(stop))
            {
                if (waits is not null && !rows.GetBoolean(9))
                {
                    waits();
                    break;
                }
                var (id, sequenceNumber, manifest) = (rows.GetString(1), rows.GetInt64(2), rows.GetString(3));
                var payload = rows.GetFieldValue<byte[]>(4);
                if (RowChecksum.Of(id, sequenceNumber, manifest, payload) != (uint)rows.GetInt64(8))
                    throw JournalConflicts.Corrupt(place, id, sequenceNumber);
                if (rows.GetString(6) is var wrote && wrote != writer) writer = wrote; // one string for a run of rows of one writer
                events.Add(new(
                    rows.GetInt64(0), id, sequenceNumber, manifest, payload, rows.GetInt64(5), writer, rows.IsDBNull(7) ? null : rows.GetString(7)));
            }
        }
        return events;
    }

    /// <summary>The newest snapshot whose checksum is right; <paramref name="skipped"/> hears of the others.</summary>
    public static async Task<StoredSnapshot?> SnapshotAsync(
        string place, NpgsqlConnection connection, string persistenceId, Action<string> skipped, CancellationToken stop)
    {
        await using var command = With(
            new NpgsqlCommand(
                "SELECT sequence_number, manifest, snapshot, crc32c FROM snapshot WHERE persistence_id = $1 ORDER BY sequence_number DESC", connection),
            persistenceId);
        await using var rows = await command.ExecuteReaderAsync(stop);
        while (await rows.ReadAsync(stop))
        {
            var (sequenceNumber, manifest, payload) = (rows.GetInt64(0), rows.GetString(1), rows.GetFieldValue<byte[]>(2));
            if (RowChecksum.Of(persistenceId, sequenceNumber, manifest, payload) == (uint)rows.GetInt64(3))
                return new(persistenceId, sequenceNumber, manifest, payload);
            skipped($"{place}: the snapshot of {persistenceId} at {sequenceNumber} does not match its checksum; replaying instead");
        }
        return null;
    }

    private static NpgsqlCommand With(NpgsqlCommand command, params ReadOnlySpan<object> values)
    {
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }
}
