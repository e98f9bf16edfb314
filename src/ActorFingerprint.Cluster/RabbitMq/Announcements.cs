using ActorFingerprint.Cluster.Membership;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace ActorFingerprint.Cluster.RabbitMq;

/// <summary>
/// Tells all nodes of this one, every second and when asked to, and hears what they tell. Nothing is kept for a node that is away: it hears the
/// next announcements.
/// </summary>
public sealed class Announcements : IAsyncDisposable
{
    /// <summary>How often a node tells of itself.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>An announcement that nobody took for so long says nothing any more.</summary>
    private const int LifetimeMs = 3000;

    private const int MaxWaiting = 1000;

    private readonly BrokerConnection _connection;
    private readonly string _exchange;
    private readonly Func<NodeAnnouncement> _own;
    private readonly Action<NodeAnnouncement> _heard;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _now = new(0);
    private readonly Task _loop;

    /// <summary>Begins to tell and to hear; the exchange has to be there.</summary>
    /// <param name="connection">The connection to do so on.</param>
    /// <param name="options">Names.</param>
    /// <param name="own">What to tell now.</param>
    /// <param name="heard">Told what nodes tell, this one too. One call at a time; must return at once.</param>
    /// <param name="log">Problems.</param>
    /// <param name="time">Clock.</param>
    public Announcements(
        BrokerConnection connection, BrokerOptions options, Func<NodeAnnouncement> own, Action<NodeAnnouncement> heard, ILogger log, TimeProvider time)
    {
        (_connection, _exchange, _own, _heard, _log, _time) = (connection, new TopologyNames(options.Prefix).Announcements, own, heard, log, time);
        _loop = Task.Run(RunAsync);
    }

    /// <summary>Tells now, because something changed.</summary>
    public void AnnounceNow()
    {
        if (_now.CurrentCount == 0) _now.Release();
    }

    /// <summary>Tells a last time, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested) return;
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
        _now.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await UseAsync(await _connection.SessionAsync(_stop.Token));
            }
            catch (Exception error) when (BrokerErrors.IsBroker(error))
            {
                if (_stop.IsCancellationRequested) return;
                if (_connection.Problem is null && error is not OperationCanceledException)
                    ClusterLog.ConsumerProblem(_log, _exchange, BrokerErrors.Describe(error));
                await Task.WhenAny(Task.Delay(Interval, _time, _stop.Token));
            }
        }
    }

    private async Task UseAsync(BrokerSession session)
    {
        await using var channel = await session.OpenChannelAsync(null, _stop.Token);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, session.Lost);
        channel.ChannelShutdownAsync += (_, _) => over.CancelAsync();
        var queue = await channel.QueueDeclareAsync("", durable: false, exclusive: true, autoDelete: true, new Dictionary<string, object?>
        {
            ["x-max-length"] = MaxWaiting,
            ["x-message-ttl"] = LifetimeMs,
        }, cancellationToken: over.Token);
        await channel.QueueBindAsync(queue.QueueName, _exchange, "", cancellationToken: over.Token);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += Heard;
        await channel.BasicConsumeAsync(queue.QueueName, autoAck: true, consumer, over.Token);
        try
        {
            while (true)
            {
                await PublishAsync(channel, over.Token);
                await _now.WaitAsync(Interval, over.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested && channel.IsOpen)
        {
            await PublishAsync(channel, CancellationToken.None);
        }
    }

    private ValueTask PublishAsync(IChannel channel, CancellationToken stop) =>
        channel.BasicPublishAsync(_exchange, "", mandatory: false, new BasicProperties { ContentType = "application/json" }, _own().ToJson(), stop);

    private Task Heard(object sender, BasicDeliverEventArgs delivered)
    {
        if (NodeAnnouncement.Read(delivered.Body.Span) is { } announcement) _heard(announcement);
        return Task.CompletedTask;
    }
}
