using System.Text;
using ActorFingerprint.Engine;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Integration.Tests.Servers;
using ActorFingerprint.Persistence.PostgreSql;
using Npgsql;
using Xunit;

namespace ActorFingerprint.Integration.Tests.PostgreSql;

/// <summary>What breaks between the journal and its server, and that nothing is lost or doubled by it.</summary>
public sealed class PostgresFaultSpecs : IAsyncLifetime
{
    private PostgresServer _server = null!;
    private string _connection = "";
    private long _followed;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(PostgresServer.Absence is not null, PostgresServer.Absence ?? "");
        _server = await PostgresServer.StartNewAsync();
        _connection = await _server.CreateDatabaseAsync();
        await using var database = new PostgresDatabase(Options());
        await PostgresMigrations.ApplyAsync(database, Stop);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_commit_whose_answer_was_lost_is_not_made_twice()
    {
        await using var proxy = new CuttingProxy(_server.Port);
        await using var database = new PostgresDatabase(Options(proxy.Port));
        await using var journal = Journal(database);
        var epoch = await journal.ClaimShardAsync("device", 1, "one", Stop);
        AtomicWrite[] writes = [new(new("device", 1, epoch), [Event("a", 1), Event("a", 2)], [new("a", 2, "s", "s"u8.ToArray())]), new(null, [Event("b", 1)], [])];
        proxy.LoseAnswers();
        var broken = journal.WriteAsync(writes, Stop);
        await UntilStoredAsync("b", 1);
        proxy.Cut();
        Assert.Contains("the connection failed", (await Assert.ThrowsAsync<JournalUnavailableException>(() => broken)).Message, StringComparison.Ordinal);

        await RetryAsync(journal, writes);
        Assert.Equal(["a1", "a2", "b1"], await AllAsync());
        await journal.WriteAsync([new(new("device", 1, epoch), [Event("a", 3)], [])], Stop);

        // Anybody else who stores these numbers is still refused, and so is the same write without a broken commit before it.
        await Assert.ThrowsAsync<JournalConflictException>(() => journal.WriteAsync([new(null, [Event("b", 1)], [])], Stop));
        await Assert.ThrowsAsync<JournalConflictException>(() => journal.WriteAsync(writes, Stop));
    }

    [Fact]
    public async Task A_commit_that_the_server_still_makes_when_it_is_tried_again_is_not_made_twice()
    {
        await using var proxy = new CuttingProxy(_server.Port);
        await using var database = new PostgresDatabase(Options(proxy.Port));
        await using var journal = Journal(database);
        AtomicWrite[] writes = [new(null, [Event("a", 1)], [])];

        // A row of the same key in another transaction makes the server wait within the insert.
        await using var hindrance = await OpenAsync();
        await using var transaction = await hindrance.BeginTransactionAsync(Stop);
        await ExecuteAsync(hindrance, "INSERT INTO journal SELECT 1000, 'a', 1, 0, false, 'm', '', 'other', null, 1001, 0, pg_current_xact_id()");
        var broken = journal.WriteAsync(writes, Stop);
        await UntilSomebodyWaitsAsync(1);
        proxy.Cut();
        await Assert.ThrowsAsync<JournalUnavailableException>(() => broken);
        var again = RetryAsync(journal, writes);
        await UntilSomebodyWaitsAsync(2);
        await transaction.RollbackAsync(Stop); // both of ours go on: one inserts, the other finds it
        await again;
        Assert.Equal(["a1"], await AllAsync());
    }

    [Fact]
    public async Task A_commit_that_broke_before_the_server_had_it_is_made_by_the_next_try()
    {
        await using var database = new PostgresDatabase(Options());
        await using var journal = Journal(database);
        await journal.WriteAsync([new(null, [Event("a", 1)], [])], Stop);
        await _server.StopAsync();
        AtomicWrite[] writes = [new(null, [Event("a", 2)], [])];
        var refused = await Assert.ThrowsAsync<JournalUnavailableException>(() => journal.WriteAsync(writes, Stop));
        Assert.DoesNotContain("\n", refused.Message, StringComparison.Ordinal);
        await _server.StartAsync();
        await RetryAsync(journal, writes);
        Assert.Equal(["a1", "a2"], await AllAsync());
    }

