using ActorFingerprint.Core.Devices;
using ActorFingerprint.Persistence.Projections;
using ActorFingerprint.Persistence.Store;
using Microsoft.Data.Sqlite;
using Xunit;

namespace ActorFingerprint.Tests.Persistence;

public sealed class ProjectionRunnerSpecs : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly TaskCompletionSource<string> _fault = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SqliteStore _store = null!;
    private JournalScript _script = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _store = await OpenAsync();
        _script = new(_store.Journal, _store.Pseudonyms);
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _ended.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task It_catches_up_at_the_start_and_follows_when_woken()
    {
        await _script.Seen(1, JournalScript.Start).CommitAsync(Stop);
        var running = _store.Projections.RunAsync(_ended.Token);
        await _store.Projections.WaitForAsync(1, Stop);
        await _script.Seen(2, JournalScript.Start).CommitAsync(Stop);
        _store.Projections.Wake();
        await _store.Projections.WaitForAsync(2, Stop);
        Assert.Equal(new ProjectionState(2, 0, null), _store.Projections.State);
        Assert.Equal(2, (await _store.ReadModel.ListAsync(new(), Stop)).Total);
        await _ended.CancelAsync();
        await running;
    }

    [Fact]
    public async Task A_read_side_that_cannot_be_written_is_shown_and_tried_again_while_the_journal_goes_on()
    {
        await _store.Projections.CatchUpAsync(fromZero: true, null, Stop);
        await _script.Seen(1, JournalScript.Start).CommitAsync(Stop);
        using (var other = new SqliteConnection($"Data Source={_store.Folder.Projections};Pooling=False"))
        {
            other.Open();
            using var held = other.BeginTransaction(deferred: false);
            var running = _store.Projections.RunAsync(_ended.Token);
            Assert.Contains("projections.db: another program holds a lock", await _fault.Task.WaitAsync(Stop), StringComparison.Ordinal);
            await _script.Seen(2, JournalScript.Start).CommitAsync(Stop);
            held.Rollback();
            await _store.Projections.WaitForAsync(2, Stop);
            Assert.Null(_store.Projections.State.Fault);
            await _ended.CancelAsync();
            await running;
        }
    }

    [Fact]
    public async Task An_event_of_an_unknown_version_stops_the_read_side_with_its_manifest()
    {
        await _store.Journal.WriteAsync([new(null, [new("device-x", 1, "device.first-seen.v9", "{}"u8.ToArray())], [])], Stop);
        var running = _store.Projections.RunAsync(_ended.Token);
        Assert.Contains("device.first-seen.v9", await _fault.Task.WaitAsync(Stop), StringComparison.Ordinal);
        await _ended.CancelAsync();
        await running;
    }

    [Fact]
    public async Task A_read_side_ahead_of_its_journal_is_built_again()
    {
        await _script.Seen(1, JournalScript.Start).Seen(2, JournalScript.Start).CommitAsync(Stop);
        await _store.Projections.CatchUpAsync(fromZero: false, null, Stop);
        await _store.DisposeAsync();
        foreach (var file in Directory.GetFiles(_folder.Path, "journal.db*")) File.Delete(file);
        _store = await OpenAsync();
        await new JournalScript(_store.Journal, _store.Pseudonyms).Seen(3, JournalScript.Start).CommitAsync(Stop);
        var running = _store.Projections.RunAsync(_ended.Token);
        await _store.Projections.WaitForAsync(1, Stop);
        var (rows, _) = await _store.ReadModel.ListAsync(new(), Stop);
        Assert.Equal(JournalScript.Key(3).ToString(), Assert.Single(rows).Key);
        await _ended.CancelAsync();
        await running;
    }

    [Fact]
    public async Task It_is_built_anew_while_it_follows_and_goes_on_from_there()
    {
        await _script.Seen(1, JournalScript.Start).Seen(2, JournalScript.Start).CommitAsync(Stop);
        var running = _store.Projections.RunAsync(_ended.Token);
        await _store.Projections.WaitForAsync(2, Stop);
        using (var connection = new SqliteConnection($"Data Source={_store.Folder.Projections};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "DELETE FROM devices";
            command.ExecuteNonQuery();
        }
        Assert.Equal(0, (await _store.ReadModel.ListAsync(new(), Stop)).Total);
        var reached = new List<long>();
        Assert.Equal(2, await _store.Projections.RebuildAsync(new Recorded(reached), Stop));
        Assert.Equal(2, reached[^1]);
        Assert.Equal(2, (await _store.ReadModel.ListAsync(new(), Stop)).Total);
        await _script.Seen(3, JournalScript.Start).CommitAsync(Stop);
        _store.Projections.Wake();
        await _store.Projections.WaitForAsync(3, Stop);
        Assert.Equal(3, (await _store.ReadModel.ListAsync(new(), Stop)).Total);
        await _ended.CancelAsync();
        await running;
    }

    [Fact]
    public async Task A_rebuild_that_is_asked_for_twice_ends_for_both_and_one_of_an_empty_journal_at_once()
    {
        var running = _store.Projections.RunAsync(_ended.Token);
        Assert.Equal(0, await _store.Projections.RebuildAsync(null, Stop));
        await _script.Seen(1, JournalScript.Start).CommitAsync(Stop);
        _store.Projections.Wake();
        var both = await Task.WhenAll(_store.Projections.RebuildAsync(null, Stop), _store.Projections.RebuildAsync(null, Stop));
        Assert.Equal([1, 1], both);
        await _ended.CancelAsync();
        await running;
    }

    [Fact]
    public async Task Tables_of_another_version_are_built_again()
    {
        await _script.Seen(1, JournalScript.Start).Device(1, new DeviceEvent.Labelled(JournalScript.Start, "x")).CommitAsync(Stop);
        await _store.Projections.CatchUpAsync(fromZero: false, null, Stop);
        var before = DatabaseDump.Of(_store.Folder.Projections);
        using (var connection = new SqliteConnection($"Data Source={_store.Folder.Projections};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version = 77; DROP TABLE devices; CREATE TABLE devices(other TEXT);";
            command.ExecuteNonQuery();
        }
        await _store.Projections.CatchUpAsync(fromZero: false, null, Stop);
        Assert.Equal(before, DatabaseDump.Of(_store.Folder.Projections));
    }

    private Task<SqliteStore> OpenAsync() => SqliteStore.OpenAsync(new() { Folder = _folder.Path, ProjectionChanged = Note });

    private void Note(ProjectionState state)
    {
        if (state.Fault is { } fault) _fault.TrySetResult(fault);
    }

    private sealed class Recorded(List<long> values) : IProgress<long>
    {
        public void Report(long value) => values.Add(value);
    }
}
