using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Identity;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Engine.Streams;

namespace ActorFingerprint.Engine.Runs;

/// <summary>
/// Writes the run's checkpoints: once everything up to a block is applied on every shard, the latest block boundary from which a
/// resume sees all that matters; of a live run, a report for every hour. At most one of them is on its way. An erasure reaches in from
/// outside the run: what it changes is touched under <paramref name="memory"/> only.
/// </summary>
/// <param name="log">The run log of the source.</param>
/// <param name="run">Id of the run.</param>
/// <param name="resumedFrom">The checkpoint at which the run goes on, or null for a new run.</param>
/// <param name="checkpointFrames">Frames between two checkpoints; 0 when the run cannot be resumed and needs none.</param>
/// <param name="memory">Over what an erasure changes from outside.</param>
internal sealed class RunRecorder(RunLog log, string run, RunEvent.Progressed? resumedFrom, int checkpointFrames, Lock memory)
{
    /// <summary>
    /// Boundaries noted between two checkpoints, and within what the stream remembers (<see cref="ResumeTracker.Memory"/>): each costs a
    /// copy of the router rule's state, and is kept until a later one is safe.
    /// </summary>
    private const int BoundariesPerCheckpoint = 4;

    private readonly ResumeTracker _resume = new();
    private ResumePoint? _boundary;
    private Task _last = Task.CompletedTask;
    private long _nextBoundary, _nextBoundaryTicks;

    /// <summary>Id of the run.</summary>
    public string Run { get; } = run;

    /// <summary>Up to this frame everything was applied before the resume: what is made of those frames again is dropped.</summary>
    public long AppliedFrame { get; } = resumedFrom?.Frames ?? 0;

    /// <summary>Last frame merged.</summary>
    public long Frames { get; private set; } = resumedFrom?.Frames ?? 0;

    /// <summary>Observations merged, those before a resume included.</summary>
    public long Observations { get; private set; } = resumedFrom?.Observations ?? 0;

    /// <summary>Highest frame time merged, UTC ticks.</summary>
    public long StreamTicks { get; private set; } = resumedFrom?.AtTicks ?? 0;

    /// <summary>A full hour (UTC) of frame time lies between the last two blocks.</summary>
    public bool HasPassedHour { get; private set; }

    /// <summary>A block or the next part of one is about to be routed: notes the boundary before it, and counts.</summary>
    public void Routes(IReadOnlyList<Observation> observations)
    {
        _resume.Passed(_boundary);
        _boundary = null;
        var counted = observations.Count;
        for (var i = 0; i < observations.Count && observations[i].Frame <= AppliedFrame; i++) counted--; // frames rise
        Observations += counted;
    }

    /// <summary>A block was routed.</summary>
    public void BlockEnds(MergedBlock block, RouterRule routers)
    {
        Frames = Math.Max(Frames, block.LastFrame);
        HasPassedHour = StreamTicks != 0 && block.LastFrame > AppliedFrame
            && block.StreamTicks / TimeSpan.TicksPerHour > StreamTicks / TimeSpan.TicksPerHour;
        StreamTicks = Math.Max(StreamTicks, block.StreamTicks);
        if (checkpointFrames == 0 || block.Next is null || block.LastFrame < _nextBoundary || block.StreamTicks < _nextBoundaryTicks) return;
        _nextBoundary = block.LastFrame + checkpointFrames / BoundariesPerCheckpoint;
        _nextBoundaryTicks = block.StreamTicks + ResumeTracker.Memory.Ticks / BoundariesPerCheckpoint;
        _boundary = new ResumePoint(block.Next, block.StreamTicks, routers.Save());
    }

    /// <summary>Records how far a resume may skip, once <paramref name="applied"/> completes; waits for the record before it.</summary>
    public async Task CheckpointAsync(MergedBlock block, Task applied)
    {
        await _last;
        lock (memory) _last = RecordAsync(_resume.SafePoint(block), block.LastFrame, Observations, applied);
    }

    /// <summary>The hourly event of a live run as of now.</summary>
    public RunEvent Hour => new RunEvent.Reported(Run, StreamTicks, Frames, Observations);

    /// <summary>The last event of the run as of now.</summary>
    public RunEvent End => new RunEvent.Ended(Run, StreamTicks, Frames, Observations);

    /// <summary>A live run reports itself to the read side, once <paramref name="applied"/> completes; waits for the record before it.</summary>
    public async Task ReportAsync(Task applied)
    {
        await _last;
        lock (memory) _last = AppendAsync(Hour, applied);
    }

    /// <summary>Forgets a device in the boundaries that checkpoints will be made of.</summary>
    public void Forget(DeviceKey device)
    {
        _boundary = _boundary?.Without(device);
        _resume.Forget(device);
    }

    /// <summary>Completes when the checkpoint on its way is written, or has failed.</summary>
    public async Task SettleAsync() =>
        await _last.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

    /// <summary>The source ended: everything is applied, the run is over.</summary>
    public async Task EndAsync()
    {
        await _last;
        await log.AppendAsync(End);
    }

    /// <summary>The run stops here and may be resumed.</summary>
    public Task PauseAsync() => _last;

    private async Task RecordAsync(ResumePoint? point, long frames, long observations, Task applied)
    {
        await applied;
        if (point is null) return;
        await log.AppendAsync(new RunEvent.Progressed(Run, point.StreamTicks, point.Position, point.RouterState, frames, observations));
    }

    private async Task AppendAsync(RunEvent @event, Task applied)
    {
        await applied;
        await log.AppendAsync(@event);
    }
}
