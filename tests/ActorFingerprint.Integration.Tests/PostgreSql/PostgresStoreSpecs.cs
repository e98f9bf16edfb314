using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Persistence.Maintenance;
using ActorFingerprint.Persistence.PostgreSql;
using ActorFingerprint.Persistence.Store;
using ActorFingerprint.Tests.Persistence;
using Xunit;

namespace ActorFingerprint.Integration.Tests.PostgreSql;

/// <summary>What several processes do with one store.</summary>
public sealed class PostgresStoreSpecs : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private TestStore _place = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _place = await TestStore.CreateAsync();

    public async ValueTask DisposeAsync()
    {
        if (_place is not null) await _place.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Two_nodes_with_the_same_key_share_a_store()
    {
        await using var one = await OpenAsync("one");
        CopyKey("one", "two");
        await using var two = await OpenAsync("two");
        var heard = new TaskCompletionSource();
        two.Signals!.AppendedElsewhere += () => heard.TrySetResult();
        await new JournalScript(one.Journal, one.Pseudonyms).Seen(1, JournalScript.Start).CommitAsync(Stop);
        await heard.Task.WaitAsync(TimeSpan.FromSeconds(30), Stop);
        Assert.Equal(one.Pseudonyms.PersistenceIdOf(JournalScript.Key(1)), two.Pseudonyms.PersistenceIdOf(JournalScript.Key(1)));
        Assert.Single(await two.Journal.ReadAsync(0, 9, Stop));
    }

    [Fact]
    public async Task A_signal_comes_at_once_and_not_for_ones_own_commits()
    {
        var options = _place.Options with { PollInterval = TimeSpan.FromHours(1) };
        await using var one = await OpenAsync("one", options);
        CopyKey("one", "two");
        await using var two = await OpenAsync("two", options);
        var (own, others) = (0, new TaskCompletionSource());
        one.Signals!.AppendedElsewhere += () => Interlocked.Increment(ref own);
        two.Signals!.AppendedElsewhere += () => others.TrySetResult();
        await new JournalScript(one.Journal, one.Pseudonyms).Seen(1, JournalScript.Start).CommitAsync(Stop);
        await others.Task.WaitAsync(TimeSpan.FromSeconds(30), Stop);
        Assert.Equal(0, own);
    }

    [Fact]
    public async Task A_node_with_another_key_is_refused()
    {
        await using var one = await OpenAsync("one");
        PseudonymKeyFile.Write(Path.Combine(Directory.CreateDirectory(_folder.At("two")).FullName, "pseudonym.key"), new byte[32]);
        var refused = await Assert.ThrowsAsync<StoreException>(() => OpenAsync("two"));
        Assert.Contains("pseudonym.key: is not the key of the store; copy the file from a node", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_without_the_key_is_refused_and_makes_none()
    {
        await using var one = await OpenAsync("one");
        var refused = await Assert.ThrowsAsync<StoreException>(() => OpenAsync("two"));
        Assert.Contains("missing, and the store has a key already", refused.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.At("two")));
    }

    [Fact]
    public async Task Of_nodes_that_start_together_without_a_key_one_makes_it()
    {
        var started = await Task.WhenAll(Enumerable.Range(0, 4).Select(async n =>
        {
            try
            {
                await using var store = await OpenAsync($"node-{n}");
                return "started";
            }
            catch (StoreException refused)
            {
                return refused.Message;
            }
        }));
        Assert.Single(started, outcome => outcome == "started");
        Assert.All(started.Where(outcome => outcome != "started"), outcome => Assert.Contains("copy the file", outcome, StringComparison.Ordinal));
        Assert.Single(Directory.GetFiles(_folder.Path, "pseudonym.key", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task The_shard_count_is_fixed_when_the_store_is_made()
    {
        await using (await OpenAsync("one")) { }
        var store = new StoreOptions { Folder = _folder.At("one"), Shards = 8 };
        var refused = await Assert.ThrowsAsync<StoreException>(() => PostgresStore.OpenAsync(_place.Options, store, Stop));
        Assert.Contains("created with 4 shards, not 8", refused.Message, StringComparison.Ordinal);
        await using var again = await PostgresStore.OpenAsync(_place.Options, store with { Shards = null }, Stop);
        Assert.Equal(4, again.Shards);
    }

    [Fact]
    public async Task A_command_that_wants_the_store_to_itself_is_told_who_has_it()
    {
        await using (await OpenAsync("one"))
        {
            var refused = await Assert.ThrowsAsync<StoreException>(() => OpenAloneAsync("one"));
            Assert.Contains("open in 1 process on 127.0.0.1", refused.Message, StringComparison.Ordinal);
        }
        await using (await OpenAloneAsync("one"))
        {
            await Assert.ThrowsAsync<StoreException>(() => OpenAsync("one"));
            await Assert.ThrowsAsync<StoreException>(() => OpenAloneAsync("one"));
            await using var reader = await PostgresStore.OpenForReadingAsync(_place.Options, new() { Folder = _folder.At("one") }, Stop);
            Assert.Equal(0, await reader.HighestOrderingAsync(Stop));
        }
        await using var node = await OpenAsync("one");
    }

    [Fact]
    public async Task A_cleared_store_is_empty_and_can_be_made_again()
    {
        var store = await OpenAloneAsync("one");
        await new JournalScript(store.Journal, store.Pseudonyms).Seen(1, JournalScript.Start).CommitAsync(Stop);
        await store.Projections.CatchUpAsync(fromZero: false, null, Stop);
        await store.ClearAsync(Stop);
        Assert.Empty(await _place.RowsAsync("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'actorfp%'"));
        await using var again = await OpenAsync("one");
        Assert.Equal(0, await again.HighestOrderingAsync(Stop));
    }

    [Fact]
    public async Task A_database_restored_into_another_cluster_is_read_to_its_end()
    {
        await using (var store = await OpenAsync("one"))
            await new JournalScript(store.Journal, store.Pseudonyms).Seen(1, JournalScript.Start).Seen(2, JournalScript.Start).CommitAsync(Stop);

        // As after pg_dump and restore: rows with transaction numbers that are still to come, from a cluster with another identifier.
        await _place.SqlAsync("UPDATE journal SET xid = '9000000000'");
        await _place.SqlAsync("UPDATE meta SET value = '1' WHERE key = 'cluster'");
        await using var restored = await OpenAsync("one");
        Assert.Equal(2, await restored.HighestOrderingAsync(Stop));
        await new JournalScript(restored.Journal, restored.Pseudonyms).Seen(3, JournalScript.Start).CommitAsync(Stop);
        Assert.Equal(3, (await restored.Journal.ReadAsync(0, 9, Stop)).Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Export_and_import_between_sqlite_and_postgresql_keep_bytes_and_order(bool intoPostgres)
    {
        await using var sqlite = await SqliteStore.OpenAsync(new() { Folder = _folder.At("sqlite"), Shards = 4 });
        await using var postgres = await OpenAsync("postgres");
        var (from, to) = intoPostgres ? ((IEventStore)sqlite, (IEventStore)postgres) : (postgres, sqlite);
        var count = 7;
        await new JournalScript(from.Journal, from.Pseudonyms)
            .Seen(1, JournalScript.Start).Ja4(1, JournalScript.Start, 1, "t13d").Count(1, 3, JournalScript.Start, JournalScript.Start + 5).CommitAsync(Stop);
        await from.Journal.WriteAsync(
            [
                new(null,
                [
                    new("odd", 1, "test.v1", "not json"u8.ToArray()), new("odd", 2, "test.v1", " {\n}"u8.ToArray(), "tag"),
                    new("odd", 3, "test.v1", Array.Empty<byte>()), new("ödd", 1, "test.v1", "{\"a\" : 1.50e1, \"b\":\"\\u00e9é\"}"u8.ToArray()),
                ], []),
            ], Stop);
        using var exported = new MemoryStream();
        Assert.Equal(count, await JournalTransfer.ExportAsync(from.Journal, exported, 0, Stop));
        exported.Position = 0;
        Assert.Equal(count, await JournalTransfer.ImportAsync(to, exported, Stop));

        const string Events = """
            SELECT ordering, persistence_id, sequence_number, created, manifest, message, writer_uuid, tags, identifier, crc32c FROM journal
            ORDER BY ordering
            """;
        foreach (var rows in (string[])[Events, "SELECT ordering_id, tag, persistence_id, sequence_nr FROM tags ORDER BY tag, ordering_id"])
            Assert.Equal(DatabaseDump.Rows(sqlite.Folder.Journal, rows), await _place.RowsAsync(rows));
        Assert.Empty(await to.VerifyAsync(Stop));
        using var again = new MemoryStream();
        await JournalTransfer.ExportAsync(to.Journal, again, 0, Stop);
        Assert.Equal(exported.ToArray(), again.ToArray());
        await to.Journal.WriteAsync([new(null, [new("odd", 4, "test.v1", "{}"u8.ToArray())], [])], Stop);
        Assert.Equal(8, Assert.Single(await to.Journal.ReadAsync(count, 100, Stop)).Ordering);
    }

    private Task<PostgresStore> OpenAsync(string folder, PostgresOptions? options = null) =>
        PostgresStore.OpenAsync(options ?? _place.Options, new() { Folder = _folder.At(folder), Shards = 4 }, Stop);

    private Task<PostgresStore> OpenAloneAsync(string folder) =>
        PostgresStore.OpenAloneAsync(_place.Options, new() { Folder = _folder.At(folder) }, Stop);

    private void CopyKey(string from, string to)
    {
        Directory.CreateDirectory(_folder.At(to));
        File.Copy(Path.Combine(_folder.At(from), "pseudonym.key"), Path.Combine(_folder.At(to), "pseudonym.key"));
    }
}
