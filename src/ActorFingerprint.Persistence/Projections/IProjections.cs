using ActorFingerprint.Engine.Projections;

namespace ActorFingerprint.Persistence.Projections;

/// <summary>How the read side is doing.</summary>
/// <param name="Offset">Journal ordering that it has reached.</param>
/// <param name="Lag">Events that it is behind, as of its last look at the journal.</param>
/// <param name="Fault">Why it stands still, or null.</param>
public readonly record struct ProjectionState(long Offset, long Lag, string? Fault);

/// <summary>
/// Keeps the read side of a store up with its journal: reads after its offset in pages, applies each in one transaction, sleeps until woken. A
/// fault of the read side never reaches the journal: it is shown in <see cref="State"/> and tried again after a growing while.
/// </summary>
public interface IProjections
{
    /// <summary>How the read side is doing now.</summary>
    ProjectionState State { get; }

    /// <summary>Says that there may be new events. Cheap; call it after each commit.</summary>
    void Wake();

    /// <summary>
    /// Completes when the read side has reached an ordering, also when another process of the same store brought it there; waits as long as it
    /// takes.
    /// </summary>
    Task WaitForAsync(long ordering, CancellationToken stop);

    /// <summary>Follows the journal until cancelled, which is its normal end. In one process of a store at a time.</summary>
    Task RunAsync(CancellationToken stop);

    /// <summary>
    /// Brings the read side up to the journal's end and returns; <paramref name="fromZero"/> drops every row first. Not beside
    /// <see cref="RunAsync"/>. Gives the offset reached; <paramref name="progress"/> hears of offset and end.
    /// </summary>
    Task<long> CatchUpAsync(bool fromZero, IProgress<(long Offset, long End)>? progress, CancellationToken stop);
}
