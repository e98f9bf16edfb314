using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace ActorFingerprint.Cluster.RabbitMq;

/// <summary>A batch on its way to its shard's queue.</summary>
/// <param name="Headers">Shard, run and number.</param>
/// <param name="Message">The batch as a message; must not change before the batch is confirmed.</param>
public sealed record OutgoingBatch(BatchHeaders Headers, ReadOnlyMemory<byte> Message);

/// <summary>
/// Publishes batches of one region until the broker has confirmed each: it is on the disks of a majority of its nodes. Batches of a shard are sent
/// in the order in which they came; what was refused, returned or left unconfirmed by a lost connection is sent again, in order, and may so be in
/// the queue twice.
/// </summary>
public sealed class BatchPublisher : IAsyncDisposable
{
    /// <summary>
    /// Batches of one shard on their way at once. When the broker refuses one and takes the next, so many wait at the shard's owner for the one.
    /// </summary>
    public const int ShardWindow = 8;

    /// <summary>After so long without any confirmation the channel is taken for broken.</summary>
    private static readonly TimeSpan ConfirmPatience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private readonly BrokerConnection _connection;
    private readonly string _exchange;
    private readonly string _region;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly PublishLanes _lanes;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;
    private volatile string? _problem;

    /// <summary>Starts to publish what comes.</summary>
    /// <param name="connection">The connection to publish on; not the one that consumes.</param>
    /// <param name="options">Window, pauses and names.</param>
    /// <param name="region">The region.</param>
    /// <param name="shards">Shards in it.</param>
    /// <param name="log">One line when the broker begins or ceases to refuse batches.</param>
    /// <param name="time">Clock of the pauses.</param>
    public BatchPublisher(BrokerConnection connection, BrokerOptions options, string region, int shards, ILogger log, TimeProvider time)
    {
        (_connection, _region, _log, _time) = (connection, region, log, time);
        _exchange = new TopologyNames(options.Prefix).Exchange(region);
        _lanes = new PublishLanes(shards, options.PublishWindow, ShardWindow, () => new ReconnectBackoff(options.ReconnectLeast, options.ReconnectMost));
        _loop = Task.Run(RunAsync);
    }

    /// <summary>Why batches wait, in one line; null when all is well.</summary>
    public string? Problem => _connection.Problem ?? (_loop.IsFaulted ? $"publishing ended: {_loop.Exception.InnerException?.Message}" : _problem);

    /// <summary>Batches that are not confirmed yet.</summary>
    public int Unconfirmed => _lanes.Count;

    /// <summary>
    /// Takes a batch, waiting while too many are unconfirmed; the task in it completes once the broker has confirmed the batch, and is cancelled when
    /// the publisher is disposed before. Batches of one shard must be handed in one after the other.
    /// </summary>
    public async ValueTask<Task> PublishAsync(OutgoingBatch batch, CancellationToken stop) => await _lanes.AddAsync(batch, stop);

    /// <summary>Stops; what is unconfirmed may or may not have arrived.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested) return;
        await _stop.CancelAsync();
        await _loop;
        _lanes.Cancel();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var session = await _connection.SessionAsync(_stop.Token);
                await UseAsync(session);
            }
            catch (Exception error) when (BrokerErrors.IsBroker(error))
            {
                if (_stop.IsCancellationRequested) return;
                if (_connection.Problem is null && error is not OperationCanceledException) Note($"batches cannot be published: {BrokerErrors.Describe(error)}");
                await Task.WhenAny(Task.Delay(Tick, _time, _stop.Token));
            }
        }
    }

    /// <summary>Publishes on one channel until it is lost.</summary>
    private async Task UseAsync(BrokerSession session)
    {
        var options = new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: false);
        await using var channel = await session.OpenChannelAsync(options, _stop.Token);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, session.Lost);
        var number = _lanes.BeginChannel();
        channel.BasicAcksAsync += (_, ack) => Settle(number, ack.DeliveryTag, ack.Multiple, isRefused: false);
        channel.BasicNacksAsync += (_, nack) => Settle(number, nack.DeliveryTag, nack.Multiple, isRefused: true);
        channel.BasicReturnAsync += Returned;
        channel.ChannelShutdownAsync += (_, _) => over.CancelAsync();
        while (true)
        {
            if (_lanes.TryTake(Now, out var batch, out var pause))
            {
                await channel.BasicPublishAsync(
                    _exchange, TopologyNames.RoutingKey(batch.Headers.Shard), mandatory: true, batch.Headers.ToProperties(), batch.Message, over.Token);
                continue;
            }
            await _lanes.WaitAsync(pause < Tick ? pause : Tick, over.Token);
            if (_connection.Problem is null && _lanes.OldestAge(Now) > ConfirmPatience)
            {
                Note($"the broker has confirmed nothing for {ConfirmPatience.TotalSeconds:0} s");
                return; // the next channel sends it again
            }
        }
    }

    private long Now => _time.GetElapsedTime(0).Ticks;

    private Task Settle(int channel, ulong tag, bool isMultiple, bool isRefused)
    {
        var (refused, isClear) = _lanes.Settle(channel, tag, isMultiple, isRefused, Now, Random.Shared.NextDouble());
        if (refused is { } batch) Note(batch.Problem ?? $"the broker refuses batches of shard {batch.Shard}: its queue is full, or has no leader");
        else if (isClear && _problem is not null)
        {
            _problem = null;
            ClusterLog.PublishRecovered(_log, _region);
        }
        return Task.CompletedTask;
    }

    /// <summary>The confirmation that follows a return says nothing.</summary>
    private Task Returned(object sender, BasicReturnEventArgs returned)
    {
        if (BatchHeaders.Read(returned.BasicProperties) is { } headers)
            _lanes.Return(headers, $"shard {headers.Shard} has no queue ({returned.ReplyText}): no engine has made it");
        return Task.CompletedTask;
    }

    private void Note(string problem)
    {
        if (_problem is null) ClusterLog.PublishProblem(_log, _region, problem);
        _problem = problem;
    }
}