    [Fact]
    public async Task A_conflict_after_a_broken_commit_is_still_a_conflict()
    {
        await using var proxy = new CuttingProxy(_server.Port);
        await using var database = new PostgresDatabase(Options(proxy.Port));
        await using var journal = Journal(database);
        var epoch = await journal.ClaimShardAsync("device", 1, "one", Stop);
        await using var direct = new PostgresDatabase(Options());
        await using var other = Journal(direct, "writer-2");
        proxy.Cut();
        AtomicWrite[] writes = [new(new("device", 1, epoch), [Event("a", 1)], [])];
        await Assert.ThrowsAsync<JournalUnavailableException>(() => journal.WriteAsync(writes, Stop));
        var next = await other.ClaimShardAsync("device", 1, "two", Stop);
        await other.WriteAsync([new(new("device", 1, next), [Event("a", 1)], [])], Stop);
        await Assert.ThrowsAsync<JournalConflictException>(() => RetryAsync(journal, writes));
        Assert.Equal("writer-2", Assert.Single(await other.ReadAsync(0, 9, Stop)).WriterUuid);
    }

    [Fact]
    public async Task An_erasure_whose_answer_was_lost_is_not_made_twice()
    {
        await using var proxy = new CuttingProxy(_server.Port);
        await using var database = new PostgresDatabase(Options(proxy.Port));
        await using var journal = Journal(database);
        await journal.WriteAsync([new(null, [Event("a", 1), Event("a", 2)], [])], Stop);
        Rewrite[] rewrites = [new("a", 1, "erased.v1", "{}"u8.ToArray())];
        AtomicWrite marker = new(null, [Event("a", 3)], []);
        await Assert.ThrowsAsync<JournalUnavailableException>(
            () => BreakInCommitAsync(proxy, () => journal.RewriteAsync(rewrites, ["a"], marker, Stop), "a", 3));
        Assert.False(await RetryAsync(() => journal.RewriteAsync(rewrites, ["a"], marker, Stop)));
        Assert.Equal(["a1", "a2", "a3"], await AllAsync());
        Assert.Equal("erased.v1", (await journal.ReadAsync(0, 1, Stop))[0].Manifest);
    }

    [Fact]
    public async Task Writers_and_readers_outlive_kills_and_restarts_of_the_server()
    {
        const int Shards = 6, Each = 120;
        await using var database = new PostgresDatabase(Options());
        await using var journal = Journal(database);
        await using var commits = new CommitCoordinator(journal, EngineScheduler.Default, TimeProvider.System, TimeSpan.FromMilliseconds(200));
        var written = 0;
        var writing = Task.WhenAll(Enumerable.Range(0, Shards).Select(async shard =>
        {
            var epoch = await commits.PersistAsync(() => journal.ClaimShardAsync("device", shard, "one", Stop));
            for (var n = 1; n <= Each; n++)
            {
                await commits.CommitAsync(new(new("device", shard, epoch), [Event($"s{shard}", n)], []));
                Interlocked.Increment(ref written);
            }
        }));
        using var ended = new CancellationTokenSource();
        var reading = FollowAsync(journal, ended.Token);
        for (var round = 1; round <= 3; round++)
        {
            while (written < round * Shards * Each / 4 && !writing.IsCompleted) await Task.Delay(5, Stop);
            if (round == 2) await _server.StopAsync();
            else await _server.KillAsync();
            await _server.StartAsync();
        }
        await writing;
        var end = await journal.HighestOrderingAsync(Stop);
        while (Interlocked.Read(ref _followed) < end && !reading.IsCompleted) await Task.Delay(5, Stop);
        await ended.CancelAsync();
        var followed = await reading;
        Assert.Equal(Shards * Each, followed.Count);
        for (var shard = 0; shard < Shards; shard++)
            Assert.Equal(Enumerable.Range(1, Each).Select(n => $"s{shard}{n}"), followed.Where(name => name.StartsWith($"s{shard}", StringComparison.Ordinal)));
        Assert.Null(commits.Refusal);
    }

