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
    private readonly string[] _tables;
    private readonly Channel<bool> _requests = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    /// <summary>Serves requests for tables of the database's schema.</summary>
    public PostgresVacuum(PostgresDatabase database, params string[] tables)
    {
        (_database, _tables) = (database, tables);
        _serving = ServeAsync();
    }

    /// <summary>Asks for a vacuum of the tables; returns at once.</summary>
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
                            foreach (var table in _tables)
                            {
                                command.CommandText = $"VACUUM (INDEX_CLEANUP ON) {table}";
                                await command.ExecuteNonQueryAsync(stop);
                            }
                            return true;
                        },
                        _stop.Token);
                }
                catch (Exception error) when (error is JournalUnavailableException or Npgsql.PostgresException)
                {
                    // The rows are overwritten; the server's own vacuum frees their space later, or the tables are gone.
                }
            }
        }
        catch (OperationCanceledException)
        {
            // the store closes
        }
    }
}
