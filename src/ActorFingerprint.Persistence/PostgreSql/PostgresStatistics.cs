using System.Globalization;
using ActorFingerprint.Persistence.Maintenance;
using Npgsql;

namespace ActorFingerprint.Persistence.PostgreSql;

/// <summary>Counts a store in PostgreSQL.</summary>
internal static class PostgresStatistics
{
    /// <summary>Counts it, in one snapshot of the database. Offset and size of the read side are given.</summary>
    public static Task<StoreStats> OfAsync(
        PostgresDatabase database, PostgresMeta meta, long? projectionOffset, long projectionBytes, CancellationToken stop) => database.ReadAsync(
        async (connection, stop) =>
        {
            await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, stop);
            var manifests = await RowsAsync(
                connection, "SELECT manifest, count(*), sum(length(message)) FROM journal GROUP BY 1 ORDER BY 2 DESC, manifest COLLATE \"C\"",
                row => new ManifestStats(row.GetString(0), row.GetInt64(1), row.GetInt64(2)), stop);
            var ids = (await RowsAsync(
                connection,
                """
                SELECT count(*), count(*) FILTER (WHERE id >= 'device-' AND id < 'device.'), count(*) FILTER (WHERE id >= 'shard-' AND id < 'shard.'),
                    count(*) FILTER (WHERE id >= 'run-' AND id < 'run.')
                FROM (SELECT DISTINCT persistence_id AS id FROM journal) e
                """,
                row => (All: row.GetInt64(0), Devices: row.GetInt64(1), Shards: row.GetInt64(2), Runs: row.GetInt64(3)), stop))[0];
            var highest = (await RowsAsync(
                connection, "SELECT coalesce(max(ordering), 0), (SELECT count(*) FROM snapshot) FROM journal",
                row => (Ordering: row.GetInt64(0), Snapshots: row.GetInt64(1)), stop))[0];
            var tables = await RowsAsync(
                connection,
                """
                SELECT c.relname, pg_total_relation_size(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname = current_schema() AND c.relkind = 'r' ORDER BY c.relname COLLATE "C"
                """,
                row => (Name: row.GetString(0), Bytes: row.GetInt64(1)), stop);
            return new StoreStats
            {
                Created = meta.Created,
                SchemaVersion = PostgresMigrations.Current,
                Shards = meta.Shards,
                Events = manifests.Sum(manifest => manifest.Events),
                HighestOrdering = highest.Ordering,
                PersistenceIds = ids.All,
                Devices = ids.Devices,
                ShardsUsed = ids.Shards,
                Runs = ids.Runs,
                Snapshots = highest.Snapshots,
                ProjectionOffset = projectionOffset,
                Manifests = manifests,
                JournalBytes = tables.Sum(table => table.Bytes),
                ProjectionBytes = projectionBytes,
                Files = tables,
            };
        },
        stop);

    private static async Task<List<T>> RowsAsync<T>(NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, T> read, CancellationToken stop)
    {
        var found = new List<T>();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 }; // counting a large journal takes what it takes
        await using var rows = await command.ExecuteReaderAsync(stop);
        while (await rows.ReadAsync(stop)) found.Add(read(rows));
        return found;
    }
}
