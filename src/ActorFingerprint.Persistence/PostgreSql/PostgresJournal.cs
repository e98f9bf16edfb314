using System.Runtime.CompilerServices;
using ActorFingerprint.Engine.Journal;
using Npgsql;

namespace ActorFingerprint.Persistence.PostgreSql;

/// <summary>
/// The journal in PostgreSQL, written by several nodes. A commit is one statement in one round trip, durable when its task completes; reads
/// by ordering stop below the oldest transaction that still runs, so that none that commits later is passed over. Reads survive a lost
/// connection by themselves for a while; a write fails with <see cref="JournalUnavailableException"/> and may be tried again with the same
/// <see cref="AtomicWrite"/>s: whether its commit had come through is then found out first.
/// </summary>
public sealed class PostgresJournal : IJournal, ISnapshotStore
{
    private const int ReplayPage = 512;
    private const int Attempts = 5;

    /// <summary>Entities whose position is remembered: about 200 bytes each.</summary>
    private const int KnownEntities = 131_072;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a claim waits for a commit of the former owner before it ends that owner's session.</summary>
    private static readonly TimeSpan ClaimPatience = TimeSpan.FromSeconds(2);

    private readonly PostgresDatabase _database;
    private readonly TimeProvider _time;
    private readonly Action<string> _warn;
    private readonly Action? _appended;
    private readonly OpenOutcomes _outcomes;
    private readonly KnownPositions _known = new(KnownEntities);
    private readonly PostgresVacuum _vacuum;
    private readonly long _settled;

    /// <summary>Uses a store whose schema is up to date.</summary>
    /// <param name="database">The connections; they stay the caller's.</param>
    /// <param name="writerUuid">Who writes; no two processes may have the same.</param>
    /// <param name="settled">Orderings up to this one were not written by transactions of this database cluster (<see cref="PostgresMeta"/>).</param>
    /// <param name="time">Clock of the <c>created</c> columns.</param>
    /// <param name="warn">Hears one line for each thing that was passed over and should be looked at.</param>
    /// <param name="appended">Told after each commit; must return at once.</param>
    public PostgresJournal(
        PostgresDatabase database, string writerUuid, long settled, TimeProvider time, Action<string>? warn = null, Action? appended = null)
    {
        (_database, WriterUuid, _settled, _time, _warn, _appended) = (database, writerUuid, settled, time, warn ?? (static _ => { }), appended);
        _outcomes = new(writerUuid);
        _vacuum = new(database, "journal", "snapshot");
    }

    /// <summary>Who writes.</summary>
    public string WriterUuid { get; }

    /// <inheritdoc/>
    public async Task WriteAsync(IReadOnlyList<AtomicWrite> writes, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        await CommitAsync(
            writes,
            async (connection, batch) =>
            {
                if (!batch.IsEmpty) await AppendAsync(connection, batch);
                return true;
            });
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredEvent> ReplayAsync(
        string persistenceId, long fromSequenceNumber, [EnumeratorCancellation] CancellationToken stop)
    {
        for (var from = fromSequenceNumber; ;)
        {
            var next = from;
            var page = await _database.ReadAsync(
                (connection, stop) => JournalRows.ReadAsync(_database.Where, JournalRows.OfEntity(connection, persistenceId, next, ReplayPage), stop), stop);
            foreach (var past in page) yield return past;
            if (page.Count < ReplayPage) yield break;
            from = page[^1].SequenceNumber + 1;
        }
    }

    /// <summary>
    /// Events of all entities after an ordering, in ordering order. Ends before the first one that a transaction still running could come
    /// before, so what is read after it later is never older; when that is the very next one, waits for it. Throws
    /// <see cref="JournalUnavailableException"/> when such a transaction outlasts the patience of the options.
    /// </summary>
    public async Task<IReadOnlyList<StoredEvent>> ReadAsync(long afterOrdering, int max, CancellationToken stop)
    {
        var started = _time.GetTimestamp();
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            var waits = false;
            var page = await _database.ReadAsync(
                (connection, stop) => JournalRows.ReadAsync(
                    _database.Where, JournalRows.After(connection, afterOrdering, _settled, max), stop, () => waits = true),
                stop);
            if (page.Count > 0 || !waits) return page;
            if (_time.GetElapsedTime(started) > _database.ReadPatience)
                throw new JournalUnavailableException(
                    $"{_database.Where}: events after ordering {afterOrdering} wait for a transaction that does not end; look for the oldest backend_xid in "
                    + "pg_stat_activity, of any database of the server, and for pg_prepared_xacts");
            await Task.Delay(pause, _time, stop);
        }
    }

