using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Integration.Tests.Servers;
using ActorFingerprint.Persistence.PostgreSql;
using ActorFingerprint.Tests.Journal;
using Npgsql;
using Xunit;

namespace ActorFingerprint.Integration.Tests.PostgreSql;

public sealed class PostgresJournalSpecs(SharedPostgres shared) : JournalSpec
{
    private readonly List<string> _warnings = [];
    private PostgresDatabase _database = null!;

    protected override async Task<IJournal> OpenAsync()
    {
        _database = new(await shared.NewStoreAsync());
        await PostgresMigrations.ApplyAsync(_database, Stop);
        return Open("writer-1");
    }

    protected override async Task CorruptEventAsync(string persistenceId, long sequenceNumber) => await SqlAsync(
        $"UPDATE journal SET message = set_byte(message, 0, 84) WHERE persistence_id = '{persistenceId}' AND sequence_number = {sequenceNumber}");

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task A_commit_that_comes_late_is_never_passed_over()
    {
        await WriteAsync(Event("a", 1));
        await using var late = await BeginAppendAsync("late", 1);
        await WriteAsync(Event("a", 2));
        await WriteAsync(Event("b", 1));

        // What was appended behind the open transaction is committed, and waits for it all the same; recovery does not.
        var first = await Journal.ReadAsync(0, 10, Stop);
        Assert.Equal(["a1"], first.Select(Name));
        Assert.Equal(2, await Journal.HighestSequenceNumberAsync("a", Stop));
        var next = Journal.ReadAsync(first[^1].Ordering, 10, Stop);
        Assert.NotSame(next, await Task.WhenAny(next, Task.Delay(200, Stop)));
        await late.Transaction.CommitAsync(Stop);
        Assert.Equal(["late1", "a2", "b1"], (await next).Select(Name));
    }

    [Fact]
    public async Task A_transaction_that_is_taken_back_leaves_a_gap_and_nothing_else()
    {
        await using var late = await BeginAppendAsync("late", 1);
        await WriteAsync(Event("a", 1));
        var reading = Journal.ReadAsync(0, 10, Stop);
        await late.Transaction.RollbackAsync(Stop);
        Assert.Equal(["a1"], (await reading).Select(Name));
    }

    [Fact]
    public async Task A_transaction_that_does_not_end_is_named_instead_of_an_end_of_the_journal()
    {
        await using var hasty = new PostgresDatabase(await shared.NewStoreAsync() with { ReadPatience = TimeSpan.FromMilliseconds(50) });
        await PostgresMigrations.ApplyAsync(hasty, Stop);
        await using var journal = new PostgresJournal(hasty, "writer-1", 0, TimeProvider.System);
        await using var late = await BeginAppendAsync("late", 1); // in another database of the server
        await journal.WriteAsync([new(null, [Event("a", 1)], [])], Stop);
        var refused = await Assert.ThrowsAsync<JournalUnavailableException>(() => journal.ReadAsync(0, 10, Stop));
        Assert.Contains("wait for a transaction that does not end", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Orderings_rise_with_transaction_numbers_whoever_writes()
    {
        await using var other = Open("writer-2");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async writer =>
        {
            var journal = writer % 2 == 0 ? Journal : other;
            for (var n = 1; n <= 25; n++)
                await journal.WriteAsync([new(null, [Event($"w{writer}", n), Event($"v{writer}", n)], [])], Stop);
        }));
        Assert.Equal(0L, await SqlAsync("""
            SELECT count(*) FROM (SELECT xid, lag(xid) OVER (ORDER BY ordering) AS before FROM journal) j WHERE j.before > j.xid
            """));
        Assert.Equal(400L, await SqlAsync("SELECT count(*) FROM journal"));
        Assert.Equal(400, (await Journal.ReadAsync(0, 1000, Stop)).Count);
    }

    [Fact]
    public async Task A_reader_that_follows_eight_writers_misses_nothing_and_sees_nothing_twice()
    {
        const int Writers = 8, Each = 40;
        var writing = Task.WhenAll(Enumerable.Range(0, Writers).Select(async writer =>
        {
            for (var n = 1; n <= Each; n++) await WriteAsync(Event($"w{writer}", n));
        }));
        var (seen, after) = (new List<string>(), 0L);
        while (true)
        {
            var isDone = writing.IsCompleted;
            while (await Journal.ReadAsync(after, 7, Stop) is { Count: > 0 } page)
            {
                seen.AddRange(page.Select(Name));
                after = page[^1].Ordering;
            }
            if (isDone) break;
        }
        await writing;
        Assert.Equal(Writers * Each, seen.Count);
        Assert.Equal(Writers * Each, seen.Distinct().Count());
    }

    [Fact]
    public async Task A_claim_waits_for_the_commit_under_way_and_refuses_the_next()
    {
        var first = await Journal.ClaimShardAsync("device", 3, "one", Stop);
        await using var other = Open("writer-2");
        await using var underWay = await BeginAppendAsync("a", 1, new("device", 3, first));
        var claim = other.ClaimShardAsync("device", 3, "two", Stop);
        await WaitForLockAsync();
        Assert.False(claim.IsCompleted);
        await underWay.Transaction.CommitAsync(Stop);
        Assert.Equal(first + 1, await claim);
        await Assert.ThrowsAsync<JournalConflictException>(
            () => Journal.WriteAsync([new(new("device", 3, first), [Event("a", 2)], [])], Stop));
    }

