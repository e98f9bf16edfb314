using System.Diagnostics;
using ActorFingerprint.Integration.Tests.Servers;
using ActorFingerprint.Persistence.PostgreSql;
using ActorFingerprint.Persistence.Store;
using ActorFingerprint.Tests.Persistence;
using ActorFingerprint.Tools.JournalGenerator;
using Xunit;

namespace ActorFingerprint.Integration.Tests;

/// <summary><c>actorfp journal replay --rebuild</c> as a process of its own, killed in the middle and started again, in both databases.</summary>
public sealed class ReplayAtScaleSpecs(SharedPostgres shared)
{
    private const int Events = 60_000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_same_seed_gives_the_same_journal_and_read_side_in_both_databases()
    {
        using var folder = new TemporaryFolder();
        var (database, sqlite, postgres) = (await shared.NewStoreAsync(), folder.At("sqlite"), folder.At("postgres"));
        await GenerateAsync(await SqliteStore.OpenAsync(new() { Folder = sqlite }));
        Directory.CreateDirectory(postgres);
        File.Copy(Path.Combine(sqlite, "pseudonym.key"), Path.Combine(postgres, "pseudonym.key"));
        await GenerateAsync(await PostgresStore.OpenAloneAsync(database, new() { Folder = postgres }, Stop));
        Assert.Equal(ReadSideDigest.OfSqlite(Path.Combine(sqlite, "projections.db")), ReadSideDigest.OfPostgres(database));
    }

    [Fact]
    public async Task A_rebuild_in_SQLite_that_is_killed_goes_on_and_ends_with_the_rows_of_one_that_was_not()
    {
        using var folder = new TemporaryFolder();
        await GenerateAsync(await SqliteStore.OpenAsync(new() { Folder = folder.At("store") }));
        var projections = folder.At("store/projections.db");
        var whole = ReadSideDigest.OfSqlite(projections);
        var said = await KillAndGoOnAsync(["--folder", folder.At("store")], () => SqliteOffsets(projections));
        Assert.Contains("went on with the rebuild that was cut off at", said, StringComparison.Ordinal);
        Assert.Equal(whole, ReadSideDigest.OfSqlite(projections));
    }

    [Fact]
    public async Task A_rebuild_in_PostgreSQL_that_is_killed_goes_on_and_nobody_sees_it_before_it_is_done()
    {
        using var folder = new TemporaryFolder();
        var database = await shared.NewStoreAsync();
        await GenerateAsync(await PostgresStore.OpenAloneAsync(database, new() { Folder = folder.At("node") }, Stop));
        var whole = ReadSideDigest.OfPostgres(database);
        var parts = new Npgsql.NpgsqlConnectionStringBuilder(database.ConnectionString);
        string[] place =
        [
            "--folder", folder.At("node"), "--set", "journal.plugin=postgresql", "--set", $"postgresql.port={parts.Port}",
            "--set", $"postgresql.database={parts.Database}", "--set", $"postgresql.username={parts.Username}",
        ];
        await using var connection = new Npgsql.NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync(Stop);
        var said = await KillAndGoOnAsync(place, () => PostgresOffsets(connection, database.Schema), () => Assert.Equal(whole, ReadSideDigest.OfPostgres(database)));
        Assert.Contains("went on with the rebuild that was cut off at", said, StringComparison.Ordinal);
        Assert.Equal(whole, ReadSideDigest.OfPostgres(database));
    }

    private static async Task GenerateAsync(IEventStore store)
    {
        await using (store)
        {
            var written = await new GeneratedJournal(new(7, 1500, Events, store.Shards, 3), store.Pseudonyms).WriteAsync(store.Journal, null, Stop);
            while (await store.Projections.CatchUpAsync(fromZero: false, null, Stop) < written) await Task.Yield(); // until it can be read
        }
    }

    /// <summary>Kills a rebuild once every part has written something, and lets another one finish it; gives what that one said.</summary>
    private static async Task<string> KillAndGoOnAsync(string[] place, Func<List<long>> offsets, Action? killed = null)
    {
        using (var first = Start(["journal", "replay", "--rebuild", "--restart", "--workers", "2", .. place]))
        {
            while (!first.HasExited && offsets() is not [> 0, > 0]) await Task.Delay(2, Stop);
            if (first.HasExited) Assert.Fail("it ended before it was killed: " + await first.StandardError.ReadToEndAsync(Stop));
            first.Kill();
            await first.WaitForExitAsync(Stop);
        }
        killed?.Invoke();
        using var second = Start(["journal", "replay", "--rebuild", .. place]);
        var said = await second.StandardError.ReadToEndAsync(Stop);
        await second.WaitForExitAsync(Stop);
        Assert.True(second.ExitCode == 0, said);
        return said;
    }

    private static Process Start(string[] arguments) => Process.Start(
        new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "actorfp.dll"), .. arguments])
        {
            RedirectStandardError = true,
            Environment = { ["ACTORFP_POSTGRESQL__PASSWORD"] = PostgresServer.Password },
        })!;

    private static List<long> SqliteOffsets(string file)
    {
        try
        {
            return [.. DatabaseDump.Rows(file, "SELECT ordering FROM projection_offset WHERE name <> 'devices'").Select(long.Parse)];
        }
        catch (Microsoft.Data.Sqlite.SqliteException)
        {
            return []; // it is just being begun
        }
    }

    private static List<long> PostgresOffsets(Npgsql.NpgsqlConnection connection, string schema)
    {
        try
        {
            using var command = new Npgsql.NpgsqlCommand($"SELECT ordering FROM {schema}_read_next.projection_offset", connection);
            using var rows = command.ExecuteReader();
            var offsets = new List<long>();
            while (rows.Read()) offsets.Add(rows.GetInt64(0));
            return offsets;
        }
        catch (Npgsql.PostgresException)
        {
            return []; // it is just being begun
        }
    }
}
