using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Persistence.Store;
using Npgsql;

namespace ActorFingerprint.Persistence.PostgreSql;

/// <summary>
/// The connections to one store in PostgreSQL, all with its schema as <c>search_path</c>. What fails comes out as the journal's errors
/// (<see cref="JournalUnavailableException"/>, <see cref="JournalConflictException"/>), each in one line for the operator.
/// </summary>
public sealed class PostgresDatabase : IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private readonly TimeProvider _time;

    /// <summary>Makes the pool; connects nowhere yet. Throws <see cref="StoreException"/> for options that cannot be.</summary>
    public PostgresDatabase(PostgresOptions options, TimeProvider? time = null)
    {
        (Schema, Where, ReadPatience, _time) = (options.Schema, options.Where(), options.ReadPatience, time ?? TimeProvider.System);
        DataSource = new NpgsqlDataSourceBuilder(options.Build().ConnectionString).Build();
    }

    /// <summary>The schema of the store.</summary>
    public string Schema { get; }

    /// <summary>Where the store is, for messages: host, port, database, schema; no password.</summary>
    public string Where { get; }

    /// <summary>How long reads are tried again before they fail.</summary>
    public TimeSpan ReadPatience { get; }

    /// <summary>The pool. Errors of connections taken from here are Npgsql's: see <see cref="Explain"/>.</summary>
    public NpgsqlDataSource DataSource { get; }

    /// <summary>
    /// The journal's error for one of Npgsql's, or the same error when it is none of storage's. After one that says that this is the wrong server
    /// (a primary that became a standby), the next connection is a new one.
    /// </summary>
    public Exception Explain(Exception error)
    {
        if (error is PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction }) DataSource.Clear();
        return PostgresFaults.Explain(Where, error) ?? error;
    }

    /// <summary>Does something once with a connection of the pool; not tried again.</summary>
    public async Task<T> RunAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> work, CancellationToken stop)
    {
        try
        {
            await using var connection = await DataSource.OpenConnectionAsync(stop);
            return await work(connection, stop);
        }
        catch (Exception error) when (PostgresFaults.Explain(Where, error) is not null)
        {
            stop.ThrowIfCancellationRequested();
            throw Explain(error);
        }
    }

    /// <summary>
    /// Does something within a transaction (read committed), which is taken back when it throws. Not tried again: a connection that breaks in
    /// the commit leaves it open whether it is stored.
    /// </summary>
    public Task<T> TransactAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> work, CancellationToken stop) => RunAsync(
        async (connection, stop) =>
        {
            await using var transaction = await connection.BeginTransactionAsync(stop);
            var result = await work(connection, stop);
            await transaction.CommitAsync(stop);
            return result;
        },
        stop);

    /// <summary>
    /// Reads something; tried again with backoff while the server cannot be reached, up to the patience of the options. Throws
    /// <see cref="JournalUnavailableException"/> then. <paramref name="work"/> must change nothing and begin anew each time.
    /// </summary>
    public async Task<T> ReadAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> work, CancellationToken stop)
    {
        var started = _time.GetTimestamp();
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                return await RunAsync(work, stop);
            }
            catch (JournalUnavailableException) when (_time.GetElapsedTime(started) + pause < ReadPatience)
            {
                await Task.Delay(pause, _time, stop);
            }
        }
    }

    /// <summary>Closes every connection.</summary>
    public ValueTask DisposeAsync() => DataSource.DisposeAsync();
}