    [Fact]
    public async Task An_owner_that_stands_still_in_its_commit_does_not_hold_a_claim_up()
    {
        var first = await Journal.ClaimShardAsync("device", 3, "one", Stop);
        await using var other = Open("writer-2");
        await using var stuck = await BeginAppendAsync("a", 1, new("device", 3, first));
        Assert.Equal(first + 1, await other.ClaimShardAsync("device", 3, "two", Stop));
        Assert.Equal(0, await Journal.HighestSequenceNumberAsync("a", Stop));
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => stuck.Transaction.CommitAsync(Stop));
    }

    [Fact]
    public async Task Entities_come_in_the_order_of_their_bytes()
    {
        await WriteAsync(Event("b", 1), Event("B", 1), Event("ä", 1), Event("a-", 1), Event("a.", 1), Event("a_", 1));
        Assert.Equal(
            ["B", "a-", "a.", "a_", "b", "ä"], (await Journal.EntitiesAsync("", "\uffff", 10, Stop)).Select(entity => entity.PersistenceId));
    }

    [Fact]
    public async Task A_snapshot_that_lost_its_checksum_is_skipped_and_reported()
    {
        await Journal.WriteAsync([new(null, [Event("a", 1)], [Snapshot("a", 1, "s")])], Stop);
        await SqlAsync("UPDATE snapshot SET snapshot = 't'");
        Assert.Null(await Snapshots.LoadAsync("a", Stop));
        Assert.Contains("the snapshot of a at 1 does not match its checksum", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_several_snapshots_in_one_call_the_newest_stays()
    {
        await Journal.WriteAsync([new(null, [], [Snapshot("a", 2, "two"), Snapshot("a", 1, "one"), Snapshot("a", 2, "again")])], Stop);
        Assert.Equal(1L, await SqlAsync("SELECT count(*) FROM snapshot WHERE snapshot = 'again'"));
        Assert.Equal(1L, await SqlAsync("SELECT count(*) FROM snapshot"));
    }

    [Fact]
    public async Task Tags_are_rows_of_their_own()
    {
        await WriteAsync(Event("a", 1), Event("a", 2, tag: "device"), Event("b", 1));
        Assert.Equal(1L, await SqlAsync(
            "SELECT count(*) FROM tags t JOIN journal j ON j.ordering = t.ordering_id WHERE t.tag = 'device' AND j.sequence_number = 2"));
        Assert.Equal(1L, await SqlAsync("SELECT count(*) FROM tags"));
    }

    [Fact]
    public async Task A_rewrite_does_not_say_that_the_old_bytes_are_gone()
    {
        await WriteAsync(Event("a", 1, "secret"));
        Assert.False(await Journal.RewriteAsync([new("a", 1, "erased.v1", "{}"u8.ToArray())], [], null, Stop));
        Assert.Equal("{}", Text(Assert.Single(await ReplayAsync("a"))));
    }

    [Fact]
    public async Task Recovery_and_the_check_before_an_append_use_the_index()
    {
        await SqlAsync("INSERT INTO journal SELECT n, 'e' || n % 500, n / 500 + 1, 0, false, 'm', '', 'w', null, 1001, 0, '3' FROM generate_series(0, 9999) n");
        await SqlAsync("ANALYZE journal");
        foreach (var sql in (string[])[
            "SELECT message FROM journal WHERE persistence_id = 'e7' AND sequence_number >= 1 ORDER BY sequence_number LIMIT 9",
            "SELECT sequence_number FROM journal WHERE persistence_id = 'e7' ORDER BY sequence_number DESC LIMIT 1"])
            Assert.Contains("journal_uq", (string)(await SqlAsync($"EXPLAIN (FORMAT JSON) {sql}"))!, StringComparison.Ordinal);
    }

    private PostgresJournal Open(string writer) => new(_database, writer, 0, TimeProvider.System, _warnings.Add);

    private static string Name(StoredEvent stored) => $"{stored.PersistenceId}{stored.SequenceNumber}";

    /// <summary>Appends as the journal does, but within a transaction that stays open.</summary>
    private async Task<OpenAppend> BeginAppendAsync(string id, long number, ShardFence? fence = null)
    {
        var connection = await _database.DataSource.OpenConnectionAsync(Stop);
        var transaction = await connection.BeginTransactionAsync(Stop);
        await using var command = new AppendBatch([new(fence, [Event(id, number)], [])]).ToCommand(connection, "writer-x", 0);
        await using var row = await command.ExecuteReaderAsync(Stop);
        Assert.True(await row.ReadAsync(Stop));
        Assert.True(await row.IsDBNullAsync(0, Stop));
        return new(connection, transaction);
    }

    /// <summary>Waits until a session of this database waits for another one's row lock.</summary>
    private async Task WaitForLockAsync()
    {
        while (await SqlAsync("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") is 0L)
            await Task.Yield();
    }

    private Task<object?> SqlAsync(string sql) => _database.RunAsync(
        async (connection, stop) =>
        {
            await using var command = new NpgsqlCommand(sql, connection);
            return await command.ExecuteScalarAsync(stop);
        },
        Stop);

    private sealed record OpenAppend(NpgsqlConnection Connection, NpgsqlTransaction Transaction) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Transaction.DisposeAsync();
            await Connection.DisposeAsync();
        }
    }
}
