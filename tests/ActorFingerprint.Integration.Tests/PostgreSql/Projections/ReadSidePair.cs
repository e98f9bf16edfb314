using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Integration.Tests.Servers;
using ActorFingerprint.Persistence.PostgreSql;
using ActorFingerprint.Persistence.PostgreSql.Projections;
using ActorFingerprint.Persistence.Projections;
using ActorFingerprint.Persistence.Store;
using ActorFingerprint.Tests.Persistence;
using Npgsql;

namespace ActorFingerprint.Integration.Tests.PostgreSql.Projections;

/// <summary>A store in SQLite and one in PostgreSQL that hear the same: same key, same orderings.</summary>
internal sealed class ReadSidePair : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;

    private ReadSidePair(TemporaryFolder folder, SqliteStore sqlite, PostgresOptions options, PostgresDatabase database)
    {
        (_folder, Sqlite, Options, Database) = (folder, sqlite, options, database);
        Journal = new(database, "writer-1", 0, TimeProvider.System);
        Postgres = OpenReadSide();
        (SqliteScript, PostgresScript) = (new(sqlite.Journal, sqlite.Pseudonyms), new(Journal, sqlite.Pseudonyms));
    }

    public SqliteStore Sqlite { get; }

    public PostgresOptions Options { get; }

    public PostgresDatabase Database { get; }

    public PostgresJournal Journal { get; }

    public PostgresReadSide Postgres { get; }

    public JournalScript SqliteScript { get; }

    public JournalScript PostgresScript { get; }

    public static async Task<ReadSidePair> CreateAsync(PostgresOptions options, CancellationToken stop)
    {
        var folder = new TemporaryFolder();
        var database = new PostgresDatabase(options);
        await PostgresMigrations.ApplyAsync(database, stop);
        return new(folder, await SqliteStore.OpenAsync(new() { Folder = folder.At("store"), Shards = 4 }), options, database);
    }

    /// <summary>Another process on the same store, as far as the read side can tell.</summary>
    public PostgresReadSide OpenReadSide(IJournalSignals? signals = null, Action<ProjectionState>? changed = null) =>
        new(Options, Journal, signals, Sqlite.Pseudonyms, TimeProvider.System, changed);

    /// <summary>Waits until all that is committed can be read (transactions of other tests hold it back), and gives the highest ordering.</summary>
    public async Task<long> SettledAsync(CancellationToken stop)
    {
        await using var command = Database.DataSource.CreateCommand("SELECT coalesce(max(ordering), 0) FROM journal");
        var end = (long)(await command.ExecuteScalarAsync(stop))!;
        while (await Journal.HighestOrderingAsync(stop) < end) await Task.Yield();
        return end;
    }

    /// <summary>Brings the read side in PostgreSQL up to all that is committed.</summary>
    public async Task<long> CatchUpAsync(CancellationToken stop)
    {
        var end = await SettledAsync(stop);
        while (await Postgres.Projections.CatchUpAsync(fromZero: false, null, stop) < end) { }
        return end;
    }

    /// <summary>Every row of the read side in PostgreSQL as text, as <see cref="DatabaseDump"/> writes those of SQLite.</summary>
    public async Task<List<string>> PostgresRowsAsync(CancellationToken stop)
    {
        var rows = new List<string>();
        await using var connection = await Database.DataSource.OpenConnectionAsync(stop);
        var tables = await RowsAsync(connection, $"SELECT tablename FROM pg_tables WHERE schemaname = '{Options.Schema}_read' ORDER BY tablename COLLATE \"C\"", stop);
        foreach (var table in tables.Where(table => table != "projection_version"))
            rows.AddRange((await RowsAsync(connection, $"SELECT * FROM {Options.Schema}_read.{table} ORDER BY 1, 2", stop)).Select(row => $"{table}: {row}"));
        return rows;
    }

    public List<string> SqliteRows() => DatabaseDump.Of(Sqlite.Folder.Projections);

    public async ValueTask DisposeAsync()
    {
        await Postgres.DisposeAsync();
        await Journal.DisposeAsync();
        await Database.DisposeAsync();
        await Sqlite.DisposeAsync();
        _folder.Dispose();
    }

    private static async Task<List<string>> RowsAsync(NpgsqlConnection connection, string sql, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(stop);
        var rows = new List<string>();
        while (await reader.ReadAsync(stop))
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => DatabaseDump.Text(reader.GetValue(i)))));
        return rows;
    }
}
