using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Projections;
using ActorFingerprint.Persistence.Maintenance;
using ActorFingerprint.Persistence.Projections;
using ActorFingerprint.Persistence.Sqlite;
using ActorFingerprint.Persistence.Sqlite.Projections;

namespace ActorFingerprint.Persistence.Store;

/// <summary>Everything in one store folder, opened together: journal and snapshots, pseudonyms, read side.</summary>
public sealed class SqliteStore : IEventStore
{
    private readonly SqliteReadModel _readModel;
    private bool _closed;

    private SqliteStore(SqliteJournal journal, DevicePseudonyms pseudonyms, StoreOptions options)
    {
        (Journal, Pseudonyms) = (journal, pseudonyms);
        Projections = new(
            journal, journal.HighestOrderingAsync, new SqliteProjectionSide(journal.Folder), null, options.Time, options.ProjectionChanged);
        _readModel = new(journal.Folder, journal, pseudonyms, options.Readers);
    }

    /// <summary>Where it lies.</summary>
    public StoreFolder Folder => Journal.Folder;

    /// <inheritdoc/>
    public string Where => Folder.Path;

    /// <inheritdoc/>
    public string ErasureRemainder =>
        "a reader keeps an old copy of erased data open: it goes with the next commit after the reader has closed; or there was no room to write "
        + "the file anew (as much as the file in the folder of temporary files): it goes with the next erasure, or when the node stops";

    /// <inheritdoc/>
    public int Shards => Journal.Shards;

    /// <summary>The journal, which is the snapshot store, too.</summary>
    public SqliteJournal Journal { get; }

    /// <inheritdoc/>
    public DevicePseudonyms Pseudonyms { get; }

    /// <inheritdoc cref="IEventStore.Projections"/>
    public ProjectionRunner Projections { get; }

    /// <inheritdoc/>
    public IDeviceReadModel ReadModel => _readModel;

    /// <summary>Null: the folder's lock lets one process write.</summary>
    public IJournalSignals? Signals => null;

    IJournal IEventStore.Journal => Journal;

    ISnapshotStore IEventStore.Snapshots => Journal;

    IProjections IEventStore.Projections => Projections;

    /// <summary>Opens a store for writing and makes what is missing. Throws as <see cref="SqliteJournal.Open"/> does.</summary>
    public static Task<SqliteStore> OpenAsync(StoreOptions options) => OpenAsync(SqliteJournal.Open(options), options);

    /// <summary>Opens a store for reading only, also beside the node that writes it.</summary>
    public static Task<SqliteStore> OpenForReadingAsync(StoreOptions options) => OpenAsync(SqliteJournal.OpenForReading(options), options);

    /// <inheritdoc/>
    public Task<long> HighestOrderingAsync(CancellationToken stop) => Journal.HighestOrderingAsync(stop);

    /// <inheritdoc/>
    public Task ImportAsync(IReadOnlyList<StoredEvent> events, CancellationToken stop) => Journal.ImportAsync(events, stop);

    /// <inheritdoc/>
    public Task<StoreStats> StatisticsAsync(CancellationToken stop) => Task.Run(() => SqliteStatistics.Of(Folder), stop);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Finding>> VerifyAsync(CancellationToken stop) => Task.Run(() => SqliteVerification.Of(Folder, stop), stop);

    /// <inheritdoc/>
    public async Task ClearAsync(CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        await DisposeAsync();
        foreach (var file in Directory.GetFiles(Folder.Path, "journal.db*").Concat(Directory.GetFiles(Folder.Path, "projections.db*")))
            File.Delete(file);
        File.Delete(Folder.PseudonymKey);
    }

    /// <summary>Closes everything; stop the projections first.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_closed) return;
        _closed = true;
        await _readModel.DisposeAsync();
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
