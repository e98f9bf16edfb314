using System.Threading.Channels;
using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Persistence.Sqlite;
using Microsoft.Data.Sqlite;

namespace ActorFingerprint.Persistence.Projections;

/// <summary>
/// Keeps <c>projections.db</c> up with the journal: reads after its offset in pages, applies each in one transaction, sleeps until
/// woken. A fault of the read side never reaches the journal: it is shown in <see cref="State"/> and tried again after a growing
/// while.
/// </summary>
public sealed class ProjectionRunner : IProjections
{
    private const int Page = 4096;
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(30);

    private readonly SqliteJournal _journal;
    private readonly TimeProvider _time;
    private readonly Action<ProjectionState>? _changed;
    private readonly Channel<bool> _awake = Channel.CreateBounded<bool>(1);
    private readonly Lock _gate = new();
    private readonly List<(long Ordering, TaskCompletionSource Reached)> _waiting = [];
    private ProjectionState _state;

    /// <summary>
    /// Prepares to follow a journal; nothing is opened before <see cref="RunAsync"/>. <paramref name="changed"/> hears of every new
    /// <see cref="State"/>, on the thread that made it.
    /// </summary>
    public ProjectionRunner(SqliteJournal journal, TimeProvider time, Action<ProjectionState>? changed = null) =>
        (_journal, _time, _changed) = (journal, time, changed);

    /// <summary>How the read side is doing now.</summary>
    public ProjectionState State
    {
        get
        {
            lock (_gate) return _state;
        }
    }

    /// <summary>Says that there may be new events. Cheap; call it after each commit.</summary>
    public void Wake() => _awake.Writer.TryWrite(true);

    /// <summary>Completes when the read side has reached an ordering; waits as long as it takes.</summary>
    public Task WaitForAsync(long ordering, CancellationToken stop)
    {
        lock (_gate)
        {
            if (_state.Offset >= ordering) return Task.CompletedTask;
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((ordering, reached));
            return reached.Task.WaitAsync(stop);
        }
    }

    /// <summary>Follows the journal until cancelled, which is its normal end.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var retry = FirstRetry;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await FollowAsync(() => retry = FirstRetry, stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault) when (IsStorage(fault))
            {
                Show(State with { Fault = fault.Message });
                try
                {
                    await Task.Delay(retry, _time, stop);
                }
                catch (OperationCanceledException)
                {
                    return;
                }
                retry = retry * 2 < LongestRetry ? retry * 2 : LongestRetry;
            }
        }
    }

    /// <summary>
    /// Brings the read side up to the journal's end and returns; <paramref name="fromZero"/> drops every row first. Not beside
    /// <see cref="RunAsync"/>. Gives the offset reached; <paramref name="progress"/> hears of offset and end.
    /// </summary>
    public async Task<long> CatchUpAsync(bool fromZero, IProgress<(long Offset, long End)>? progress, CancellationToken stop)
    {
        await using var worker = Open(fromZero);
        var offset = await worker.RunAsync(session => session.Offset(), stop);
        var end = await _journal.HighestOrderingAsync(stop);
        while (offset < end)
        {
            offset = await ApplyPageAsync(worker, offset, stop);
            Show(new(offset, Math.Max(0, end - offset), null));
            progress?.Report((offset, end));
        }
        return offset;
    }

    private async Task FollowAsync(Action applied, CancellationToken stop)
    {
        var end = await _journal.HighestOrderingAsync(stop);
        var worker = Open(fromZero: false);
        try
        {
            var offset = await worker.RunAsync(session => session.Offset(), stop);
            if (offset > end)
            {
                await worker.DisposeAsync();
                worker = Open(fromZero: true);
                offset = 0;
            }
            while (true)
            {
                Show(new(offset, Math.Max(0, end - offset), null));
                while (offset < end)
                {
                    offset = await ApplyPageAsync(worker, offset, stop);
                    applied();
                    Show(new(offset, Math.Max(0, end - offset), null));
                }
                await _awake.Reader.ReadAsync(stop);
                end = await _journal.HighestOrderingAsync(stop);
            }
        }
        finally
        {
            await worker.DisposeAsync();
        }
    }

    private async Task<long> ApplyPageAsync(SqliteWorkers<ProjectionSession> worker, long offset, CancellationToken stop)
    {
        var page = await _journal.ReadAsync(offset, Page, stop);
        return await worker.RunAsync(session => session.Apply(offset, page), stop);
    }

    private SqliteWorkers<ProjectionSession> Open(bool fromZero) =>
        new("projections", _journal.Folder.Projections, [ProjectionSession.Open(_journal.Folder, fromZero)]);

    private void Show(ProjectionState state)
    {
        lock (_gate)
        {
            _state = state;
            foreach (var (ordering, reached) in _waiting)
                if (ordering <= state.Offset) reached.TrySetResult();
            _waiting.RemoveAll(waiting => waiting.Reached.Task.IsCompleted);
        }
        _changed?.Invoke(state);
    }

    private static bool IsStorage(Exception fault) =>
        fault is JournalUnavailableException or JournalCorruptException or JournalConflictException
        or StoredEventException or InvalidDataException or IOException or SqliteException;
}
