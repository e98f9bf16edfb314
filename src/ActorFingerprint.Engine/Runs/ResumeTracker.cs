using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Identity;
using ActorFingerprint.Engine.Capture;
using ActorFingerprint.Engine.Streams;

namespace ActorFingerprint.Engine.Runs;

/// <summary>A block boundary at which a run can start again, with what was true there.</summary>
/// <param name="Position">Where the source continues.</param>
/// <param name="StreamTicks">Highest frame time before it.</param>
/// <param name="RouterState">State of the router rule before it.</param>
public sealed record ResumePoint(SourcePosition Position, long StreamTicks, string RouterState)
{
    /// <summary>The same without an erased device.</summary>
    public ResumePoint Without(DeviceKey device) => this with { RouterState = RouterRule.Without(RouterState, device) };
}

/// <summary>
/// Finds from which block a resumed run must read so that it sees all that the uninterrupted run remembers: no later than the first
/// frame of the oldest open flow, and no later than <see cref="Memory"/> of frame time ago, which bounds every other
/// state of the stream (budgets of flows, repeats of hellos, fragments).
/// </summary>
internal sealed class ResumeTracker
{
    /// <summary>Longest time for which the stream remembers anything that is not an open flow.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromSeconds(60);

    private readonly LinkedList<ResumePoint> _boundaries = new();

    /// <summary>Notes the boundary before a block. <paramref name="point"/> is null when the source cannot start there.</summary>
    public void Passed(ResumePoint? point)
    {
        if (point is not null) _boundaries.AddLast(point);
    }

    /// <summary>The latest safe boundary once everything up to and including <paramref name="block"/> is committed; null means from the start.</summary>
    public ResumePoint? SafePoint(MergedBlock block)
    {
        var horizon = block.StreamTicks - Memory.Ticks;
        while (_boundaries.First?.Next is { } second && IsSafe(second.Value, block.OldestOpenFrame, horizon)) _boundaries.RemoveFirst();
        return _boundaries.First is { } first && IsSafe(first.Value, block.OldestOpenFrame, horizon) ? first.Value : null;
    }

    /// <summary>Forgets a device in every boundary noted.</summary>
    public void Forget(DeviceKey device)
    {
        for (var at = _boundaries.First; at is not null; at = at.Next) at.Value = at.Value.Without(device);
    }

    private static bool IsSafe(ResumePoint point, long oldestOpenFrame, long horizon) =>
        point.Position.Frame <= oldestOpenFrame && point.StreamTicks <= horizon;
}
