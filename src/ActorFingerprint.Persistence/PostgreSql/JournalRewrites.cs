using ActorFingerprint.Engine.Journal;
using Npgsql;
using NpgsqlTypes;

namespace ActorFingerprint.Persistence.PostgreSql;

/// <summary>Overwrites stored payloads and drops snapshots, within the caller's transaction.</summary>
internal static class JournalRewrites
{
    /// <summary>Applies all of them. Throws <see cref="JournalConflictException"/> when one names an event that is not there.</summary>
    public static async Task ApplyAsync(NpgsqlConnection connection, IReadOnlyList<Rewrite> rewrites, IReadOnlyList<string> dropSnapshotsOf)
    {
        // The last of several for one row is what stays; UPDATE … FROM would take any of them.
        Rewrite[] last = [.. rewrites.GroupBy(rewrite => (rewrite.PersistenceId, rewrite.SequenceNumber)).Select(same => same.Last())];
        if (last.Length > 0 && await OverwriteAsync(connection, last) is var changed && changed < last.Length)
            throw new JournalConflictException(JournalConflicts.Missing(await MissingAsync(connection, last)));
        if (dropSnapshotsOf.Count == 0) return;
        await using var drop = new NpgsqlCommand("DELETE FROM snapshot WHERE persistence_id = ANY($1)", connection);
        drop.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. dropSnapshotsOf] });
        await drop.ExecuteNonQueryAsync();
    }

    private static async Task<int> OverwriteAsync(NpgsqlConnection connection, Rewrite[] rewrites)
    {
        await using var command = new NpgsqlCommand(
            """
            UPDATE journal j SET manifest = r.manifest, message = r.message, crc32c = r.checksum
            FROM unnest($1, $2, $3, $4, $5) AS r(id, number, manifest, message, checksum)
            WHERE j.persistence_id = r.id COLLATE "C" AND j.sequence_number = r.number
            """,
            connection);
        AppendBatch.Add(command, NpgsqlDbType.Text, rewrites, rewrite => rewrite.PersistenceId);
        AppendBatch.Add(command, NpgsqlDbType.Bigint, rewrites, rewrite => rewrite.SequenceNumber);
        AppendBatch.Add(command, NpgsqlDbType.Text, rewrites, rewrite => rewrite.Manifest);
        AppendBatch.Add(command, NpgsqlDbType.Bytea, rewrites, rewrite => AppendBatch.Bytes(rewrite.Payload));
        AppendBatch.Add(
            command, NpgsqlDbType.Bigint, rewrites,
            rewrite => (long)RowChecksum.Of(rewrite.PersistenceId, rewrite.SequenceNumber, rewrite.Manifest, rewrite.Payload.Span));
        return await command.ExecuteNonQueryAsync();
    }

    private static async Task<Rewrite> MissingAsync(NpgsqlConnection connection, Rewrite[] rewrites)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT r.n FROM unnest($1, $2) WITH ORDINALITY AS r(id, number, n)
            WHERE NOT EXISTS (SELECT 1 FROM journal j WHERE j.persistence_id = r.id COLLATE "C" AND j.sequence_number = r.number)
            ORDER BY r.n LIMIT 1
            """,
            connection);
        AppendBatch.Add(command, NpgsqlDbType.Text, rewrites, rewrite => rewrite.PersistenceId);
        AppendBatch.Add(command, NpgsqlDbType.Bigint, rewrites, rewrite => rewrite.SequenceNumber);
        return rewrites[(await command.ExecuteScalarAsync() as long? ?? 1) - 1];
    }
}
