using ActorFingerprint.Persistence.Projections;
using ActorFingerprint.Persistence.Store;
using Microsoft.Data.Sqlite;

namespace ActorFingerprint.Persistence.Sqlite.Projections;

/// <summary>
/// Projections in <c>projections.db</c>, which has room for one side: a build begins with empty tables, and who reads meanwhile sees them fill.
/// </summary>
internal sealed class SqliteProjectionSide(StoreFolder folder) : IProjectionSide
{
    private readonly Lock _turn = new();

    /// <inheritdoc/>
    public string Place => folder.Projections;

    /// <inheritdoc/>
    public Task<long?> OffsetAsync(CancellationToken stop) => Task.FromResult(File.Exists(folder.Projections)
        ? With(Durability.Normal, connection => ProjectionSchema.VersionOf(connection) == ProjectionSchema.Version ? ProjectionSchema.OffsetOf(connection) : null)
        : null);

    /// <inheritdoc/>
    public Task<DatabaseWorkers<ProjectionSession>> OpenAsync(CancellationToken stop) =>
        Task.FromResult(Open(ProjectionPartition.Whole, Durability.Normal, null));

    /// <summary>The folder's lock keeps others away.</summary>
    public Task<IAsyncDisposable> AloneAsync(CancellationToken stop) => Task.FromResult<IAsyncDisposable>(new Nobody());

    /// <inheritdoc/>
    public Task<ProjectionBuild?> UnfinishedAsync(CancellationToken stop) => Task.FromResult(File.Exists(folder.Projections)
        ? With(Durability.Normal, connection => ProjectionSchema.VersionOf(connection) == ProjectionSchema.Version ? ProjectionSchema.BuildOf(connection) : null)
        : null);

    /// <inheritdoc/>
    public Task BeginAsync(ProjectionBuild build, CancellationToken stop)
    {
        With(Durability.Normal, connection =>
        {
            ProjectionSchema.Begin(connection, build);
            return build;
        });
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<DatabaseWorkers<ProjectionSession>> OpenAsync(ProjectionBuild build, ProjectionPartition part, CancellationToken stop) =>
        Task.FromResult(Open(part, Durability.Process, _turn));

    /// <inheritdoc/>
    public Task ShowAsync(ProjectionBuild build, CancellationToken stop)
    {
        With(Durability.Full, connection =>
        {
            ProjectionSchema.Show(connection, build);
            return build;
        });
        return Task.CompletedTask;
    }

    private sealed class Nobody : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private DatabaseWorkers<ProjectionSession> Open(ProjectionPartition part, Durability durability, Lock? turn) => new(
        part.Name, folder.Projections, [Keeping(durability, connection => new ProjectionSession(new SqliteProjectionDatabase(connection, turn), part))]);

    private T With<T>(Durability durability, Func<SqliteConnection, T> work) => Keeping(durability, connection =>
    {
        using (connection) return work(connection);
    });

    /// <summary>Opens the file for work that keeps the connection, unless it fails.</summary>
    private T Keeping<T>(Durability durability, Func<SqliteConnection, T> work)
    {
        try
        {
            var connection = SqliteFile.OpenForWriting(folder.Projections, durability);
            try
            {
                return work(connection);
            }
            catch
            {
                connection.Dispose();
                throw;
            }
        }
        catch (SqliteException error)
        {
            throw SqliteFaults.Explain(folder.Projections, error) ?? error;
        }
    }
}
