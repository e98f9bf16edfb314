using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Persistence.Maintenance;
using ActorFingerprint.Persistence.Sqlite;
using ActorFingerprint.Persistence.Store;
using ActorFingerprint.Tests.Journal;
using Microsoft.Data.Sqlite;
using Xunit;

namespace ActorFingerprint.Tests.Persistence;

public sealed class SqliteJournalSpecs : JournalSpec
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _warnings = [];

    protected override Task<IJournal> OpenAsync() => Task.FromResult<IJournal>(Open());

    protected override Task CorruptEventAsync(string persistenceId, long sequenceNumber)
    {
        Sql($"""
            UPDATE journal SET message = CAST('T' || substr(message, 2) AS BLOB)
            WHERE persistence_id = '{persistenceId}' AND sequence_number = {sequenceNumber}
            """);
        return Task.CompletedTask;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task What_was_written_is_there_after_opening_again()
    {
        await Journal.WriteAsync([new(null, [Event("a", 1, "kept")], [Snapshot("a", 1, "s")])], Stop);
        var epoch = await Journal.ClaimShardAsync("device", 1, "one", Stop);
        await Journal.DisposeAsync();
        await using var again = Open();
        Assert.Equal("kept", Text(Assert.Single(await again.ReadAsync(0, 10, Stop))));
        Assert.Equal(1, (await again.LoadAsync("a", Stop))!.SequenceNumber);
        Assert.Equal(epoch + 1, await again.ClaimShardAsync("device", 1, "two", Stop));
    }

    [Fact]
    public async Task A_second_writer_is_told_which_process_has_the_store()
    {
        var refused = Assert.Throws<StoreException>(() => Open());
        Assert.Contains($"process {Environment.ProcessId} writes to this store", refused.Message, StringComparison.Ordinal);
        await Journal.DisposeAsync();
        await Open().DisposeAsync();
    }

    [Fact]
    public async Task A_reader_opens_beside_the_writer_and_cannot_write()
    {
        await WriteAsync(Event("a", 1));
        await using var reader = SqliteJournal.OpenForReading(new() { Folder = _folder.Path });
        Assert.Single(await reader.ReadAsync(0, 10, Stop));
        await WriteAsync(Event("a", 2));
        Assert.Equal(2, await reader.HighestSequenceNumberAsync("a", Stop));
        await Assert.ThrowsAsync<StoreException>(() => reader.WriteAsync([], Stop));
    }

    [Fact]
    public async Task The_shard_count_is_fixed_when_the_store_is_made()
    {
        Assert.Equal(StoreOptions.DefaultShards, ((SqliteJournal)Journal).Shards);
        await Journal.DisposeAsync();
        var refused = Assert.Throws<StoreException>(() => SqliteJournal.Open(new() { Folder = _folder.Path, Shards = 8 }));
        Assert.Contains("created with 64 shards, not 8", refused.Message, StringComparison.Ordinal);
        await Open().DisposeAsync();
    }

    [Fact]
    public async Task A_store_of_a_newer_version_is_left_alone()
    {
        await Journal.DisposeAsync();
        Sql("UPDATE meta SET value = '99' WHERE key = 'schema_version'");
        Assert.Contains("schema 99", Assert.Throws<StoreException>(() => Open()).Message, StringComparison.Ordinal);
        Assert.Throws<StoreException>(() => SqliteJournal.OpenForReading(new() { Folder = _folder.Path }));
    }

    [Fact]
    public async Task A_snapshot_that_lost_its_checksum_is_skipped_and_reported()
    {
        await Journal.WriteAsync([new(null, [Event("a", 1)], [Snapshot("a", 1, "s")])], Stop);
        Sql("UPDATE snapshot SET snapshot = CAST('t' AS BLOB)");
        Assert.Null(await Snapshots.LoadAsync("a", Stop));
        Assert.Contains("the snapshot of a at 1 does not match its checksum", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_are_readable_by_their_owner_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "file modes are a Unix matter");
        if (OperatingSystem.IsWindows()) return;
        var inner = _folder.At("store");
        await using var journal = SqliteJournal.Open(new() { Folder = inner });
        await journal.WriteAsync([new(null, [Event("a", 1)], [])], Stop);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(inner));
        foreach (var file in Directory.GetFiles(inner))
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Contains(Path.Combine(inner, "journal.db-wal"), Directory.GetFiles(inner));
    }

    [Fact]
    public void A_folder_without_a_journal_is_named() => Assert.Contains(
        "no journal here", Assert.Throws<StoreException>(
            () => SqliteVerification.Of(StoreFolder.Of(_folder.At("none")), Stop)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Tags_are_rows_of_their_own()
    {
        await WriteAsync(Event("a", 1, tag: "device"), Event("a", 2));
        Assert.Equal(1, Count(
            "SELECT count(*) FROM tags t JOIN journal j ON j.ordering = t.ordering_id WHERE t.tag = 'device' AND j.sequence_number = 1"));
        Assert.Equal(1, Count("SELECT count(*) FROM tags"));
    }

    [Fact]
    public async Task Recovery_uses_the_index_and_never_scans()
    {
        await WriteAsync(Event("a", 1));
        using var connection = new SqliteConnection($"Data Source={_folder.At("journal.db")};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var plan = connection.CreateCommand();
        plan.CommandText = """
            EXPLAIN QUERY PLAN SELECT message FROM journal WHERE persistence_id = 'a' AND sequence_number >= 1
            ORDER BY sequence_number LIMIT 9
            """;
        using var rows = plan.ExecuteReader();
        Assert.True(rows.Read());
        Assert.Contains("USING INDEX journal_uq", rows.GetString(3), StringComparison.Ordinal);
        Assert.False(rows.Read());
    }

    private SqliteJournal Open() => SqliteJournal.Open(new() { Folder = _folder.Path, Warn = _warnings.Add });

    private void Sql(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={_folder.At("journal.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private long Count(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={_folder.At("journal.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }
}
