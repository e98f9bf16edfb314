using System.Globalization;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Persistence.Projections;
using Npgsql;

namespace ActorFingerprint.Persistence.PostgreSql.Projections;

/// <summary>
/// Projections beside a journal in PostgreSQL: readers see the schema <c>NAME_read</c>; a build goes into <c>NAME_read_next</c>, which takes that
/// name in one transaction when it is done. So nobody sees half a build, questions under way end on the tables where they began, and a
/// node that follows the journal finds the new offset at its next page.
/// </summary>
internal sealed class PostgresProjectionSide : IProjectionSide, IAsyncDisposable
{
    private readonly PostgresDatabase _next;
    private readonly PostgresVacuum _vacuum;
    private readonly string _old, _lock, _build;

    /// <summary>Uses the schemas beside that of a store.</summary>
    public PostgresProjectionSide(PostgresOptions store, TimeProvider time)
    {
        store = store with { ConnectionString = Hasty(store.ConnectionString) };
        Shown = new(store with { Schema = store.Schema + "_read" }, time);
        _next = new(store with { Schema = Shown.Schema + "_next", PoolSize = Math.Max(store.PoolSize, ProjectionPartition.MaxParts + 2) }, time);
        _vacuum = new(Shown, [.. ProjectionSchema.Names]);
        _old = Shown.Schema + "_old";
        _lock = $"SELECT pg_advisory_xact_lock(hashtextextended('actorfp projections of schema {store.Schema}', 0))";
        _build = $"(hashtextextended('actorfp build of projections of schema {store.Schema}', 0))";
    }

    /// <summary>What readers see.</summary>
    public PostgresDatabase Shown { get; }

    /// <inheritdoc/>
    public string Place => Shown.Where;

    /// <inheritdoc/>
    public Task<long?> OffsetAsync(CancellationToken stop) => FindAsync(
        Shown,
        $"""
        SELECT o.ordering FROM projection_version v JOIN projection_offset o ON o.name = '{ProjectionPartition.Whole.Name}'
        WHERE v.version = {ProjectionSchema.Version}
        """,
        row => row.GetInt64(0),
        stop);

    /// <inheritdoc/>
    public Task<DatabaseWorkers<ProjectionSession>> OpenAsync(CancellationToken stop) => OpenAsync(Shown, ProjectionPartition.Whole, stop);

