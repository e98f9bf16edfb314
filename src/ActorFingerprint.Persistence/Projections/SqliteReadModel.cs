using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Persistence.Sqlite;
using ActorFingerprint.Persistence.Store;
using Microsoft.Data.Sqlite;

namespace ActorFingerprint.Persistence.Projections;

/// <summary>
/// The read side in <c>projections.db</c>. Opened at the first question, so that a node starts although its read side cannot.
/// </summary>
public sealed class SqliteReadModel(StoreFolder folder, IJournal journal, DevicePseudonyms pseudonyms, int readers = 2)
    : ReadModel(journal, pseudonyms), IAsyncDisposable
{
    private readonly Lock _gate = new();
    private DatabaseWorkers<ReadModelSession>? _workers;

    /// <summary>Closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_workers is not null) await _workers.DisposeAsync();
    }

    private protected override Task<List<T>> AskAsync<T>(Question<T> question, CancellationToken stop, params object[] values) =>
        Workers().RunAsync(session => session.Ask(question, values), stop);

    private DatabaseWorkers<ReadModelSession> Workers()
    {
        lock (_gate)
        {
            if (_workers is not null) return _workers;
            if (!File.Exists(folder.Projections))
                throw new StoreException($"{folder.Projections}: not built yet; start the node, or run `actorfp journal replay --rebuild`");
            try
            {
                var sessions = new List<ReadModelSession>();
                for (var i = 0; i < readers; i++) sessions.Add(new(SqliteFile.OpenForReading(folder.Projections)));
                return _workers = new("read-model", folder.Projections, sessions);
            }
            catch (SqliteException error)
            {
                throw SqliteFaults.Explain(folder.Projections, error) ?? error;
            }
        }
    }
}
