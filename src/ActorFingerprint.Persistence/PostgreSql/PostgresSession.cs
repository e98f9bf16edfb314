using System.Globalization;
using System.Threading.Channels;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Persistence.Store;
using Npgsql;

namespace ActorFingerprint.Persistence.PostgreSql;

/// <summary>What a process does with a store, hence who else may have it open.</summary>
internal enum PostgresUse
{
    /// <summary>Reads only: beside anybody.</summary>
    Reading,

    /// <summary>A node: beside other nodes.</summary>
    Node,

    /// <summary>Changes the store as a whole (import, clear) or owns every shard for a moment: alone.</summary>
    Alone,
}

/// <summary>
/// The one connection of a process that stays open. It holds the lock that says who has the store open, and hears of what other processes
/// append: PostgreSQL tells it by <c>NOTIFY</c>, and a pause without news ends with a look anyway. Comes back by itself when it breaks.
/// </summary>
internal sealed class PostgresSession : IJournalSignals, IAsyncDisposable
{
    private const string Purpose = "actorfp store in schema ";

    /// <summary>Between two signals of ours at least: a signal takes a lock of the whole server when it commits.</summary>
    private static readonly TimeSpan SignalPause = TimeSpan.FromMilliseconds(20);

    /// <summary>How often a lock that others hold is asked for.</summary>
    private const int Looks = 10;

    private static readonly TimeSpan LookPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private readonly PostgresDatabase _database;
    private readonly PostgresUse _use;
    private readonly TimeSpan _poll;
    private readonly Action<string> _warn;
    private readonly string _channel;
    private readonly string _me = Guid.NewGuid().ToString("N");
    private readonly Channel<bool> _announcements = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _stop = new();
    private NpgsqlConnection _connection;
    private Task _listening = Task.CompletedTask;
    private Task _announcing = Task.CompletedTask;

    private PostgresSession(PostgresDatabase database, PostgresUse use, TimeSpan poll, Action<string> warn)
    {
        (_database, _use, _poll, _warn) = (database, use, poll, warn);
        _channel = "actorfp_" + database.Schema;
        _connection = null!;
    }

    /// <inheritdoc/>
    public event Action? AppendedElsewhere;

    /// <summary>Opens the session. Throws <see cref="StoreException"/> when others have the store open in a way that excludes this use.</summary>
    public static async Task<PostgresSession> OpenAsync(
        PostgresDatabase database, PostgresUse use, TimeSpan poll, Action<string>? warn, CancellationToken stop)
    {
        var session = new PostgresSession(database, use, poll, warn ?? (static _ => { }));
        try
        {
            session._connection = await session.ConnectAsync(stop);
        }
        catch (Exception error) when (PostgresFaults.Explain(database.Where, error) is { } explained)
        {
            throw explained;
        }
        session._listening = session.ListenAsync();
        session._announcing = session.AnnounceAsync();
        return session;
    }

    /// <summary>Tells other processes that this one appended; returns at once, and several calls may become one signal.</summary>
    public void Announce() => _announcements.Writer.TryWrite(true);

    /// <summary>Gives the lock back and closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested) return;
        await _stop.CancelAsync();
        await Task.WhenAll(_listening, _announcing);
        await UnlockAsync();
        await _connection.DisposeAsync();
        _stop.Dispose();
    }

    private async Task<NpgsqlConnection> ConnectAsync(CancellationToken stop)
    {
        var connection = await _database.DataSource.OpenConnectionAsync(stop);
        try
        {
            await LockAsync(connection, stop);
            connection.Notification += Hear;
            await using var listen = new NpgsqlCommand($"LISTEN \"{_channel}\"", connection);
            await listen.ExecuteNonQueryAsync(stop);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private async Task LockAsync(NpgsqlConnection connection, CancellationToken stop)
    {
        if (_use == PostgresUse.Reading) return;
        var how = _use == PostgresUse.Alone ? "pg_try_advisory_lock" : "pg_try_advisory_lock_shared";
        await using var command = new NpgsqlCommand($"SELECT {how}(hashtextextended($1, 0))", connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Purpose + _database.Schema });
        for (var looks = 0; looks < Looks; looks++)
        {
            if (looks > 0) await Task.Delay(LookPause, stop); // a process that has just ended: the server may not know yet
            if (await command.ExecuteScalarAsync(stop) is true) return;
        }
        throw new StoreException(_use == PostgresUse.Alone
            ? $"{_database.Where}: open in {await HoldersAsync(connection, stop)}; stop what runs there, or use the command against a running node"
            : $"{_database.Where}: a command has the store to itself (import, clear, replay --rebuild); start the node when it has ended");
    }

    /// <summary>At once: the server would do it when it hears that the connection is closed, a moment later.</summary>
    private async Task UnlockAsync()
    {
        try
        {
            await using var command = new NpgsqlCommand("SELECT pg_advisory_unlock_all()", _connection);
            await command.ExecuteNonQueryAsync();
        }
        catch (Exception error) when (PostgresFaults.Explain(_database.Where, error) is not null || error is InvalidOperationException)
        {
            // It is closed already, and the lock with it.
        }
    }

    /// <summary>The sessions that have the store open, as the server knows them.</summary>
    private async Task<string> HoldersAsync(NpgsqlConnection connection, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT count(*), string_agg(DISTINCT coalesce(host(a.client_addr), 'this machine'), ', ')
            FROM pg_locks l JOIN pg_stat_activity a USING (pid), hashtextextended($1, 0) AS k(key)
            WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
                AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                AND (l.classid::bigint << 32 | l.objid::bigint) = k.key
            """,
            connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Purpose + _database.Schema });
        await using var row = await command.ExecuteReaderAsync(stop);
        return await row.ReadAsync(stop) && row.GetInt64(0) is var count and > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? "process" : "processes")} on {row.GetString(1)}")
            : "another process";
    }

    private async Task ListenAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                if (!await _connection.WaitAsync(_poll, _stop.Token)) AppendedElsewhere?.Invoke();
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception error) when (PostgresFaults.Explain(_database.Where, error) is not null || error is InvalidOperationException)
            {
                await ReconnectAsync();
            }
        }
    }

    private async Task ReconnectAsync()
    {
        var (pause, told) = (FirstPause, "");
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await _connection.DisposeAsync();
                _connection = await ConnectAsync(_stop.Token);
                AppendedElsewhere?.Invoke(); // signals may have been missed
                return;
            }
            catch (Exception error) when (_database.Explain(error) is JournalUnavailableException or StoreException or OperationCanceledException)
            {
                if (error is StoreException && error.Message != told) _warn(told = error.Message);
            }
            try
            {
                await Task.Delay(pause, _stop.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private void Hear(object sender, NpgsqlNotificationEventArgs notification)
    {
        if (notification.Payload != _me) AppendedElsewhere?.Invoke();
    }

    private async Task AnnounceAsync()
    {
        try
        {
            await foreach (var _ in _announcements.Reader.ReadAllAsync(_stop.Token))
            {
                try
                {
                    await _database.RunAsync(
                        async (connection, stop) =>
                        {
                            await using var command = new NpgsqlCommand("SELECT pg_notify($1, $2)", connection);
                            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = _channel });
                            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = _me });
                            return await command.ExecuteNonQueryAsync(stop);
                        },
                        _stop.Token);
                }
                catch (JournalUnavailableException)
                {
                    // The others look by themselves.
                }
                await Task.Delay(SignalPause, _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // the store closes
        }
    }
}