    /// <inheritdoc/>
    public Task<long> HighestSequenceNumberAsync(string persistenceId, CancellationToken stop) => _database.ReadAsync(
        (connection, stop) => HighestAsync(connection, persistenceId, stop), stop);

    /// <summary>The highest ordering that is committed; 0 for none.</summary>
    public Task<long> HighestOrderingAsync(CancellationToken stop) => _database.ReadAsync(
        async (connection, stop) =>
        {
            await using var command = new NpgsqlCommand("SELECT coalesce(max(ordering), 0) FROM journal", connection);
            return (long)(await command.ExecuteScalarAsync(stop))!;
        },
        stop);

    /// <inheritdoc/>
    public Task<StoredSnapshot?> LoadAsync(string persistenceId, CancellationToken stop) => _database.ReadAsync(
        (connection, stop) => JournalRows.SnapshotAsync(_database.Where, connection, persistenceId, _warn, stop), stop);

    /// <summary>
    /// Takes ownership of a shard. A commit of the former owner that is under way comes first; one that does not end within two seconds (its
    /// process stands still) has its session ended, and is taken back.
    /// </summary>
    public Task<long> ClaimShardAsync(string region, int shard, string owner, CancellationToken stop) => _database.RunAsync(
        async (connection, stop) =>
        {
            await using var command = new NpgsqlCommand(
                """
                INSERT INTO shard_owner AS o (region, shard, epoch, owner) VALUES ($1, $2, 1, $3)
                ON CONFLICT (region, shard) DO UPDATE SET epoch = o.epoch + 1, owner = excluded.owner RETURNING epoch
                """,
                connection);
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = region });
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = shard });
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = owner });
            var claim = command.ExecuteScalarAsync(stop);
            while (await Task.WhenAny(claim, Task.Delay(ClaimPatience, _time, CancellationToken.None)) != claim)
                await EndBlockersAsync(connection.ProcessID);
            return (long)(await claim)!;
        },
        stop);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<int, long>> ReadEpochsAsync(string region, CancellationToken stop) => _database.RunAsync(
        async (connection, stop) =>
        {
            var epochs = new Dictionary<int, long>();
            await using var command = new NpgsqlCommand("SELECT shard, epoch FROM shard_owner WHERE region = $1", connection);
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = region });
            await using var rows = await command.ExecuteReaderAsync(stop);
            while (await rows.ReadAsync(stop)) epochs[rows.GetInt32(0)] = rows.GetInt64(1);
            return (IReadOnlyDictionary<int, long>)epochs;
        },
        stop);

    /// <inheritdoc/>
    public Task<IReadOnlyList<EntityPosition>> EntitiesAsync(string after, string end, int max, CancellationToken stop) => _database.ReadAsync(
        async (connection, stop) =>
        {
            var entities = new List<EntityPosition>();
            await using var command = JournalRows.Entities(connection, after, end, max);
            await using var rows = await command.ExecuteReaderAsync(stop);
            while (await rows.ReadAsync(stop)) entities.Add(new(rows.GetString(0), rows.GetInt64(1), rows.GetInt64(2)));
            return (IReadOnlyList<EntityPosition>)entities;
        },
        stop);

    /// <inheritdoc/>
    public async Task<int> DeleteAsync(ShardFence fence, IReadOnlyList<EntityPosition> entities, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        foreach (var entity in entities) _known.Forget(entity.PersistenceId);
        return await _database.TransactAsync(
            async (connection, stop) =>
            {
                await using var owner = new NpgsqlCommand("SELECT epoch FROM shard_owner WHERE region = $1 AND shard = $2 FOR UPDATE", connection);
                owner.Parameters.Add(new NpgsqlParameter<string> { TypedValue = fence.Region });
                owner.Parameters.Add(new NpgsqlParameter<int> { TypedValue = fence.Shard });
                var epoch = await owner.ExecuteScalarAsync(stop) as long? ?? 0;
                if (epoch != fence.Epoch) throw new JournalConflictException(JournalConflicts.StaleEpoch(fence, epoch));
                await using var delete = JournalRows.Delete(connection, entities);
                return (int)(long)(await delete.ExecuteScalarAsync(stop))!;
            },
            CancellationToken.None);
    }

    /// <summary>
    /// Overwrites payloads, drops snapshots and appends in one transaction, then has the server clean the tables. Always false: PostgreSQL frees
    /// the space of the old rows without overwriting it, and its log and backups keep them until they are recycled (docs/journal.md).
    /// </summary>
    public async Task<bool> RewriteAsync(
        IReadOnlyList<Rewrite> rewrites, IReadOnlyList<string> dropSnapshotsOf, AtomicWrite? append, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        await CommitAsync(
            append is null ? [] : [append],
            async (connection, batch) =>
            {
                await using var transaction = await connection.BeginTransactionAsync();
                if (!batch.IsEmpty) await AppendAsync(connection, batch);
                await JournalRewrites.ApplyAsync(connection, rewrites, dropSnapshotsOf);
                await transaction.CommitAsync();
                return true;
            },
            hasMore: rewrites.Count > 0 || dropSnapshotsOf.Count > 0);
        _vacuum.Request();
        return false;
    }

    /// <summary>Ends what runs in the background; the connections are the caller's.</summary>
    public ValueTask DisposeAsync() => _vacuum.DisposeAsync();

    /// <summary>
    /// Commits writes, once. What an earlier try of the same writes may have stored is looked for first, and again when they are refused: the
    /// server may have been committing them still.
    /// </summary>
    private async Task CommitAsync(IReadOnlyList<AtomicWrite> writes, Func<NpgsqlConnection, AppendBatch, Task<bool>> commit, bool hasMore = false)
    {
        var batch = new AppendBatch(writes, _known);
        if (batch.IsEmpty && !hasMore) return;
        for (var attempt = 1; ; attempt++)
        {
            var isOpen = _outcomes.IsOpen(writes);
            try
            {
                await using var connection = await _database.DataSource.OpenConnectionAsync();
                if (isOpen)
                {
                    var rest = await _outcomes.WithoutStoredAsync(connection, writes, CancellationToken.None);
                    if (rest.Count < writes.Count)
                    {
                        // One transaction stored them, so what came with them (rewrites, other writes) is stored, too.
                        (writes, batch) = (rest, new(rest, _known));
                        if (batch.IsEmpty) break;
                    }
                }
                try
                {
                    await commit(connection, batch);
                }
                catch (PostgresException) when (connection.State == System.Data.ConnectionState.Open)
                {
                    await GiveTurnBackAsync(connection);
                    throw;
                }
                break;
            }
            catch (Exception error) when (isOpen && attempt < Attempts && _database.Explain(error) is JournalConflictException)
            {
                // Refused by ourselves, perhaps: by rows that were committed after we looked.
            }
            catch (Exception error) when (PostgresFaults.IsTakenBack(error) && attempt < Attempts)
            {
                // Two transactions waited for each other; nothing of ours is stored.
            }
            catch (Exception error)
            {
                if (PostgresFaults.LeavesOutcomeOpen(error)) _outcomes.Note(writes);
                foreach (var first in batch.Firsts) _known.Forget(first.PersistenceId);
                throw await ExplainAsync(error, batch);
            }
        }
        _known.Note(batch.Positions);
        _appended?.Invoke();
    }

    private async Task AppendAsync(NpgsqlConnection connection, AppendBatch batch)
    {
        await using var command = batch.ToCommand(connection, WriterUuid, _time.GetUtcNow().ToUnixTimeMilliseconds());
        string? refusal = null;
        await using (var row = await command.ExecuteReaderAsync())
        {
            if (await row.ReadAsync() && !row.IsDBNull(0)) refusal = batch.Refusal(row.GetString(0), row.GetInt64(1), row.GetInt64(2));
            while (await row.NextResultAsync()) { } // to the end, where the server says that it is committed
        }
        if (refusal is not null) throw new JournalConflictException(refusal);
    }

    /// <summary>An error inside of <c>reserve_orderings</c> may have left its lock with the session.</summary>
    private static async Task GiveTurnBackAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand("SELECT pg_advisory_unlock_all()", connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>A unique key that another writer took a moment ago is named like one that was taken before.</summary>
    private async Task<Exception> ExplainAsync(Exception error, AppendBatch batch)
    {
        if (error is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            foreach (var first in batch.Firsts)
            {
                var highest = await HighestSequenceNumberAsync(first.PersistenceId, CancellationToken.None);
                if (first.SequenceNumber != highest + 1) return new JournalConflictException(JournalConflicts.NotNext(first, highest), error);
            }
        }
        return _database.Explain(error);
    }

    private async Task EndBlockersAsync(int blocked)
    {
        try
        {
            await using var command = _database.DataSource.CreateCommand("SELECT pg_terminate_backend(pid) FROM unnest(pg_blocking_pids($1)) AS pid");
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = blocked });
            await command.ExecuteNonQueryAsync();
        }
        catch (Exception error) when (_database.Explain(error) is JournalUnavailableException)
        {
            // The claim goes on waiting, and says itself what is wrong.
        }
    }

    private static async Task<long> HighestAsync(NpgsqlConnection connection, string persistenceId, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand(
            "SELECT sequence_number FROM journal WHERE persistence_id = $1 ORDER BY sequence_number DESC LIMIT 1", connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = persistenceId });
        return await command.ExecuteScalarAsync(stop) as long? ?? 0;
    }
}
