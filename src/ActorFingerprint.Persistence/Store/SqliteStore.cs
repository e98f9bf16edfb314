using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Persistence.Projections;
using ActorFingerprint.Persistence.Sqlite;

namespace ActorFingerprint.Persistence.Store;

/// <summary>Everything in one store folder, opened together: journal and snapshots, pseudonyms, read side.</summary>
public sealed class SqliteStore : IAsyncDisposable
{
    private SqliteStore(SqliteJournal journal, DevicePseudonyms pseudonyms, StoreOptions options)
    {
        (Journal, Pseudonyms) = (journal, pseudonyms);
        Projections = new(journal, options.Time, options.ProjectionChanged);
        ReadModel = new(journal.Folder, journal, pseudonyms, options.Readers);
    }

    /// <summary>Where it lies.</summary>
    public StoreFolder Folder => Journal.Folder;

    /// <summary>The journal, which is the snapshot store, too.</summary>
    public SqliteJournal Journal { get; }

    /// <summary>Names devices in the journal.</summary>
    public DevicePseudonyms Pseudonyms { get; }

    /// <summary>Keeps the read side up; the host runs it and wakes it after commits. Only for a store opened for writing.</summary>
    public ProjectionRunner Projections { get; }

    /// <summary>Answers questions.</summary>
    public SqliteReadModel ReadModel { get; }

    /// <summary>Opens a store for writing and makes what is missing. Throws as <see cref="SqliteJournal.Open"/> does.</summary>
    public static Task<SqliteStore> OpenAsync(StoreOptions options) => OpenAsync(SqliteJournal.Open(options), options);

    /// <summary>Opens a store for reading only, also beside the node that writes it.</summary>
    public static Task<SqliteStore> OpenForReadingAsync(StoreOptions options) => OpenAsync(SqliteJournal.OpenForReading(options), options);

    /// <summary>Closes everything; stop the projections first.</summary>
    public async ValueTask DisposeAsync()
    {
        await ReadModel.DisposeAsync();
        await Journal.DisposeAsync();
    }

    private static async Task<SqliteStore> OpenAsync(SqliteJournal journal, StoreOptions options)
    {
        try
        {
            var isEmpty = !journal.IsReadOnly && await journal.HighestOrderingAsync(CancellationToken.None) == 0;
            return new(journal, PseudonymKeyFile.LoadOrCreate(journal.Folder, isEmpty), options);
        }
        catch
        {
            await journal.DisposeAsync();
            throw;
        }
    }
}
