using System.Globalization;
using System.Reflection;
using ActorFingerprint.Persistence.Store;
using Npgsql;

namespace ActorFingerprint.Persistence.PostgreSql;

/// <summary>
/// Brings the schema of a store to the version of this program. Migrations only go forward: numbered scripts beside this file
/// (<c>0001-journal.sql</c>, …), without gaps, never changed once released. All that are missing run in one transaction under an advisory
/// lock, so that nodes that start together wait for each other and a failure leaves the schema as it was.
/// </summary>
public static class PostgresMigrations
{
    private const string Folder = "postgresql/";
    private const string Purpose = "actorfp migrations of schema ";

    private static readonly Lazy<string[]> Scripts = new(Read);

    /// <summary>The version that this program reads and writes.</summary>
    public static int Current => Scripts.Value.Length;

    /// <summary>Makes the schema when it is not there and runs what is missing. Throws <see cref="StoreException"/> for a store of a newer version.</summary>
    public static Task<int> ApplyAsync(PostgresDatabase database, CancellationToken stop) => database.TransactAsync(
        async (connection, stop) =>
        {
            await ExecuteAsync(connection, "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", stop, Purpose + database.Schema);
            var version = await VersionAsync(connection, database.Schema, stop);
            if (version > Current) throw Newer(database, version);
            if (version == 0) await ExecuteAsync(connection, $"CREATE SCHEMA IF NOT EXISTS \"{database.Schema}\"", stop);
            for (var next = version + 1; next <= Current; next++)
            {
                await ExecuteAsync(connection, Scripts.Value[next - 1], stop);
                await ExecuteAsync(connection, "INSERT INTO schema_version(version, applied) VALUES ($1, now())", stop, next);
            }
            return Current;
        },
        stop);

    /// <summary>Refuses a store that is not there, older or newer; changes nothing. Throws <see cref="StoreException"/>.</summary>
    public static async Task CheckAsync(PostgresDatabase database, CancellationToken stop)
    {
        var version = await database.ReadAsync((connection, stop) => VersionAsync(connection, database.Schema, stop), stop);
        if (version == 0) throw new StoreException($"{database.Where}: no store here; start `actorfp run` on it once, or name another schema");
        if (version > Current) throw Newer(database, version);
        if (version < Current)
            throw new StoreException(
                $"{database.Where}: schema {version}, this program reads {Current}; open it once with `actorfp run`");
    }

    private static StoreException Newer(PostgresDatabase database, int version) => new(
        $"{database.Where}: written by a newer version (schema {version}, this program knows {Current}); update actorfp");

    private static async Task<int> VersionAsync(NpgsqlConnection connection, string schema, CancellationToken stop)
    {
        await using var exists = new NpgsqlCommand("SELECT to_regclass($1) IS NOT NULL", connection);
        exists.Parameters.Add(new NpgsqlParameter<string> { TypedValue = $"\"{schema}\".schema_version" });
        if (await exists.ExecuteScalarAsync(stop) is not true) return 0;
        await using var read = new NpgsqlCommand("SELECT coalesce(max(version), 0) FROM schema_version", connection);
        return Convert.ToInt32(await read.ExecuteScalarAsync(stop), CultureInfo.InvariantCulture);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken stop, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 }; // may wait for another node, or for a large table
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        await command.ExecuteNonQueryAsync(stop);
    }

    private static string[] Read()
    {
        var assembly = Assembly.GetExecutingAssembly();
        var names = assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToArray();
        return [.. names.Select((name, index) =>
        {
            if (!name.StartsWith(string.Create(CultureInfo.InvariantCulture, $"{Folder}{index + 1:0000}-"), StringComparison.Ordinal))
                throw new InvalidOperationException($"{name}: migrations are numbered from 0001 without gaps");
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            return reader.ReadToEnd();
        })];
    }
}
