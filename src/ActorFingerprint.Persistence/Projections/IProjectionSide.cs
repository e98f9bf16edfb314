namespace ActorFingerprint.Persistence.Projections;

/// <summary>A build of the projections from the first event that was begun: in how many parts, and up to which ordering.</summary>
internal sealed record ProjectionBuild(int Parts, long Target);

/// <summary>
/// Where projections are kept. What readers see is one side; a new one is built in parts, each with an offset of its own, and then shown. All of
/// it throws the journal's errors.
/// </summary>
internal interface IProjectionSide
{
    /// <summary>Where it is, for messages.</summary>
    string Place { get; }

    /// <summary>The ordering that the side shown has reached; null when there is none, or one of another version.</summary>
    Task<long?> OffsetAsync(CancellationToken stop);

    /// <summary>A session that takes the side shown further.</summary>
    Task<DatabaseWorkers<ProjectionSession>> OpenAsync(CancellationToken stop);

    /// <summary>Waits until no other process builds, and keeps others from it until disposed of.</summary>
    Task<IAsyncDisposable> AloneAsync(CancellationToken stop);

    /// <summary>The build that was begun and not finished; null when there is none, or one of another version.</summary>
    Task<ProjectionBuild?> UnfinishedAsync(CancellationToken stop);

    /// <summary>Begins a build, without any row; what was built before and not shown goes.</summary>
    Task BeginAsync(ProjectionBuild build, CancellationToken stop);

    /// <summary>A session that takes one part of the build further.</summary>
    Task<DatabaseWorkers<ProjectionSession>> OpenAsync(ProjectionBuild build, ProjectionPartition part, CancellationToken stop);

    /// <summary>Shows what was built, all of it at once, in place of what was shown.</summary>
    Task ShowAsync(ProjectionBuild build, CancellationToken stop);
}
