using System.Globalization;
using ActorFingerprint.Persistence.Store;
using Npgsql;

namespace ActorFingerprint.Persistence.PostgreSql;

/// <summary>What was fixed when a store was made, and what must be known before its journal is read.</summary>
/// <param name="Shards">How many shards it has.</param>
/// <param name="Created">When it was made, ISO 8601.</param>
/// <param name="KeyCheck">What the pseudonym key of every node must give; null before the first.</param>
/// <param name="Settled">
/// Orderings up to this one came with a restored database: the transaction numbers in their rows are those of another database cluster and
/// say nothing here.
/// </param>
public sealed record PostgresMeta(int Shards, string Created, string? KeyCheck, long Settled)
{
    private const string ShardsKey = "shards", CreatedKey = "created", KeyCheckKey = "pseudonym_check", ClusterKey = "cluster", SettledKey = "settled";

    /// <summary>
    /// Reads it, and fixes what is not fixed yet. Throws <see cref="StoreException"/> when the store has another number of shards than
    /// <paramref name="shards"/> asks for; null takes what is there.
    /// </summary>
    public static Task<PostgresMeta> OpenAsync(PostgresDatabase database, int? shards, DateTimeOffset now, CancellationToken stop) => database.TransactAsync(
        async (connection, stop) =>
        {
            // One node at a time; readers of the table go on.
            await ExecuteAsync(connection, "LOCK TABLE meta IN SHARE ROW EXCLUSIVE MODE", stop);
            await PutAsync(connection, ShardsKey, (shards ?? StoreOptions.DefaultShards).ToString(CultureInfo.InvariantCulture), stop);
            await PutAsync(connection, CreatedKey, now.UtcDateTime.ToString("O", CultureInfo.InvariantCulture), stop);
            await SettleAsync(connection, stop);
            var meta = await ReadAsync(connection, stop);
            if (shards is { } asked && asked != meta.Shards)
                throw new StoreException(
                    $"{database.Where}: created with {meta.Shards} shards, not {asked}; set sharding.shards = {meta.Shards}, or use another schema");
            return meta;
        },
        stop);

    /// <summary>Reads it and changes nothing.</summary>
    public static Task<PostgresMeta> ReadAsync(PostgresDatabase database, CancellationToken stop) => database.ReadAsync(ReadAsync, stop);

    /// <summary>Fixes the check value of the pseudonym key unless one is; gives the one that is fixed.</summary>
    public static Task<string> FixKeyCheckAsync(PostgresDatabase database, string check, CancellationToken stop) => database.TransactAsync(
        async (connection, stop) =>
        {
            await PutAsync(connection, KeyCheckKey, check, stop);
            return (await ReadAsync(connection, stop)).KeyCheck!;
        },
        stop);

    /// <summary>
    /// Transaction numbers begin anew where a dump is restored. Nobody has written here yet since, so everything that is there is settled.
    /// </summary>
    private static Task SettleAsync(NpgsqlConnection connection, CancellationToken stop) => ExecuteAsync(
        connection,
        $"""
        WITH here AS (SELECT system_identifier::text AS id FROM pg_control_system()),
        moved AS (
            INSERT INTO meta AS m (key, value) SELECT '{ClusterKey}', id FROM here
            ON CONFLICT (key) DO UPDATE SET value = excluded.value WHERE m.value <> excluded.value RETURNING 1)
        INSERT INTO meta(key, value) SELECT '{SettledKey}', coalesce((SELECT max(ordering) FROM journal), 0)::text FROM moved
        ON CONFLICT (key) DO UPDATE SET value = excluded.value
        """,
        stop);

    private static async Task<PostgresMeta> ReadAsync(NpgsqlConnection connection, CancellationToken stop)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        await using var command = new NpgsqlCommand("SELECT key, value FROM meta", connection);
        await using var rows = await command.ExecuteReaderAsync(stop);
        while (await rows.ReadAsync(stop)) values[rows.GetString(0)] = rows.GetString(1);
        return new(
            int.Parse(values.GetValueOrDefault(ShardsKey, "0"), CultureInfo.InvariantCulture),
            values.GetValueOrDefault(CreatedKey, ""),
            values.GetValueOrDefault(KeyCheckKey),
            long.Parse(values.GetValueOrDefault(SettledKey, "0"), CultureInfo.InvariantCulture));
    }

    private static Task PutAsync(NpgsqlConnection connection, string key, string value, CancellationToken stop) =>
        ExecuteAsync(connection, "INSERT INTO meta(key, value) VALUES ($1, $2) ON CONFLICT DO NOTHING", stop, key, value);

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken stop, params string[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = value });
        await command.ExecuteNonQueryAsync(stop);
    }
}
