using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ActorFingerprint.Integration.Tests.Servers;
using ActorFingerprint.Persistence.PostgreSql;
using ActorFingerprint.Persistence.Projections;
using ActorFingerprint.Persistence.Store;
using Npgsql;
using Xunit;

namespace ActorFingerprint.Tests.Persistence;

/// <summary>A place for one store in PostgreSQL, and a look behind its back; the namesake of the class over SQLite, for the specs linked here.</summary>
internal sealed partial class TestStore : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly NpgsqlDataSource _behind;

    private TestStore(PostgresOptions options)
    {
        Options = options;
        _behind = NpgsqlDataSource.Create($"{options.ConnectionString};Search Path={options.Schema};Maximum Pool Size=2");
    }

    /// <summary>What was overwritten may be in freed space and in the server's log.</summary>
    public static bool ErasesFiles => false;

    /// <summary>How to reach the store.</summary>
    public PostgresOptions Options { get; }

    /// <summary>The node's own folder; the pseudonym key is in it.</summary>
    public StoreFolder Folder => StoreFolder.Of(_folder.At("store"));

    /// <summary>Makes an empty database. Skips the test, visibly, where PostgreSQL is absent.</summary>
    public static async Task<TestStore> CreateAsync() => new(await SharedPostgres.Current.NewStoreAsync());

    /// <summary>Opens the store, and makes it the first time.</summary>
    public async Task<IEventStore> OpenAsync(int shards = 4, Action<ProjectionState>? projectionChanged = null) => await PostgresStore.OpenAsync(
        Options, new() { Folder = Folder.Path, Shards = shards, ProjectionChanged = projectionChanged }, TestContext.Current.CancellationToken);

    /// <summary>Changes the journal with SQL; what the specs say in SQLite's dialect is translated.</summary>
    public async Task SqlAsync(string sql)
    {
        await using var command = _behind.CreateCommand(AsBlob().Replace(sql, "convert_to('$1', 'UTF8')"));
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Rows of the journal's tables as text, values separated by <c>|</c>.</summary>
    public async Task<List<string>> RowsAsync(string sql)
    {
        var found = new List<string>();
        await using var command = _behind.CreateCommand(sql);
        await using var rows = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        while (await rows.ReadAsync(TestContext.Current.CancellationToken))
            found.Add(string.Join('|', Enumerable.Range(0, rows.FieldCount).Select(i => Text(rows.GetValue(i)))));
        return found;
    }

    /// <summary>Every row of the read side as text.</summary>
    public async Task<List<string>> ReadSideAsync()
    {
        var all = new List<string>();
        foreach (var table in await TablesAsync($"{Options.Schema}_read"))
            all.AddRange((await RowsAsync($"SELECT t::text FROM {table} t ORDER BY t::text COLLATE \"C\"")).Select(row => $"{table}: {row}"));
        return all;
    }

    /// <summary>The tables whose live rows hold a text, as text or as bytes. (What freed space holds is PostgreSQL's: docs/journal.md.)</summary>
    public async Task<List<string>> PlacesWithAsync(string text)
    {
        var found = new List<string>();
        foreach (var table in (await TablesAsync(Options.Schema)).Concat(await TablesAsync($"{Options.Schema}_read")))
        {
            await using var command = _behind.CreateCommand($"SELECT 1 FROM {table} t WHERE strpos(t::text, $1) > 0 OR strpos(t::text, $2) > 0 LIMIT 1");
            command.Parameters.Add(new() { Value = text });
            command.Parameters.Add(new() { Value = Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text)) });
            if (await command.ExecuteScalarAsync(TestContext.Current.CancellationToken) is not null) found.Add(table);
        }
        return found;
    }

    /// <summary>Closes the back door; the database goes with its server.</summary>
    public async ValueTask DisposeAsync()
    {
        await _behind.DisposeAsync();
        _folder.Dispose();
    }

    private Task<List<string>> TablesAsync(string schema) => RowsAsync(
        $"SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname = '{schema}' ORDER BY tablename COLLATE \"C\"");

    private static string Text(object value) => value switch
    {
        DBNull => "NULL",
        byte[] bytes => Convert.ToHexStringLower(bytes),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    [GeneratedRegex(@"CAST\('([^']*)' AS BLOB\)")]
    private static partial Regex AsBlob();
}