    [Fact]
    public async Task A_server_that_stands_still_is_given_up_after_the_timeout_and_used_again()
    {
        await using var database = new PostgresDatabase(Options() with { CommandTimeout = TimeSpan.FromSeconds(1) });
        await using var journal = Journal(database);
        await journal.WriteAsync([new(null, [Event("a", 1)], [])], Stop);
        AtomicWrite[] writes = [new(null, [Event("a", 2)], [])];
        _server.Suspend();
        try
        {
            await Assert.ThrowsAsync<JournalUnavailableException>(() => journal.WriteAsync(writes, Stop));
        }
        finally
        {
            _server.Resume();
        }
        await RetryAsync(journal, writes);
        Assert.Equal(["a1", "a2"], await AllAsync());
    }

    [Fact]
    public async Task A_server_that_is_read_only_is_named_and_goes_on_when_it_no_longer_is()
    {
        await using var database = new PostgresDatabase(Options());
        await using var journal = Journal(database);
        var name = new NpgsqlConnectionStringBuilder(_connection).Database;
        await using var owner = await OpenAsync();
        await ExecuteAsync(owner, $"ALTER DATABASE {name} SET default_transaction_read_only = on");
        AtomicWrite[] writes = [new(null, [Event("a", 1)], [])];
        var refused = await Assert.ThrowsAsync<JournalUnavailableException>(() => journal.WriteAsync(writes, Stop));
        Assert.Contains("the server is read-only", refused.Message, StringComparison.Ordinal);
        await ExecuteAsync(owner, $"SET default_transaction_read_only = off; ALTER DATABASE {name} RESET default_transaction_read_only");
        await RetryAsync(journal, writes);
        Assert.Equal(["a1"], await AllAsync());
    }

    [Fact]
    public async Task A_full_disk_stops_writing_and_nothing_is_lost_or_doubled_when_there_is_space_again()
    {
        using var disk = SmallFileSystem.Mount(megabytes: 160);
        await using var server = await PostgresServer.StartNewAsync(disk.Path, "max_wal_size=8MB", "min_wal_size=2MB");
        _connection = await server.CreateDatabaseAsync();
        await using var database = new PostgresDatabase(Options());
        await PostgresMigrations.ApplyAsync(database, Stop);
        await using var journal = Journal(database);
        disk.Fill(except: 12 << 20);
        var payload = new byte[8000]; // does not compress
        new Random(1).NextBytes(payload);
        var (next, refused) = (1, (JournalUnavailableException?)null);
        AtomicWrite[] writes = [];
        while (refused is null)
        {
            writes = [new(null, [.. Enumerable.Range(next, 50).Select(n => new NewEvent("a", n, "test.happened.v1", payload))], [])];
            try
            {
                await journal.WriteAsync(writes, Stop);
                next += 50;
            }
            catch (JournalUnavailableException error)
            {
                refused = error;
            }
        }
        TestContext.Current.SendDiagnosticMessage(refused.Message);
        Assert.DoesNotContain("\n", refused.Message, StringComparison.Ordinal);
        Assert.True(next > 50);
        disk.Empty();
        if (server.ProcessId == 0 || server.Log.Contains("PANIC", StringComparison.Ordinal))
        {
            await server.KillAsync(); // one that recovers from its panic just now may never answer to an orderly stop
            await server.StartAsync();
        }
        await RetryAsync(journal, writes);
        Assert.Equal(next + 49, await journal.HighestSequenceNumberAsync("a", Stop));
        Assert.Equal(Enumerable.Range(1, next + 49).Select(n => (long)n), (await journal.ReadAsync(0, 10_000, Stop)).Select(e => e.SequenceNumber));
    }

