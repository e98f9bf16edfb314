using ActorFingerprint.Core.Identity;
using ActorFingerprint.Engine.Streams;

namespace ActorFingerprint.Engine.Runs;

/// <summary>
/// Writes the run's checkpoints: once everything up to a block is applied on every shard, the latest block boundary from which a
/// resume sees all that matters. At most one checkpoint is on its way.
/// </summary>
/// <param name="log">The run log of the source.</param>
/// <param name="run">Id of the run.</param>
/// <param name="resumedFrom">The checkpoint at which the run goes on, or null for a new run.</param>
/// <param name="checkpointFrames">Frames between two checkpoints; 0 when the run cannot be resumed and needs none.</param>
internal sealed class RunRecorder(RunLog log, string run, RunEvent.Progressed? resumedFrom, int checkpointFrames)
{
    /// <summary>Boundaries noted between two checkpoints: each costs a copy of the router rule's state.</summary>
    private const int BoundariesPerCheckpoint = 4;

    private readonly ResumeTracker _resume = new();
    private ResumePoint? _boundary;
    private Task _checkpoint = Task.CompletedTask;
    private long _nextBoundary;

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

    /// <summary>A block is about to be routed: notes the boundary before it.</summary>
    public void BlockStarts()
    {
        _resume.Passed(_boundary);
        _boundary = null;
    }

    /// <summary>A block was routed.</summary>
    public void BlockEnds(MergedBlock block, RouterRule routers)
    {
        foreach (var observation in block.Observations)
            if (observation.Frame > AppliedFrame)
                Observations++;
        Frames = Math.Max(Frames, block.LastFrame);
        StreamTicks = Math.Max(StreamTicks, block.StreamTicks);
        if (checkpointFrames == 0 || block.Next is null || block.LastFrame < _nextBoundary) return;
        _nextBoundary = block.LastFrame + checkpointFrames / BoundariesPerCheckpoint;
        _boundary = new ResumePoint(block.Next, block.StreamTicks, routers.Save());
    }

    /// <summary>Records how far a resume may skip, once <paramref name="applied"/> completes; waits for the checkpoint before it.</summary>
    public async Task CheckpointAsync(MergedBlock block, Task applied)
    {
        await _checkpoint;
        _checkpoint = RecordAsync(_resume.SafePoint(block), block.LastFrame, Observations, applied);
    }

    /// <summary>The source ended: everything is applied, the run is over.</summary>
    public async Task EndAsync()
    {
        await _checkpoint;
        await log.AppendAsync(new RunEvent.Ended(Run, StreamTicks, Frames, Observations));
    }

    /// <summary>The run stops here and may be resumed.</summary>
    public Task PauseAsync() => _checkpoint;

    /// <summary>A live run reports itself to the read side.</summary>
    public async Task ReportAsync()
    {
        await _checkpoint;
        await log.AppendAsync(new RunEvent.Reported(Run, StreamTicks, Frames, Observations));
    }

    private async Task RecordAsync(ResumePoint? point, long frames, long observations, Task applied)
    {
        await applied;
        if (point is null) return;
        await log.AppendAsync(new RunEvent.Progressed(Run, point.StreamTicks, point.Position, point.RouterState, frames, observations));
    }
}
