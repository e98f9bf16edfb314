using System.Threading.Channels;
using ActorFingerprint.Engine.Journal;

namespace ActorFingerprint.Persistence.PostgreSql;

/// <summary>
/// Has the server free the space of overwritten rows soon after an erasure instead of whenever it would. Requests that come while one is
/// served are served together; a failure is left to the server's own vacuum.
/// </summary>
internal sealed class PostgresVacuum : IAsyncDisposable
{
    private readonly PostgresDatabase _database;
    private readonly Channel<bool> _requests = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    public PostgresVacuum(PostgresDatabase database)
    {
        _database = database;
        _serving = ServeAsync();
    }

    /// <summary>Asks for a vacuum of journal and snapshots; returns at once.</summary>
    public void Request() => _requests.Writer.TryWrite(true);

    public async ValueTask DisposeAsync()
    {
        _requests.Writer.TryComplete();
        await _stop.CancelAsync();
        await _serving;
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            await foreach (var _ in _requests.Reader.ReadAllAsync(_stop.Token))
            {
                try
                {
                    await _database.RunAsync(
                        async (connection, stop) =>
                        {
                            await using var command = connection.CreateCommand();
                            command.CommandTimeout = 0; // as long as the tables take
                            command.CommandText = "VACUUM (INDEX_CLEANUP ON) journal";
                            await command.ExecuteNonQueryAsync(stop);
                            command.CommandText = "VACUUM (INDEX_CLEANUP ON) snapshot";
                            return await command.ExecuteNonQueryAsync(stop);
                        },
                        _stop.Token);
                }
                catch (JournalUnavailableException)
                {
                    // The rows are overwritten; the server's own vacuum frees their space later.
                }
            }
        }
        catch (OperationCanceledException)
        {
            // the store closes
        }
    }
}
