using System.Runtime.InteropServices;
using ActorFingerprint.Engine.Journal;
using Npgsql;
using NpgsqlTypes;

namespace ActorFingerprint.Persistence.PostgreSql;

/// <summary>Appends events as another journal stored them.</summary>
internal static class PostgresImport
{
    /// <summary>Appends all in one transaction, orderings, times and writers kept. Throws <see cref="JournalConflictException"/>.</summary>
    public static Task<long> AppendAsync(PostgresDatabase database, IReadOnlyList<StoredEvent> events, CancellationToken stop) => database.TransactAsync(
        async (connection, stop) =>
        {
            await ExecuteAsync(connection, "LOCK TABLE journal IN SHARE ROW EXCLUSIVE MODE", stop);
            await CheckAsync(connection, events, stop);
            await InsertAsync(connection, events, stop);
            await using var next = new NpgsqlCommand("SELECT setval('journal_ordering', $1)", connection);
            next.Parameters.Add(new NpgsqlParameter<long> { TypedValue = events[^1].Ordering });
            return (long)(await next.ExecuteScalarAsync(stop))!;
        },
        stop);

    /// <summary>Orderings rise, and the numbers of each entity follow those that are stored.</summary>
    private static async Task CheckAsync(NpgsqlConnection connection, IReadOnlyList<StoredEvent> events, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand("SELECT coalesce(max(ordering), 0) FROM journal", connection);
        var ordering = (long)(await command.ExecuteScalarAsync(stop))!;
        var highest = await HighestAsync(connection, [.. events.Select(stored => stored.PersistenceId).Distinct()], stop);
        foreach (var stored in events)
        {
            if (stored.Ordering <= ordering)
                throw new JournalConflictException(
                    $"{stored.PersistenceId} {stored.SequenceNumber}: ordering {stored.Ordering} is not after the last");
            ordering = stored.Ordering;
            ref var last = ref CollectionsMarshal.GetValueRefOrAddDefault(highest, stored.PersistenceId, out _);
            if (stored.SequenceNumber != last + 1)
                throw new JournalConflictException(
                    JournalConflicts.NotNext(new(stored.PersistenceId, stored.SequenceNumber, stored.Manifest, stored.Payload), last));
            last = stored.SequenceNumber;
        }
    }

    private static async Task<Dictionary<string, long>> HighestAsync(NpgsqlConnection connection, string[] ids, CancellationToken stop)
    {
        var highest = new Dictionary<string, long>(StringComparer.Ordinal);
        await using var command = new NpgsqlCommand(
            """
            SELECT e.id, (SELECT j.sequence_number FROM journal j WHERE j.persistence_id = e.id COLLATE "C" ORDER BY j.sequence_number DESC LIMIT 1)
            FROM unnest($1) AS e(id)
            """,
            connection);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = ids });
        await using var rows = await command.ExecuteReaderAsync(stop);
        while (await rows.ReadAsync(stop))
            if (!rows.IsDBNull(1)) highest[rows.GetString(0)] = rows.GetInt64(1);
        return highest;
    }

    private static async Task InsertAsync(NpgsqlConnection connection, IReadOnlyList<StoredEvent> events, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand(
            """
            INSERT INTO journal(ordering, persistence_id, sequence_number, created, manifest, message, writer_uuid, tags, crc32c, xid)
            SELECT e.*, pg_current_xact_id() FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9) AS e
            """,
            connection);
        AppendBatch.Add(command, NpgsqlDbType.Bigint, events, stored => stored.Ordering);
        AppendBatch.Add(command, NpgsqlDbType.Text, events, stored => stored.PersistenceId);
        AppendBatch.Add(command, NpgsqlDbType.Bigint, events, stored => stored.SequenceNumber);
        AppendBatch.Add(command, NpgsqlDbType.Bigint, events, stored => stored.CreatedMs);
        AppendBatch.Add(command, NpgsqlDbType.Text, events, stored => stored.Manifest);
        AppendBatch.Add(command, NpgsqlDbType.Bytea, events, stored => AppendBatch.Bytes(stored.Payload));
        AppendBatch.Add(command, NpgsqlDbType.Text, events, stored => stored.WriterUuid);
        AppendBatch.Add(command, NpgsqlDbType.Text, events, stored => stored.Tag);
        AppendBatch.Add(
            command, NpgsqlDbType.Bigint, events,
            stored => (long)RowChecksum.Of(stored.PersistenceId, stored.SequenceNumber, stored.Manifest, stored.Payload.Span));
        await command.ExecuteNonQueryAsync(stop);
        await ExecuteAsync(
            connection,
            $"""
            INSERT INTO tags(ordering_id, tag, persistence_id, sequence_nr)
            SELECT ordering, tags, persistence_id, sequence_number FROM journal WHERE tags IS NOT NULL AND ordering >= {events[0].Ordering}
            """,
            stop);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(stop);
    }
}
