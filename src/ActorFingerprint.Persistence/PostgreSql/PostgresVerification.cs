using System.Globalization;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Persistence.Maintenance;
using Npgsql;

namespace ActorFingerprint.Persistence.PostgreSql;

/// <summary>Checks everything in a store in PostgreSQL that can be checked, in one snapshot of the database. Reads only.</summary>
internal static class PostgresVerification
{
    private const string SnapshotRows = "SELECT persistence_id, sequence_number, manifest, snapshot, crc32c FROM snapshot";
    private const string EventRows = "SELECT persistence_id, sequence_number, manifest, message, crc32c FROM journal ORDER BY ordering";

    /// <summary>No findings mean that it is sound. <paramref name="offset"/> is that of the read side. Also beside nodes that write.</summary>
    public static async Task<IReadOnlyList<Finding>> OfAsync(PostgresDatabase database, long? offset, CancellationToken stop)
    {
        var verification = new StoreVerification();
        try
        {
            return await database.RunAsync(
                async (connection, stop) =>
                {
                    await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, stop);
                    await RowsAsync(
                        connection, SnapshotRows,
                        row => verification.Snapshot(
                            row.GetString(0), row.GetInt64(1), row.GetString(2), row.GetFieldValue<byte[]>(3), (uint)row.GetInt64(4)),
                        stop);
                    await RowsAsync(
                        connection, EventRows,
                        row => verification.Row(
                            row.GetString(0), row.GetInt64(1), row.GetString(2), row.GetFieldValue<byte[]>(3), (uint)row.GetInt64(4)),
                        stop);
                    verification.Finish();
                    await RowsAsync(
                        connection, SqliteVerification.StrayTags,
                        row => verification.Add("tags", string.Create(CultureInfo.InvariantCulture, $"{row.GetString(0)} {row.GetInt64(1)}"), row.GetString(2)),
                        stop);
                    await using var command = new NpgsqlCommand("SELECT coalesce(max(ordering), 0) FROM journal", connection);
                    var highest = (long)(await command.ExecuteScalarAsync(stop))!;
                    if (offset > highest)
                        verification.Add(
                            "projection", database.Where, $"the read side is at {offset}, ahead of the journal's {highest}; run `actorfp journal replay`");
                    return verification.Findings;
                },
                stop);
        }
        catch (JournalCorruptException damage)
        {
            verification.Add("file", database.Where, damage.Message);
            return verification.Findings;
        }
    }

    private static async Task RowsAsync(NpgsqlConnection connection, string sql, Action<NpgsqlDataReader> take, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await using var rows = await command.ExecuteReaderAsync(stop);
        while (await rows.ReadAsync(stop)) take(rows);
    }
}
