using Microsoft.Extensions.Logging;
using RabbitMQ.Client;

namespace ActorFingerprint.Cluster.RabbitMq;

/// <summary>
/// Keeps one connection to the broker: connects, and connects again when it is lost, for ever, to the nodes in turn. A node of the cluster has
/// two, because the broker holds back a connection that publishes too much, and acknowledgements must not wait behind that.
/// </summary>
public sealed class BrokerConnection : IAsyncDisposable
{
    private static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(2);

    private readonly BrokerOptions _options;
    private readonly string _name;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly Task _loop;
    private TaskCompletionSource<BrokerSession> _session = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string? _problem = "not connected to the broker yet";
    private volatile string? _blocked;

    /// <summary>Starts to connect.</summary>
    /// <param name="options">Where to, and how.</param>
    /// <param name="name">Its name in the broker's list of connections and in logs.</param>
    /// <param name="log">One line for each change of state.</param>
    /// <param name="time">Clock of the pauses.</param>
    public BrokerConnection(BrokerOptions options, string name, ILogger log, TimeProvider time)
    {
        if (options.Addresses.Count == 0) throw new ArgumentException("no address of a broker", nameof(options));
        (_options, _name, _log, _time) = (options, name, log, time);
        _loop = Task.Run(RunAsync);
    }

    /// <summary>Why nothing can be sent or received now, in one line; null when all is well.</summary>
    public string? Problem => _loop.IsFaulted ? $"the connection to the broker ended: {_loop.Exception.InnerException?.Message}" : _problem ?? _blocked;

    /// <summary>The connection that is there now, or the next one.</summary>
    public async Task<BrokerSession> SessionAsync(CancellationToken stop)
    {
        while (true)
        {
            Task<BrokerSession> waiting;
            lock (_lock) waiting = _session.Task;
            var session = await waiting.WaitAsync(stop);
            if (!session.Lost.IsCancellationRequested) return session;
            lock (_lock)
                if (_session.Task == waiting) _session = new TaskCompletionSource<BrokerSession>(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>The connection that is there now, or comes within a time: for those who rather fail than wait.</summary>
    /// <exception cref="BrokerException">None came.</exception>
    public async Task<BrokerSession> SessionAsync(TimeSpan patience, CancellationToken stop)
    {
        try
        {
            return await SessionAsync(stop).WaitAsync(patience, _time, stop);
        }
        catch (TimeoutException error)
        {
            throw new BrokerException(Problem ?? "the connection to the broker comes and goes", error);
        }
    }

    /// <summary>Closes the connection and stops.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested) return;
        await _stop.CancelAsync();
        await _loop;
        lock (_lock) _session.TrySetCanceled(CancellationToken.None);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        var pauses = new ReconnectBackoff(_options.ReconnectLeast, _options.ReconnectMost);
        for (var turn = 0; !_stop.IsCancellationRequested; turn++)
        {
            var address = _options.Addresses[turn % _options.Addresses.Count];
            var lasted = await UseAsync(address);
            if (lasted >= _options.ReconnectMost) pauses.Reset();
            else if ((turn + 1) % _options.Addresses.Count == 0) await PauseAsync(pauses.Next(Random.Shared.NextDouble()));
        }
    }

    /// <summary>Connects and waits for the loss; how long the connection lasted.</summary>
    private async Task<TimeSpan> UseAsync(Uri address)
    {
        var place = BrokerOptions.Describe(address);
        IConnection connection;
        try
        {
            connection = await BrokerFactory.ConnectAsync(_options, address, _name, _stop.Token);
        }
        catch (Exception error) when (BrokerErrors.IsBroker(error))
        {
            if (!_stop.IsCancellationRequested) Fails($"cannot connect to the broker at {place}: {BrokerErrors.Describe(error)}");
            return TimeSpan.Zero;
        }
        await using (connection)
        {
            var since = _time.GetTimestamp();
            var session = new BrokerSession(connection);
            connection.ConnectionBlockedAsync += (_, blocked) => Block($"the broker at {place} takes no messages: {blocked.Reason}");
            connection.ConnectionUnblockedAsync += (_, _) => Block(null);
            Connected(session, place);
            try
            {
                await session.Ended.WaitAsync(_stop.Token);
            }
            catch (OperationCanceledException)
            {
                await CloseAsync(connection);
                return TimeSpan.Zero;
            }
            _blocked = null;
            Fails($"the connection to the broker at {place} was lost: {session.WhyLost}");
            return _time.GetElapsedTime(since);
        }
    }

    private void Connected(BrokerSession session, string place)
    {
        _problem = null;
        ClusterLog.BrokerConnected(_log, _name, place);
        lock (_lock)
        {
            if (_session.Task.IsCompleted) _session = new TaskCompletionSource<BrokerSession>(TaskCreationOptions.RunContinuationsAsynchronously);
            _session.SetResult(session);
        }
    }

    /// <summary>Many attempts that end alike are one change of state.</summary>
    private void Fails(string problem)
    {
        if (_problem == problem) return;
        _problem = problem;
        ClusterLog.BrokerProblem(_log, _name, problem);
    }

    private Task Block(string? why)
    {
        _blocked = why;
        if (why is null) ClusterLog.BrokerUnblocked(_log, _name);
        else ClusterLog.BrokerProblem(_log, _name, why);
        return Task.CompletedTask;
    }

    private static async Task CloseAsync(IConnection connection)
    {
        try
        {
            await connection.CloseAsync(ClosePatience);
        }
        catch (Exception error) when (BrokerErrors.IsBroker(error))
        {
            // It is lost all the same.
        }
    }

    private async Task PauseAsync(TimeSpan pause)
    {
        try
        {
            await Task.Delay(pause, _time, _stop.Token);
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }
}