    /// <summary>Holds a lock of the server for as long as the connection lives. What a build writes is safe without it: see its offsets.</summary>
    public async Task<IAsyncDisposable> AloneAsync(CancellationToken stop)
    {
        var connection = await OpenAsync(Shown, stop);
        try
        {
            await using var command = new NpgsqlCommand("SELECT pg_advisory_lock" + _build, connection) { CommandTimeout = 0 };
            await command.ExecuteNonQueryAsync(stop);
            return new Lock(connection, "SELECT pg_advisory_unlock" + _build);
        }
        catch (Exception error)
        {
            await connection.DisposeAsync();
            stop.ThrowIfCancellationRequested();
            if (Explain(Shown, error) is { } explained) throw explained;
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<ProjectionBuild?> UnfinishedAsync(CancellationToken stop)
    {
        var found = await FindAsync(
            _next,
            $"SELECT b.parts, b.target FROM projection_build b JOIN projection_version v ON v.version = {ProjectionSchema.Version}",
            row => (Parts: row.GetInt64(0), Target: row.GetInt64(1)),
            stop);
        return found is var (parts, target) ? new((int)parts, target) : null;
    }

    /// <inheritdoc/>
    public Task BeginAsync(ProjectionBuild build, CancellationToken stop) => ExecuteAsync(
        [
            _lock,
            $"DROP SCHEMA IF EXISTS {_old} CASCADE",
            $"DROP SCHEMA IF EXISTS {_next.Schema} CASCADE",
            $"CREATE SCHEMA {_next.Schema}",
            ProjectionSql.TablesForPostgres(ProjectionSchema.Tables),
            ProjectionSql.TablesForPostgres(ProjectionSchema.BuildTable),
            .. ProjectionSchema.Updated.Select(table => $"ALTER TABLE {table} SET (fillfactor = 80)"),
            "CREATE TABLE projection_version(version bigint NOT NULL)",
            $"INSERT INTO projection_version VALUES ({ProjectionSchema.Version})",
            string.Create(CultureInfo.InvariantCulture, $"INSERT INTO projection_build VALUES ({build.Parts}, {build.Target})"),
            .. ProjectionPartition.Split(build.Parts).Select(part => ProjectionSchema.FirstOffset(part.Name)),
        ],
        stop);

    /// <inheritdoc/>
    public Task<DatabaseWorkers<ProjectionSession>> OpenAsync(ProjectionBuild build, ProjectionPartition part, CancellationToken stop) =>
        OpenAsync(_next, part, stop);

    /// <inheritdoc/>
    public async Task ShowAsync(ProjectionBuild build, CancellationToken stop)
    {
        await ExecuteAsync([.. ProjectionSchema.Names.Select(table => $"ANALYZE {table}")], stop);
        await ExecuteAsync(
            [
                _lock,
                .. ProjectionSchema.Join(build),
                $"""
                DO $$ BEGIN
                    IF to_regnamespace('{Shown.Schema}') IS NOT NULL THEN ALTER SCHEMA {Shown.Schema} RENAME TO {_old}; END IF;
                END $$
                """,
                $"ALTER SCHEMA {_next.Schema} RENAME TO {Shown.Schema}",
            ],
            stop);
        await ExecuteAsync([$"DROP SCHEMA IF EXISTS {_old} CASCADE"], stop);
    }

    /// <summary>Removes all of it.</summary>
    public Task ClearAsync(CancellationToken stop) => ExecuteAsync(
        [_lock, .. ((string[])[Shown.Schema, _next.Schema, _old]).Select(schema => $"DROP SCHEMA IF EXISTS {schema} CASCADE")], stop);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _vacuum.DisposeAsync();
        await _next.DisposeAsync();
        await Shown.DisposeAsync();
    }

    /// <summary>The journal's error for one of Npgsql's; tables that are not there are being built anew.</summary>
    public static Exception? Explain(PostgresDatabase database, Exception error) => error switch
    {
        PostgresException { SqlState: PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.InvalidSchemaName } =>
            new JournalUnavailableException(
                $"{database.Where}: the read side is not built, or by another version; it is built by the node that keeps it up, or by "
                + "`actorfp journal replay --rebuild`", error),
        _ => database.Explain(error) is var explained && ReferenceEquals(explained, error) ? null : explained,
    };

    /// <summary>
    /// Commits need not wait for the server's disk: what a crash of the server takes, rows with their offset, comes from the journal again.
    /// </summary>
    private static string Hasty(string connectionString)
    {
        var parts = new NpgsqlConnectionStringBuilder(connectionString);
        parts.Options = $"{parts.Options} -c synchronous_commit=off".TrimStart();
        return parts.ConnectionString;
    }

    private async Task<DatabaseWorkers<ProjectionSession>> OpenAsync(PostgresDatabase database, ProjectionPartition part, CancellationToken stop)
    {
        var session = new ProjectionSession(new PostgresProjectionDatabase(await OpenAsync(database, stop), database.Where, _vacuum.Request), part);
        return new("projections " + part.Name, error => Explain(database, error), [session]);
    }

    private static async Task<NpgsqlConnection> OpenAsync(PostgresDatabase database, CancellationToken stop)
    {
        try
        {
            return await database.DataSource.OpenConnectionAsync(stop);
        }
        catch (Exception error) when (Explain(database, error) is { } explained)
        {
            stop.ThrowIfCancellationRequested();
            throw explained;
        }
    }

    private sealed class Lock(NpgsqlConnection connection, string unlock) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            try
            {
                await using var command = new NpgsqlCommand(unlock, connection);
                await command.ExecuteNonQueryAsync();
            }
            catch (NpgsqlException)
            {
                // The session is gone, and the lock with it.
            }
            await connection.DisposeAsync();
        }
    }

    /// <summary>What the first row of a question says; null without a row or without its tables.</summary>
    private static async Task<T?> FindAsync<T>(PostgresDatabase database, string sql, Func<NpgsqlDataReader, T> read, CancellationToken stop)
        where T : struct
    {
        try
        {
            return await database.RunAsync(
                async (connection, stop) =>
                {
                    await using var command = new NpgsqlCommand(sql, connection);
                    await using var rows = await command.ExecuteReaderAsync(stop);
                    return await rows.ReadAsync(stop) ? read(rows) : (T?)null;
                },
                stop);
        }
        catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
        {
            return null;
        }
    }

    /// <summary>Does all of it in one transaction, in the schema of the build.</summary>
    private async Task ExecuteAsync(IReadOnlyList<string> statements, CancellationToken stop)
    {
        try
        {
            await _next.TransactAsync(
                async (connection, stop) =>
                {
                    foreach (var sql in statements)
                    {
                        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 }; // may wait for readers
                        await command.ExecuteNonQueryAsync(stop);
                    }
                    return true;
                },
                stop);
        }
        catch (PostgresException error) when (Explain(_next, error) is { } explained)
        {
            throw explained;
        }
    }
}
