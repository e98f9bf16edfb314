using System.Globalization;
using System.Runtime.CompilerServices;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Persistence.Store;
using Microsoft.Data.Sqlite;

namespace ActorFingerprint.Persistence.Sqlite;

/// <summary>
/// The journal in one SQLite file. One thread writes, with every commit on disk before its task completes; others read. Holds
/// the folder's lock unless opened for reading only.
/// </summary>
public sealed class SqliteJournal : IJournal, ISnapshotStore
{
    private const int ReplayPage = 512;

    private readonly StoreLock? _lock;
    private readonly DatabaseWorkers<JournalWriteSession>? _writer;
    private readonly DatabaseWorkers<JournalReadSession> _readers;
    private readonly Action<string> _warn;

    private SqliteJournal(
        StoreFolder folder,
        StoreLock? held,
        int shards,
        JournalWriteSession? writer,
        IReadOnlyList<JournalReadSession> readers,
        Action<string>? warn)
    {
        (Folder, Shards, _lock, _warn) = (folder, shards, held, warn ?? (static _ => { }));
        if (writer is not null) _writer = new("journal-writer", folder.Journal, [writer]);
        _readers = new("journal-reader", folder.Journal, readers);
    }

    /// <summary>Where it lies.</summary>
    public StoreFolder Folder { get; }

    /// <summary>Opened for reading only.</summary>
    public bool IsReadOnly => _writer is null;

    /// <summary>How many shards the store was created with.</summary>
    public int Shards { get; }

    /// <summary>
    /// Opens the journal of a folder for writing and makes what is missing. Throws <see cref="StoreException"/> when another process
    /// has it, the shard count differs or the schema is newer; <see cref="JournalUnavailableException"/> when storage refuses.
    /// </summary>
    public static SqliteJournal Open(StoreOptions options)
    {
        var folder = StoreFolder.Of(options.Folder);
        folder.Create();
        var held = StoreLock.Take(folder);
        var opened = new List<IDisposable> { held };
        try
        {
            var connection = SqliteFile.OpenForWriting(folder.Journal, Durability.Full);
            opened.Add(connection);
            JournalSchema.Prepare(connection, folder.Journal, options.Shards, options.Time.GetUtcNow());
            var shards = ShardsOf(connection);
            if (options.Shards is { } asked && asked != shards)
                throw new StoreException(
                    $"{folder.Path}: created with {shards} shards, not {asked}; set shards = {shards}, or use another folder");
            connection.TryEmptyLog(); // of what a process that died has left in it
            var writer = new JournalWriteSession(connection, options.WriterUuid ?? Guid.NewGuid().ToString(), options.Time);
            opened.Add(writer);
            return new(folder, held, shards, writer, OpenReaders(folder, options.Readers, opened), options.Warn);
        }
        catch (Exception error)
        {
            Close(opened);
            if (error is SqliteException refused && SqliteFaults.Explain(folder.Journal, refused) is { } explained) throw explained;
            throw;
        }
    }

    /// <summary>Opens the journal of a folder for reading, also beside a running writer. Writing throws.</summary>
    public static SqliteJournal OpenForReading(StoreOptions options)
    {
        var folder = StoreFolder.Of(options.Folder);
        folder.ThrowUnlessJournal();
        var opened = new List<IDisposable>();
        try
        {
            var connection = SqliteFile.OpenForReading(folder.Journal);
            opened.Add(connection);
            if (JournalSchema.VersionOf(connection) is var version && version != JournalSchema.Current)
                throw new StoreException(
                    $"{folder.Journal}: schema {version}, this program reads {JournalSchema.Current}; open it once with `actorfp run`");
            var shards = ShardsOf(connection);
            var session = new JournalReadSession(connection);
            opened.Add(session);
            return new(folder, null, shards, null, [session, .. OpenReaders(folder, options.Readers - 1, opened)], options.Warn);
        }
        catch (Exception error)
        {
            Close(opened);
            if (error is SqliteException refused && SqliteFaults.Explain(folder.Journal, refused) is { } explained) throw explained;
            throw;
        }
    }

