using ActorFingerprint.Core.Devices;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Integration.Tests.Servers;
using ActorFingerprint.Persistence.PostgreSql.Projections;
using ActorFingerprint.Persistence.Projections;
using ActorFingerprint.Tests.Persistence;
using Xunit;

namespace ActorFingerprint.Integration.Tests.PostgreSql.Projections;

public sealed class PostgresProjectionSpecs(SharedPostgres shared) : IAsyncLifetime
{
    private readonly CancellationTokenSource _ended = new();
    private ReadSidePair _pair = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private IProjections Projections => _pair.Postgres.Projections;

    public async ValueTask InitializeAsync() => _pair = await ReadSidePair.CreateAsync(await shared.NewStoreAsync(), Stop);

    public async ValueTask DisposeAsync()
    {
        if (_pair is not null) await _pair.DisposeAsync();
        _ended.Dispose();
    }

    [Fact]
    public async Task Of_two_that_apply_the_same_page_one_wins_and_the_other_changes_nothing()
    {
        await _pair.PostgresScript.Seen(1, JournalScript.Start).CommitAsync(Stop);
        await _pair.CatchUpAsync(Stop);
        await _pair.PostgresScript.Seen(2, JournalScript.Start).Count(2, 3, JournalScript.Start, JournalScript.Start).CommitAsync(Stop);
        await _pair.SettledAsync(Stop);
        var page = new ProjectionPage(await _pair.Journal.ReadAsync(1, 100, Stop));
        await using var side = new PostgresProjectionSide(_pair.Options, TimeProvider.System);
        await using var first = await side.OpenAsync(Stop);
        await using var second = await side.OpenAsync(Stop);
        Assert.Equal(page.End, await first.RunAsync(session => session.Apply(1, page), Stop));
        var rows = await _pair.PostgresRowsAsync(Stop);
        await Assert.ThrowsAsync<JournalConflictException>(() => second.RunAsync(session => session.Apply(1, page), Stop));
        Assert.Equal(rows, await _pair.PostgresRowsAsync(Stop));
    }

    [Fact]
    public async Task Two_that_follow_at_once_end_with_the_rows_of_one()
    {
        var (mine, others) = (new Signals(), new Signals());
        await using var one = _pair.OpenReadSide(mine);
        await using var other = _pair.OpenReadSide(others);
        Task[] running = [one.Projections.RunAsync(_ended.Token), other.Projections.RunAsync(_ended.Token)];
        await _pair.PostgresScript.WriteDayAsync(
            _ =>
            {
                mine.Raise();
                others.Raise();
                return Task.CompletedTask;
            },
            Stop);
        mine.Raise();
        others.Raise();
        var end = await _pair.CatchUpAsync(Stop);
        await _ended.CancelAsync();
        await Task.WhenAll(running);
        Assert.Equal(end, await _pair.Postgres.OffsetAsync(Stop));
        await _pair.SqliteScript.WriteDayAsync(_ => Task.CompletedTask, Stop);
        await _pair.Sqlite.Projections.CatchUpAsync(fromZero: false, null, Stop);
        Assert.Equal(_pair.SqliteRows(), await _pair.PostgresRowsAsync(Stop));
    }

    [Fact]
    public async Task The_next_one_goes_on_where_the_one_before_was_stopped()
    {
        var signals = new Signals();
        await using var one = _pair.OpenReadSide(signals);
        await using var other = _pair.OpenReadSide(signals);
        var running = one.Projections.RunAsync(_ended.Token);
        await _pair.PostgresScript.Seen(1, JournalScript.Start).CommitAsync(Stop);
        signals.Raise();
        await one.Projections.WaitForAsync(1, Stop);
        await _ended.CancelAsync();
        await running;
        await _pair.PostgresScript.Seen(2, JournalScript.Start).CommitAsync(Stop);
        await _pair.SettledAsync(Stop);
        Assert.Equal(1, (await one.Projections.MeasureAsync(Stop)).Lag);

        using var second = new CancellationTokenSource();
        running = other.Projections.RunAsync(second.Token);
        await one.Projections.WaitForAsync(2, Stop); // whoever keeps it up
        Assert.Equal(2, (await one.ReadModel.ListAsync(new(), Stop)).Total);
        Assert.Equal(new ProjectionState(2, 0, null), await one.Projections.MeasureAsync(Stop));
        await second.CancelAsync();
        await running;
    }

