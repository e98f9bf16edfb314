using System.Collections.Concurrent;
using System.Data.Common;
using System.Threading.Channels;
using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Engine.Journal;

namespace ActorFingerprint.Persistence.Projections;

/// <summary>
/// The read side of a journal, in SQLite or PostgreSQL. It can be run, stopped and run again; two processes that run it at once do no harm, as
/// only one of them can move the offset.
/// </summary>
public sealed class ProjectionRunner : IProjections
{
    private const int Page = 4096;

    /// <summary>Events for which a second part is worth its connection.</summary>
    private const long EventsOfPart = 50_000;

    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(30);

    /// <summary>Longest pause while the store is away: a look is cheap, and somebody waits for the read side.</summary>
    private static readonly TimeSpan LongestOutageRetry = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan FirstLook = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(1);

    private readonly IJournal _journal;
    private readonly Func<CancellationToken, Task<long>> _end;
    private readonly IProjectionSide _side;
    private readonly IJournalSignals? _signals;
    private readonly TimeProvider _time;
    private readonly Action<ProjectionState>? _changed;
    private readonly Channel<bool> _awake = Channel.CreateBounded<bool>(1);
    private readonly Lock _gate = new();
    private readonly List<(long Ordering, TaskCompletionSource Reached)> _waiting = [];
    private readonly ConcurrentQueue<AskedRebuild> _rebuilds = [];
    private ProjectionState _state;
    private bool _isRunning;

    /// <summary>
    /// Prepares to follow a journal, whose highest ordering that can be read <paramref name="end"/> gives; nothing is opened before
    /// <see cref="RunAsync"/>. <paramref name="signals"/> tell of what others append. <paramref name="changed"/> hears of every new
    /// <see cref="State"/>, on the thread that made it.
    /// </summary>
    internal ProjectionRunner(
        IJournal journal, Func<CancellationToken, Task<long>> end, IProjectionSide side, IJournalSignals? signals, TimeProvider time,
        Action<ProjectionState>? changed) =>
        (_journal, _end, _side, _signals, _time, _changed) = (journal, end, side, signals, time, changed);

    /// <inheritdoc/>
    public ProjectionState State
    {
        get
        {
            lock (_gate) return _state;
        }
    }

    /// <inheritdoc/>
    public void Wake() => _awake.Writer.TryWrite(true);

