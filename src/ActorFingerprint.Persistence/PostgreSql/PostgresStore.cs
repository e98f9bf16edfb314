using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Projections;
using ActorFingerprint.Persistence.Maintenance;
using ActorFingerprint.Persistence.PostgreSql.Projections;
using ActorFingerprint.Persistence.Projections;
using ActorFingerprint.Persistence.Store;
using Npgsql;

namespace ActorFingerprint.Persistence.PostgreSql;

/// <summary>
/// A store in one schema of a PostgreSQL database, with its read side beside it, opened together. Several nodes may have it open; the pseudonym
/// key is a file of each.
/// </summary>
public sealed class PostgresStore : IEventStore
{
    private readonly PostgresDatabase _database;
    private readonly PostgresMeta _meta;
    private readonly PostgresJournal _journal;
    private readonly PostgresSession? _session;
    private readonly PostgresReadSide _readSide;
    private bool _closed;

    private PostgresStore(
        PostgresDatabase database, PostgresMeta meta, PostgresOptions options, StoreOptions store, DevicePseudonyms pseudonyms, PostgresSession? session)
    {
        (_database, _meta, _session, Pseudonyms) = (database, meta, session, pseudonyms);
        _journal = new(
            database, store.WriterUuid ?? Guid.NewGuid().ToString(), meta.Settled, store.Time, store.Warn, session is null ? null : session.Announce);
        _readSide = new(options, _journal, session, pseudonyms, store.Time, store.ProjectionChanged);
    }

    /// <inheritdoc/>
    public string Where => _database.Where;

    /// <inheritdoc/>
    public string ErasureRemainder =>
        "erased data is in no row; freed space of the tables, the server's log and backups may hold it until they are overwritten (docs/journal.md)";

    /// <inheritdoc/>
    public int Shards => _meta.Shards;

    /// <inheritdoc/>
    public IJournal Journal => _journal;

    /// <inheritdoc/>
    public ISnapshotStore Snapshots => _journal;

    /// <inheritdoc/>
    public DevicePseudonyms Pseudonyms { get; }

    /// <summary>What other nodes append; null when opened for reading only.</summary>
    public IJournalSignals? Signals => _session;

    /// <inheritdoc/>
    public IProjections Projections => _readSide.Projections;

    /// <inheritdoc/>
    public IDeviceReadModel ReadModel => _readSide.ReadModel;

    /// <summary>
    /// Opens a store for a node, beside other nodes, and makes what is missing. <see cref="StoreOptions.Folder"/> is the node's own folder.
    /// </summary>
    /// <exception cref="StoreException">
    /// The store is a newer version's, has another number of shards or another pseudonym key, or a command has it to itself.
    /// </exception>
    /// <exception cref="JournalUnavailableException">The server cannot be reached, or refuses.</exception>
    public static Task<PostgresStore> OpenAsync(PostgresOptions options, StoreOptions store, CancellationToken stop) =>
        OpenAsync(options, store, PostgresUse.Node, stop);

    /// <summary>Opens a store for one process alone, and makes what is missing; refused while any other has it open for writing.</summary>
    public static Task<PostgresStore> OpenAloneAsync(PostgresOptions options, StoreOptions store, CancellationToken stop) =>
        OpenAsync(options, store, PostgresUse.Alone, stop);

    /// <summary>Opens a store for reading only, also beside nodes; refused when there is none.</summary>
    public static Task<PostgresStore> OpenForReadingAsync(PostgresOptions options, StoreOptions store, CancellationToken stop) =>
        OpenAsync(options, store, PostgresUse.Reading, stop);

    /// <summary>Refuses a place without a store of this version; changes nothing.</summary>
    public static async Task ThrowUnlessStoreAsync(PostgresOptions options, CancellationToken stop)
    {
        await using var database = new PostgresDatabase(options);
        await PostgresMigrations.CheckAsync(database, stop);
    }

    /// <inheritdoc/>
    public Task<long> HighestOrderingAsync(CancellationToken stop) => _journal.HighestOrderingAsync(stop);

    /// <inheritdoc/>
    public async Task ImportAsync(IReadOnlyList<StoredEvent> events, CancellationToken stop)
    {
        if (events.Count > 0) await PostgresImport.AppendAsync(_database, events, stop);
    }

    /// <inheritdoc/>
    public async Task<StoreStats> StatisticsAsync(CancellationToken stop)
    {
        var (offset, bytes) = (await _readSide.OffsetAsync(stop), await _readSide.SizeAsync(stop));
        return await PostgresStatistics.OfAsync(_database, _meta, offset, bytes, stop);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Finding>> VerifyAsync(CancellationToken stop) =>
        await PostgresVerification.OfAsync(_database, await _readSide.OffsetAsync(stop), stop);

    /// <summary>
    /// Removes everything captured from the database, and closes the store. The pseudonym key stays in the folders of the nodes; the next store
    /// here takes it again.
    /// </summary>
    public async Task ClearAsync(CancellationToken stop)
    {
        await _readSide.ClearAsync(stop);
        await _database.TransactAsync(
            async (connection, stop) =>
            {
                await using var command = new NpgsqlCommand($"DROP SCHEMA \"{_database.Schema}\" CASCADE", connection);
                return await command.ExecuteNonQueryAsync(stop);
            },
            stop);
        await DisposeAsync();
    }

    /// <summary>Closes everything; stop the projections first.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_closed) return;
        _closed = true;
        await _readSide.DisposeAsync();
        await _journal.DisposeAsync();
        if (_session is not null) await _session.DisposeAsync();
        await _database.DisposeAsync();
    }

    private static async Task<PostgresStore> OpenAsync(PostgresOptions options, StoreOptions store, PostgresUse use, CancellationToken stop)
    {
        var folder = StoreFolder.Of(store.Folder);
        var database = new PostgresDatabase(options, store.Time);
        PostgresSession? session = null;
        try
        {
            if (use == PostgresUse.Reading) await PostgresMigrations.CheckAsync(database, stop);
            else
            {
                folder.Create();
                await PostgresMigrations.ApplyAsync(database, stop);
                session = await PostgresSession.OpenAsync(database, use, options.PollInterval, store.Warn, stop);
            }
            var meta = use == PostgresUse.Reading
                ? await PostgresMeta.ReadAsync(database, stop)
                : await PostgresMeta.OpenAsync(database, store.Shards, store.Time.GetUtcNow(), stop);
            var key = options.PseudonymKeyFile is { Length: > 0 } named ? named : folder.PseudonymKey;
            var pseudonyms = await SharedPseudonymKey.LoadAsync(database, meta, key, mayFix: use != PostgresUse.Reading, stop);
            return new(database, meta, options, store, pseudonyms, session);
        }
        catch
        {
            if (session is not null) await session.DisposeAsync();
            await database.DisposeAsync();
            throw;
        }
    }
}
