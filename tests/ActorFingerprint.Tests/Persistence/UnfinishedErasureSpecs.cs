using ActorFingerprint.Persistence.Projections;
using Microsoft.Data.Sqlite;
using Xunit;

namespace ActorFingerprint.Tests.Persistence;

/// <summary>Files of an erasure whose process died before it had written them anew: whoever opens them next for writing does.</summary>
public sealed class UnfinishedErasureSpecs : StoreSpec
{
    private const string Needle = "secret.example.org";
    private const string Noted = "SELECT 1 FROM meta WHERE key = 'holds_erased'";

    [Fact]
    public async Task Old_bytes_that_a_dead_process_left_go_when_the_files_are_opened_again()
    {
        await WriteAsync();
        await Store.DisposeAsync();
        Change(Place.Folder.Journal, "UPDATE journal SET message = x'7b7d'", "INSERT INTO meta VALUES ('holds_erased', '1')");
        Change(
            Place.Folder.Projections,
            [.. ProjectionSchema.Names.Where(name => name != "projection_offset").Select(name => $"DELETE FROM {name}"), "PRAGMA application_id = 1"]);
        Assert.Equal(2, (await Place.PlacesWithAsync(Needle)).Count);

        await using var store = await Place.OpenAsync();
        Assert.Equal(["projections.db"], await Place.PlacesWithAsync(Needle));
        await store.Projections.CatchUpAsync(false, null, Stop);
        Assert.Empty(await Place.PlacesWithAsync(Needle));
        Assert.Empty(await Place.RowsAsync(Noted));
        Assert.Equal(["0"], DatabaseDump.Rows(Place.Folder.Projections, "PRAGMA application_id"));
    }

    [Fact]
    public async Task An_erasure_notes_in_both_files_what_is_still_to_do_until_it_is_done()
    {
        await WriteAsync();
        using (Reader(Place.Folder.Journal, "SELECT count(*) FROM journal"))
        using (Reader(Place.Folder.Projections, "SELECT count(*) FROM devices"))
        {
            var reply = await WithEngineAsync(engine => engine.EraseAsync(JournalScript.Key(1), T0 + 9, Stop));
            Assert.Equal((true, false), (reply.Found, reply.OldBytesAreGone));
            Assert.Equal(["1"], await Place.RowsAsync(Noted));
            Assert.Equal(["1"], DatabaseDump.Rows(Place.Folder.Projections, "PRAGMA application_id"));
        }
        await Script.Seen(9, T0 + 9).CommitAsync(Stop);
        await CatchUpAsync();
        Assert.Empty(await Place.RowsAsync(Noted));
        Assert.Equal(["0"], DatabaseDump.Rows(Place.Folder.Projections, "PRAGMA application_id"));
        Assert.Empty(await Place.PlacesWithAsync(Needle));
    }

    private async Task WriteAsync()
    {
        await Script.Seen(1, T0).Ja4(1, T0, 1, "t13d", Needle).Count(1, 3, T0, T0).CommitAsync(Stop, (int)(JournalScript.Key(1).StableHash() % 4));
        await CatchUpAsync();
    }

    /// <summary>As a process does that dies before the space of old rows is overwritten.</summary>
    private static void Change(string file, params string[] statements)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        foreach (var sql in (string[])["PRAGMA secure_delete = OFF", .. statements]) Run(connection, sql);
    }

    /// <summary>Keeps an old state of a file alive.</summary>
    private static SqliteConnection Reader(string file, string query)
    {
        var connection = new SqliteConnection($"Data Source={file};Mode=ReadOnly;Pooling=False");
        connection.Open();
        Run(connection, "BEGIN");
        DatabaseDump.Rows(connection, query);
        return connection;
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