    /// <inheritdoc/>
    public async Task WaitForAsync(long ordering, CancellationToken stop)
    {
        Task reached;
        bool isRunning;
        lock (_gate)
        {
            if (_state.Offset >= ordering) return;
            var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((ordering, source));
            (reached, isRunning) = (source.Task, _isRunning || _signals is null);
        }
        if (isRunning) await reached.WaitAsync(stop);
        else await WatchAsync(ordering, stop);
    }

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken stop)
    {
        if (_signals is not null) _signals.AppendedElsewhere += Wake;
        lock (_gate) _isRunning = true;
        try
        {
            var retry = FirstRetry;
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    await FollowAsync(() => retry = FirstRetry, stop);
                }
                catch (Exception fault) when (IsStorage(fault))
                {
                    Show(State with { Fault = fault.Message });
                    var longest = fault is JournalUnavailableException ? LongestOutageRetry : LongestRetry;
                    await Task.Delay(retry < longest ? retry : longest, _time, stop);
                    retry = retry * 2 < LongestRetry ? retry * 2 : LongestRetry;
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The normal end; the page that was being applied is.
        }
        finally
        {
            lock (_gate) _isRunning = false;
            if (_signals is not null) _signals.AppendedElsewhere -= Wake;
        }
    }

    /// <inheritdoc/>
    public async Task<long> CatchUpAsync(bool fromZero, IProgress<(long Offset, long End)>? progress, CancellationToken stop)
    {
        if (fromZero) await RebuildAsync(null, resume: false, progress is null ? null : new Offsets(progress), stop);
        else await PrepareAsync(stop);
        return await FinishAsync(progress, stop);
    }

    /// <inheritdoc/>
    public async Task<long> RebuildAsync(int? parts, bool resume, IProgress<RebuildProgress>? progress, CancellationToken stop)
    {
        await using (await _side.AloneAsync(stop)) await BuildAsync(parts, resume, progress, stop);
        return await FinishAsync(null, stop);
    }

    /// <inheritdoc/>
    public async Task<ProjectionState> MeasureAsync(CancellationToken stop)
    {
        var offset = await _side.OffsetAsync(stop) ?? 0;
        var end = await _end(stop);
        if (offset >= end) return new(offset, 0, State.Fault);
        var next = await _journal.ReadAsync(offset, 1, stop);
        return new(offset, end - offset, State.Fault) { Behind = next is [var first] ? Since(first.CreatedMs) : default };
    }

    /// <inheritdoc/>
    public async Task<long> RebuildAsync(IProgress<long>? progress, CancellationToken stop)
    {
        bool isRunning;
        lock (_gate) isRunning = _isRunning;
        var asked = new AskedRebuild(progress);
        if (!isRunning) return await RebuildAsync(asked, stop);
        _rebuilds.Enqueue(asked);
        Wake();
        return await asked.Done.Task.WaitAsync(stop);
    }

    /// <summary>Follows the journal until a rebuild is asked for.</summary>
    private async Task FollowAsync(Action applied, CancellationToken stop)
    {
        while (_rebuilds.TryPeek(out var asked))
        {
            asked.Done.TrySetResult(await RebuildAsync(asked, stop));
            _rebuilds.TryDequeue(out _);
        }
        await PrepareAsync(stop);
        await using var worker = await _side.OpenAsync(stop);
        var offset = await worker.RunAsync(session => session.Offset(), stop);
        var end = await _end(stop);
        Show(new(offset, Math.Max(0, end - offset), null));
        while (true)
        {
            while (offset < end)
            {
                offset = await ApplyPageAsync(worker, offset, end, stop);
                applied();
            }
            await _awake.Reader.ReadAsync(stop);
            if (_rebuilds.TryPeek(out _)) return;
            end = await LookAsync(offset, stop);
        }
    }

    /// <summary>
    /// The journal's end after a wake-up. Where others write, an event may be there that cannot be read yet, until a transaction that is older
    /// has ended: nobody tells of that, so it is looked for a few times more.
    /// </summary>
    private async Task<long> LookAsync(long offset, CancellationToken stop)
    {
        var end = await _end(stop);
        if (_signals is null) return end;
        for (var pause = FirstLook; end <= offset && pause < LongestLook; pause *= 2)
        {
            await Task.Delay(pause, _time, stop);
            end = await _end(stop);
        }
        return end;
    }

    /// <summary>Sees to it that there is a side to go on with: one of this version that is not ahead of its journal.</summary>
    private async Task PrepareAsync(CancellationToken stop)
    {
        if (await IsSoundAsync(stop)) return;
        await using var alone = await _side.AloneAsync(stop);
        if (!await IsSoundAsync(stop)) await BuildAsync(null, resume: true, null, stop);
    }

    private async Task<bool> IsSoundAsync(CancellationToken stop) => await _side.OffsetAsync(stop) is { } offset && offset <= await _end(stop);

    private async Task BuildAsync(int? parts, bool resume, IProgress<RebuildProgress>? progress, CancellationToken stop)
    {
        var target = await _end(stop);
        var worthwhile = (int)Math.Clamp(1 + (target / EventsOfPart), 1, Math.Min(Environment.ProcessorCount, ProjectionPartition.MaxParts));
        var rebuild = new ProjectionRebuild(_journal, _side);
        var build = await rebuild.PrepareAsync(new(parts ?? worthwhile, target), resume, stop);
        var shown = await _side.OffsetAsync(stop) ?? 0; // 0 where a build begins with what readers see
        Show(new(shown, Math.Max(0, target - shown), null));
        await rebuild.RunAsync(build, progress, stop);
        Show(new(build.Target, 0, null));
    }

    private async Task<long> RebuildAsync(AskedRebuild asked, CancellationToken stop)
    {
        await RebuildAsync(null, resume: false, asked, stop);
        ((IProgress<RebuildProgress>)asked).Report(new(0, State.Offset, State.Offset, 1, 0));
        return State.Offset;
    }

    private async Task<long> FinishAsync(IProgress<(long Offset, long End)>? progress, CancellationToken stop)
    {
        await using var worker = await _side.OpenAsync(stop);
        var offset = await worker.RunAsync(session => session.Offset(), stop);
        var end = await _end(stop);
        while (offset < end)
        {
            try
            {
                offset = await ApplyPageAsync(worker, offset, end, stop);
            }
            catch (JournalConflictException)
            {
                offset = await worker.RunAsync(session => session.Offset(), stop); // the node that keeps it up was first
            }
            progress?.Report((offset, end));
        }
        Show(new(offset, 0, null));
        return offset;
    }

    private async Task<long> ApplyPageAsync(DatabaseWorkers<ProjectionSession> worker, long offset, long end, CancellationToken stop)
    {
        var page = new ProjectionPage(await _journal.ReadAsync(offset, Page, stop));
        if (page.Events.Count == 0) return end;
        var reached = await worker.RunAsync(session => session.Apply(offset, page), stop);
        Show(new(reached, Math.Max(0, end - reached), null) { Behind = reached < end ? Since(page.EndCreatedMs) : default });
        return reached;
    }

    /// <summary>Looks until another process has brought the read side to an ordering.</summary>
    private async Task WatchAsync(long ordering, CancellationToken stop)
    {
        for (var look = FirstLook; ; look = look * 2 < LongestLook ? look * 2 : LongestLook)
        {
            if (await _side.OffsetAsync(stop) is { } offset && offset >= ordering) break;
            await Task.Delay(look, _time, stop);
        }
        lock (_gate)
        {
            foreach (var (_, reached) in _waiting.Where(waiting => waiting.Ordering <= ordering)) reached.TrySetResult();
            _waiting.RemoveAll(waiting => waiting.Reached.Task.IsCompleted);
        }
    }

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

    private TimeSpan Since(long createdMs) =>
        TimeSpan.FromMilliseconds(Math.Max(0, _time.GetUtcNow().ToUnixTimeMilliseconds() - createdMs));

    private static bool IsStorage(Exception fault) =>
        fault is JournalUnavailableException or JournalCorruptException or JournalConflictException
        or StoredEventException or InvalidDataException or IOException or DbException;

    private sealed class AskedRebuild(IProgress<long>? progress) : IProgress<RebuildProgress>
    {
        public TaskCompletionSource<long> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Report(RebuildProgress value) => progress?.Report(value.Offset);
    }

    private sealed class Offsets(IProgress<(long Offset, long End)> progress) : IProgress<RebuildProgress>
    {
        public void Report(RebuildProgress value) => progress.Report((value.Offset, value.Target));
    }
}
