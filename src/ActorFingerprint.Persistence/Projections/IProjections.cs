using ActorFingerprint.Engine.Projections;

namespace ActorFingerprint.Persistence.Projections;

/// <summary>How the read side is doing.</summary>
/// <param name="Offset">Journal ordering that it has reached.</param>
/// <param name="Lag">Events that it is behind, as of its last look at the journal.</param>
/// <param name="Fault">Why it stands still, or null.</param>
public readonly record struct ProjectionState(long Offset, long Lag, string? Fault)
{
    /// <summary>Since when the oldest event that it does not show is in the journal, at most; zero when it shows all.</summary>
    public TimeSpan Behind { get; init; }
}

/// <summary>How far a rebuild is.</summary>
/// <param name="Events">Events that this process has read for it.</param>
/// <param name="Offset">Ordering that the slowest part has reached.</param>
/// <param name="Target">Ordering at which the rebuild ends.</param>
/// <param name="Parts">Into how many parts it is split.</param>
/// <param name="ResumedAt">Where this process found it; 0 when it began it.</param>
public readonly record struct RebuildProgress(long Events, long Offset, long Target, int Parts, long ResumedAt);

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
    /// Brings the read side up to the journal's end and returns; <paramref name="fromZero"/> builds it again, whatever was begun. Not beside
    /// <see cref="RunAsync"/>. Gives the offset reached; <paramref name="progress"/> hears of offset and end.
    /// </summary>
    Task<long> CatchUpAsync(bool fromZero, IProgress<(long Offset, long End)>? progress, CancellationToken stop);

    /// <summary>
    /// Builds the read side from the first event, in <paramref name="parts"/> parts at once (1..64; null for as many as are worth it), then brings
    /// it up to the journal's end. Gives the offset reached. The rows are those of a rebuild in one part. With <paramref name="resume"/> a
    /// rebuild that was cut off is gone on with, in its parts.
    /// </summary>
    Task<long> RebuildAsync(int? parts, bool resume, IProgress<RebuildProgress>? progress, CancellationToken stop);

    /// <summary>
    /// Builds the read side from the first event, also beside <see cref="RunAsync"/>, which goes on after it; readers see what they saw before
    /// until it is done. Once begun it goes on, whether or not somebody waits. Gives the ordering reached, of which <paramref name="progress"/> hears.
    /// </summary>
    Task<long> RebuildAsync(IProgress<long>? progress, CancellationToken stop);

    /// <summary>Asks the databases how far the read side is, whichever process keeps it up.</summary>
    Task<ProjectionState> MeasureAsync(CancellationToken stop);
}