    [Fact]
    public async Task Signals_come_again_after_a_restart()
    {
        await using var database = new PostgresDatabase(Options());
        await using var session = await PostgresSession.OpenAsync(database, PostgresUse.Node, TimeSpan.FromHours(1), null, Stop);
        await _server.KillAsync();
        await _server.StartAsync();
        var heard = new TaskCompletionSource();
        session.AppendedElsewhere += () => heard.TrySetResult();
        await using var other = await PostgresSession.OpenAsync(database, PostgresUse.Node, TimeSpan.FromHours(1), null, Stop);
        while (!heard.Task.IsCompleted)
        {
            other.Announce();
            await Task.Delay(50, Stop);
        }
    }

    private PostgresOptions Options(int port = 0) => new()
    {
        ConnectionString = port == 0 ? _connection : new NpgsqlConnectionStringBuilder(_connection) { Port = port }.ConnectionString,
        PoolSize = 16,
    };

    private static PostgresJournal Journal(PostgresDatabase database, string writer = "writer-1") => new(database, writer, 0, TimeProvider.System);

    private static NewEvent Event(string id, long sequenceNumber) => new(id, sequenceNumber, "test.happened.v1", Encoding.UTF8.GetBytes("{}"));

    private async Task<List<string>> FollowAsync(PostgresJournal journal, CancellationToken ended)
    {
        var seen = new List<string>();
        try
        {
            while (true)
            {
                foreach (var stored in await journal.ReadAsync(Interlocked.Read(ref _followed), 50, ended))
                {
                    seen.Add($"{stored.PersistenceId}{stored.SequenceNumber}");
                    Interlocked.Exchange(ref _followed, stored.Ordering);
                }
                await Task.Delay(5, ended);
            }
        }
        catch (OperationCanceledException)
        {
            return seen;
        }
    }

    /// <summary>Loses the answer of a commit and nothing before: a deferred trigger holds it until the proxy is deaf.</summary>
    private async Task<T> BreakInCommitAsync<T>(CuttingProxy proxy, Func<Task<T>> work, string id, long number)
    {
        await using var hindrance = await OpenAsync();
        await ExecuteAsync(hindrance, """
            CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_advisory_xact_lock_shared(77); RETURN NULL; END';
            CREATE CONSTRAINT TRIGGER hold AFTER INSERT ON journal DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION hold();
            SELECT pg_advisory_lock(77)
            """);
        var broken = work();
        await UntilSomebodyWaitsAsync(1);
        proxy.LoseAnswers();
        await ExecuteAsync(hindrance, "SELECT pg_advisory_unlock(77)");
        await UntilStoredAsync(id, number);
        proxy.Cut();
        return await broken;
    }

    private static async Task RetryAsync(PostgresJournal journal, AtomicWrite[] writes) => await RetryAsync(async () =>
    {
        await journal.WriteAsync(writes, Stop);
        return true;
    });

    private static async Task<T> RetryAsync<T>(Func<Task<T>> work)
    {
        while (true)
        {
            try
            {
                return await work();
            }
            catch (JournalUnavailableException)
            {
                await Task.Delay(20, Stop);
            }
        }
    }

    private async Task<List<string>> AllAsync()
    {
        await using var database = new PostgresDatabase(Options());
        await using var journal = Journal(database);
        return [.. (await journal.ReadAsync(0, 100, Stop)).Select(stored => $"{stored.PersistenceId}{stored.SequenceNumber}")];
    }

    private async Task UntilStoredAsync(string id, long number)
    {
        await using var connection = await OpenAsync();
        while (await ExecuteAsync(connection, $"SELECT 1 FROM journal WHERE persistence_id = '{id}' AND sequence_number = {number}") is null)
            await Task.Delay(10, Stop);
    }

    private async Task UntilSomebodyWaitsAsync(int sessions)
    {
        await using var connection = await OpenAsync();
        while (await ExecuteAsync(
            connection, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") is long waiting
            && waiting < sessions)
            await Task.Delay(10, Stop);
    }

    private async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection(_connection + ";Pooling=false;Search Path=actorfp");
        await connection.OpenAsync(Stop);
        return connection;
    }

    private static async Task<object?> ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Stop);
    }
}