    [Fact]
    public async Task A_rebuild_beside_a_follower_is_shown_at_once_and_the_follower_goes_on_with_it()
    {
        var signals = new Signals();
        await using var follower = _pair.OpenReadSide(signals);
        var running = follower.Projections.RunAsync(_ended.Token);
        await _pair.PostgresScript.WriteDayAsync(_ => Task.CompletedTask, Stop);
        var end = await _pair.SettledAsync(Stop);
        signals.Raise();
        await follower.Projections.WaitForAsync(end, Stop);
        var rows = await _pair.PostgresRowsAsync(Stop);

        using var asked = new CancellationTokenSource();
        var asking = AskAsync(asked.Token);
        await Projections.RebuildAsync(3, resume: true, null, Stop);
        await asked.CancelAsync();
        var devices = rows.Count(row => row.StartsWith("devices: ", StringComparison.Ordinal));
        Assert.All(await asking, total => Assert.Equal(devices, total));
        Assert.Equal(rows, await _pair.PostgresRowsAsync(Stop));

        await _pair.PostgresScript.Seen(77, JournalScript.Start).CommitAsync(Stop);
        signals.Raise();
        await follower.Projections.WaitForAsync(end + 1, Stop);
        Assert.NotNull(await follower.ReadModel.GetAsync(JournalScript.Key(77).ToString(), Stop));
        await _ended.CancelAsync();
        await running;
    }

    [Fact]
    public async Task Tables_of_another_version_are_shown_until_those_of_this_one_are_built()
    {
        await _pair.PostgresScript.Seen(1, JournalScript.Start).Device(1, new DeviceEvent.Labelled(JournalScript.Start, "x")).CommitAsync(Stop);
        await _pair.CatchUpAsync(Stop);
        var before = await _pair.PostgresRowsAsync(Stop);
        await SqlAsync($"UPDATE {_pair.Options.Schema}_read.projection_version SET version = 77");
        await SqlAsync($"ALTER TABLE {_pair.Options.Schema}_read.devices RENAME COLUMN vendor TO made");
        await _pair.CatchUpAsync(Stop);
        Assert.Equal(before, await _pair.PostgresRowsAsync(Stop));
    }

    [Fact]
    public async Task A_lost_connection_is_shown_and_the_read_side_goes_on_when_the_server_is_back()
    {
        await using var server = await PostgresServer.StartNewAsync();
        await using var pair = await ReadSidePair.CreateAsync(
            new() { ConnectionString = await server.CreateDatabaseAsync(), PoolSize = 8, ReadPatience = TimeSpan.FromSeconds(30) }, Stop);
        var (signals, fault) = (new Signals(), new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously));
        await using var follower = pair.OpenReadSide(signals, state =>
        {
            if (state.Fault is { } text) fault.TrySetResult(text);
        });
        var running = follower.Projections.RunAsync(_ended.Token);
        await pair.PostgresScript.Seen(1, JournalScript.Start).CommitAsync(Stop);
        signals.Raise();
        await follower.Projections.WaitForAsync(1, Stop);
        await server.KillAsync();
        signals.Raise();
        await server.StartAsync();
        await WriteAsync(pair.PostgresScript.Seen(2, JournalScript.Start));
        signals.Raise();
        await follower.Projections.WaitForAsync(2, Stop);
        Assert.Contains("postgresql 127.0.0.1", await fault.Task.WaitAsync(Stop), StringComparison.Ordinal);
        Assert.Null(follower.Projections.State.Fault);
        await _ended.CancelAsync();
        await running;
    }

    /// <summary>Commits, although connections of the pool are gone.</summary>
    private static async Task WriteAsync(JournalScript script)
    {
        while (true)
        {
            try
            {
                await script.CommitAsync(Stop);
                return;
            }
            catch (JournalUnavailableException)
            {
                await Task.Yield();
            }
        }
    }

    private async Task<List<long>> AskAsync(CancellationToken until)
    {
        var totals = new List<long>();
        while (!until.IsCancellationRequested) totals.Add((await _pair.Postgres.ReadModel.ListAsync(new() { Limit = 1 }, Stop)).Total);
        return totals;
    }

    private async Task SqlAsync(string sql)
    {
        await using var command = _pair.Database.DataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Stop);
    }

    private sealed class Signals : IJournalSignals
    {
        public event Action? AppendedElsewhere;

        public void Raise() => AppendedElsewhere?.Invoke();
    }
}
