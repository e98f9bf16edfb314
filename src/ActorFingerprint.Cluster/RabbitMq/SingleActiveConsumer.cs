using Microsoft.Extensions.Logging;

namespace ActorFingerprint.Cluster.RabbitMq;

/// <summary>
/// Stands in the line of one queue's consumers, on whatever connection there is, and again at its end whenever it lost its place. The broker
/// delivers to one consumer of the line at a time.
/// </summary>
internal sealed class SingleActiveConsumer : IAsyncDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LeastPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MostPause = TimeSpan.FromSeconds(5);

    private readonly BrokerConnection _connection;
    private readonly string _queue;
    private readonly int _prefetch;
    private readonly Func<bool> _isOwned;
    private readonly Action<QueueSubscription> _activated;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly Task _loop;
    private QueueSubscription? _subscription;
    private bool _leaves;

    /// <param name="connection">The connection to consume on.</param>
    /// <param name="queue">The queue; it has to be a single-active-consumer queue.</param>
    /// <param name="prefetch">Messages that may be unacknowledged.</param>
    /// <param name="isOwned">Some node is known to be the queue's active consumer.</param>
    /// <param name="activated">Told of each subscription that became active. Must return at once.</param>
    /// <param name="log">Problems, and at debug level each change.</param>
    /// <param name="time">Clock of pauses and tokens.</param>
    public SingleActiveConsumer(
        BrokerConnection connection, string queue, int prefetch, Func<bool> isOwned, Action<QueueSubscription> activated, ILogger log, TimeProvider time)
    {
        (_connection, _queue, _prefetch, _isOwned, _activated, _log, _time) = (connection, queue, prefetch, isOwned, activated, log, time);
        _loop = Task.Run(RunAsync);
    }

    /// <summary>It is the active consumer.</summary>
    public bool IsActive
    {
        get
        {
            lock (_lock) return _subscription is { IsActive: true, Over.IsCancellationRequested: false };
        }
    }

    /// <summary>Goes to the end of the line, active or not.</summary>
    public Task StepBackAsync(string why)
    {
        QueueSubscription? subscription;
        lock (_lock) subscription = _subscription;
        return subscription?.CloseAsync(why) ?? Task.CompletedTask;
    }

    /// <summary>Leaves the line unless it is active, and does not come back: an active one leaves when it is closed.</summary>
    public Task LeaveAsync()
    {
        QueueSubscription? subscription;
        lock (_lock)
        {
            _leaves = true;
            subscription = _subscription;
        }
        return subscription is { IsActive: false } ? subscription.CloseAsync("leaving") : Task.CompletedTask;
    }

    /// <summary>Leaves the line, whatever is unacknowledged.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested) return;
        await _stop.CancelAsync();
        await StepBackAsync("stopping");
        await _loop;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        var pauses = new ReconnectBackoff(LeastPause, MostPause);
        while (!_stop.IsCancellationRequested)
        {
            var since = _time.GetTimestamp();
            try
            {
                if (!await SubscribeAsync(await _connection.SessionAsync(_stop.Token))) return;
                if (_time.GetElapsedTime(since) > MostPause) pauses.Reset();
            }
            catch (Exception error) when (BrokerErrors.IsBroker(error))
            {
                if (_stop.IsCancellationRequested) return;
                if (_connection.Problem is null) ClusterLog.ConsumerProblem(_log, _queue, BrokerErrors.Describe(error));
            }
            await PauseAsync(pauses.Next(Random.Shared.NextDouble()));
        }
    }

    /// <summary>Subscribes and stays to the end; false when it is not to subscribe again.</summary>
    private async Task<bool> SubscribeAsync(BrokerSession session)
    {
        var subscription = await QueueSubscription.OpenAsync(session, _queue, _prefetch, Activate, _time, _stop.Token);
        bool leaves;
        lock (_lock)
        {
            _subscription = subscription;
            leaves = (_leaves && !subscription.IsActive) || _stop.IsCancellationRequested;
        }
        if (leaves) await subscription.CloseAsync("leaving");
        while (!subscription.Ended.IsCompleted)
        {
            await subscription.KeepTokenAsync(_isOwned());
            await Task.WhenAny(subscription.Ended, Task.Delay(Tick, _time, subscription.Over));
        }
        var why = await subscription.Ended;
        await subscription.CloseAsync(why);
        if (subscription.IsActive) ClusterLog.ConsumerInactive(_log, _queue, why);
        lock (_lock)
        {
            _subscription = null;
            return !_leaves;
        }
    }

    private void Activate(QueueSubscription subscription)
    {
        ClusterLog.ConsumerActive(_log, _queue);
        _activated(subscription);
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
