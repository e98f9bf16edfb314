using ActorFingerprint.Cluster.Membership;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace ActorFingerprint.Cluster.RabbitMq;

/// <summary>
/// Tells all nodes what this one announces, once a second and on demand, and hears what the others do, over a fanout exchange. Nothing is kept by
/// the broker for a node that is away.
/// </summary>
public sealed class Announcements : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LeastPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MostPause = TimeSpan.FromSeconds(5);

    private readonly BrokerConnection _connection;
    private readonly string _exchange;
    private readonly Func<NodeAnnouncement> _say;
    private readonly Action<NodeAnnouncement> _hear;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _now = new(0);
    private readonly Task _loop;

    /// <summary>Starts; <see cref="ShardTopology.DeclareCommonAsync"/> has to have made the exchange.</summary>
    /// <param name="connection">The connection to consume and publish on.</param>
    /// <param name="options">Names.</param>
    /// <param name="say">What this node announces now.</param>
    /// <param name="hear">Takes what others announce, this node's own announcements included; must return at once.</param>
    /// <param name="log">Problems.</param>
    /// <param name="time">Clock.</param>
    public Announcements(
        BrokerConnection connection, BrokerOptions options, Func<NodeAnnouncement> say, Action<NodeAnnouncement> hear, ILogger log, TimeProvider time)
    {
        (_connection, _say, _hear, _log, _time) = (connection, say, hear, log, time);
        _exchange = new TopologyNames(options.Prefix).Announcements;
        _loop = Task.Run(RunAsync);
    }

    /// <summary>Announces again now. Cheap; any thread.</summary>
    public void Announce()
    {
        if (_now.CurrentCount == 0) _now.Release();
    }

    /// <summary>Announces once more what there is to say at the end, and stops.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested) return;
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        var pauses = new ReconnectBackoff(LeastPause, MostPause);
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await TakePartAsync(await _connection.SessionAsync(_stop.Token), pauses.Reset);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error) when (BrokerErrors.IsBroker(error))
            {
                if (_connection.Problem is null) ClusterLog.ConsumerProblem(_log, _exchange, BrokerErrors.Describe(error));
            }
            try
            {
                await Task.Delay(pauses.Next(Random.Shared.NextDouble()), _time, _stop.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>Announces and listens for as long as the connection lives.</summary>
    private async Task TakePartAsync(BrokerSession session, Action works)
    {
        await using var channel = await session.OpenChannelAsync(null, _stop.Token);
        var queue = await channel.QueueDeclareAsync(cancellationToken: _stop.Token); // exclusive, gone with the connection
        await channel.QueueBindAsync(queue.QueueName, _exchange, "", cancellationToken: _stop.Token);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivered) =>
        {
            if (NodeAnnouncement.Decode(delivered.Body.Span) is { } announcement) _hear(announcement);
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(queue.QueueName, autoAck: true, consumer, _stop.Token);
        try
        {
            while (channel.IsOpen)
            {
                await SayAsync(channel, session.Lost);
                works();
                await _now.WaitAsync(Interval, _stop.Token);
            }
        }
        finally
        {
            if (_stop.IsCancellationRequested && channel.IsOpen) await SayAsync(channel, session.Lost);
        }
    }

    private ValueTask SayAsync(IChannel channel, CancellationToken stop) => channel.BasicPublishAsync(
        _exchange, "", mandatory: false, new BasicProperties { ContentType = NodeAnnouncement.ContentType }, _say().Encode(), stop);
}