    /// <inheritdoc/>
    public Task WriteAsync(IReadOnlyList<AtomicWrite> writes, CancellationToken stop) => Writing(session => session.Write(writes), stop);

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredEvent> ReplayAsync(
        string persistenceId, long fromSequenceNumber, [EnumeratorCancellation] CancellationToken stop)
    {
        for (var from = fromSequenceNumber; ;)
        {
            var next = from;
            var page = await _readers.RunAsync(session => session.Replay(persistenceId, next, ReplayPage), stop);
            foreach (var past in page) yield return past;
            if (page.Count < ReplayPage) yield break;
            from = page[^1].SequenceNumber + 1;
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<StoredEvent>> ReadAsync(long afterOrdering, int max, CancellationToken stop) =>
        await _readers.RunAsync(session => session.Read(afterOrdering, max), stop);

    /// <inheritdoc/>
    public Task<long> HighestSequenceNumberAsync(string persistenceId, CancellationToken stop) =>
        _readers.RunAsync(session => session.Highest(persistenceId), stop);

    /// <summary>The highest ordering; 0 for an empty journal.</summary>
    public Task<long> HighestOrderingAsync(CancellationToken stop) => _readers.RunAsync(session => session.HighestOrdering(), stop);

    /// <inheritdoc/>
    public Task<StoredSnapshot?> LoadAsync(string persistenceId, CancellationToken stop) =>
        _readers.RunAsync(session => session.Snapshot(persistenceId, _warn), stop);

    /// <inheritdoc/>
    public Task<long> ClaimShardAsync(string region, int shard, string owner, CancellationToken stop) =>
        Writer.RunAsync(session => session.Claim(region, shard, owner), stop);

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<int, long>> ReadEpochsAsync(string region, CancellationToken stop) =>
        await _readers.RunAsync(session => session.Epochs(region), stop);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<EntityPosition>> EntitiesAsync(string after, string end, int max, CancellationToken stop) =>
        await _readers.RunAsync(session => session.Entities(after, end, max), stop);

    /// <inheritdoc/>
    public Task<int> DeleteAsync(ShardFence fence, IReadOnlyList<EntityPosition> entities, CancellationToken stop) =>
        Writer.RunAsync(session => session.Delete(fence, entities), stop);

    /// <inheritdoc/>
    public Task<bool> RewriteAsync(
        IReadOnlyList<Rewrite> rewrites, IReadOnlyList<string> dropSnapshotsOf, AtomicWrite? append, CancellationToken stop) =>
        Writer.RunAsync(session => session.Rewrite(rewrites, dropSnapshotsOf, append), stop);

    /// <summary>Appends events with the orderings, times and writers that they had; for <c>journal import</c>.</summary>
    internal Task ImportAsync(IReadOnlyList<StoredEvent> events, CancellationToken stop) =>
        Writing(session => session.Import(events), stop);

    /// <summary>Finishes what is queued, closes the files and gives the lock back.</summary>
    public async ValueTask DisposeAsync()
    {
        await _readers.DisposeAsync();
        if (_writer is not null) await _writer.DisposeAsync();
        _lock?.Dispose();
    }

    private DatabaseWorkers<JournalWriteSession> Writer =>
        _writer ?? throw new StoreException($"{Folder.Path}: opened for reading only; stop the node that writes it and try again");

    private Task<bool> Writing(Action<JournalWriteSession> work, CancellationToken stop) => Writer.RunAsync(
        session =>
        {
            work(session);
            return true;
        },
        stop);

    private static int ShardsOf(SqliteConnection connection) =>
        int.Parse(JournalSchema.Meta(connection, "shards") ?? "0", CultureInfo.InvariantCulture);

    private static List<JournalReadSession> OpenReaders(StoreFolder folder, int count, List<IDisposable> opened)
    {
        var readers = new List<JournalReadSession>();
        for (var i = 0; i < count; i++)
        {
            var connection = SqliteFile.OpenForReading(folder.Journal);
            opened.Add(connection);
            readers.Add(new(connection));
        }
        return readers;
    }

    private static void Close(List<IDisposable> opened)
    {
        opened.Reverse();
        foreach (var resource in opened) resource.Dispose();
    }
}
