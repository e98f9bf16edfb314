using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace ActorFingerprint.Cluster.RabbitMq;

/// <summary>A batch that was set aside.</summary>
/// <param name="Id">Names it.</param>
/// <param name="Region">Region of its shard.</param>
/// <param name="Shard">Its shard.</param>
/// <param name="Run">Its run; empty when not even that is known.</param>
/// <param name="Number">Its number; 0 when it is not known.</param>
/// <param name="Reason">Why it was set aside.</param>
/// <param name="At">When, to the second.</param>
/// <param name="By">The node that did.</param>
/// <param name="Message">The message as it came.</param>
public sealed record DeadLetter(
    string Id, string Region, int Shard, string Run, long Number, string Reason, DateTimeOffset At, string By, ReadOnlyMemory<byte> Message);

/// <summary>The queue of batches that were set aside, with their reasons. They stay until somebody retries or drops them.</summary>
public sealed class DeadLetters : IAsyncDisposable
{
    private const int MaxReason = 1000;
    private const int IdBytes = 8;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly BrokerConnection _connection;
    private readonly TopologyNames _names;
    private readonly string _node;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _turn = new(1);
    private IChannel? _channel;

    /// <param name="connection">The connection to publish on.</param>
    /// <param name="options">Names.</param>
    /// <param name="node">Name of this node, for whoever looks.</param>
    /// <param name="log">One line for each batch that cannot be set aside.</param>
    /// <param name="time">Clock.</param>
    public DeadLetters(BrokerConnection connection, BrokerOptions options, string node, ILogger log, TimeProvider time) =>
        (_connection, _names, _node, _log, _time) = (connection, new TopologyNames(options.Prefix), node, log, time);

    /// <summary>Sets a batch aside. Completes once the broker has confirmed it, tries until then.</summary>
    public async Task AddAsync(BatchHeaders headers, ReadOnlyMemory<byte> message, string reason, CancellationToken stop)
    {
        var properties = headers.ToProperties();
        properties.MessageId = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes));
        properties.Headers![BatchHeaders.ReasonKey] = reason.Length > MaxReason ? reason[..MaxReason] : reason;
        properties.Headers[BatchHeaders.AtKey] = _time.GetUtcNow().ToUnixTimeSeconds();
        properties.Headers[BatchHeaders.ByKey] = _node;
        for (var problem = ""; ;)
        {
            try
            {
                await PublishAsync("", _names.DeadLetters, properties, message, stop);
                return;
            }
            catch (Exception error) when (BrokerErrors.IsBroker(error))
            {
                stop.ThrowIfCancellationRequested();
                var now = error is PublishException { IsReturn: false } ? "the queue of dead letters is full" : BrokerErrors.Describe(error);
                if (now != problem) ClusterLog.ConsumerProblem(_log, _names.ShardQueue(headers.Region, headers.Shard), $"a batch cannot be set aside: {now}");
                problem = now;
                await Task.Delay(Pause, _time, stop);
            }
        }
    }

    /// <summary>The oldest dead letters, with all of them still there afterwards.</summary>
    /// <exception cref="BrokerException">The broker cannot be reached, has no such queue, or refuses.</exception>
    public async Task<IReadOnlyList<DeadLetter>> ListAsync(int limit, CancellationToken stop)
    {
        var found = new List<DeadLetter>();
        await ScanAsync((_, letter) => Task.FromResult(Collect(found, letter, limit)), stop);
        return found;
    }

    /// <summary>The dead letters whose ids begin so.</summary>
    /// <exception cref="BrokerException">The broker cannot be reached, has no such queue, or refuses.</exception>
    public async Task<IReadOnlyList<DeadLetter>> FindAsync(string id, CancellationToken stop)
    {
        var found = new List<DeadLetter>();
        await ScanAsync((_, letter) =>
        {
            if (letter.Letter.Id.StartsWith(id, StringComparison.Ordinal)) found.Add(letter.Letter);
            return Task.FromResult(true);
        }, stop);
        return found;
    }

    /// <summary>
    /// Sends one to its shard again, and removes it once the broker has confirmed that. The shard applies it once, however often it is sent, although
    /// its number has passed. False when it is not there.
    /// </summary>
    /// <exception cref="BrokerException">The broker cannot be reached, has no such queue, or refuses; the batch is still there.</exception>
    public async Task<bool> RetryAsync(string id, CancellationToken stop)
    {
        var isFound = false;
        await ScanAsync(async (channel, letter) =>
        {
            if (letter.Letter.Id != id) return true;
            isFound = true;
            var (_, region, shard, run, number, _, _, _, message) = letter.Letter;
            if (region.Length == 0) throw new BrokerException($"{id} names no shard: it can only be looked at and dropped");
            var properties = new BatchHeaders(region, shard, run, number, id).ToProperties();
            await PublishAsync(_names.Exchange(region), TopologyNames.RoutingKey(shard), properties, message, stop);
            await channel.BasicAckAsync(letter.Tag, multiple: false, stop);
            return false;
        }, stop);
        return isFound;
    }

    /// <summary>Removes one for good. False when it is not there.</summary>
    /// <exception cref="BrokerException">The broker cannot be reached, has no such queue, or refuses; the batch is still there.</exception>
    public async Task<bool> DropAsync(string id, CancellationToken stop)
    {
        var isFound = false;
        await ScanAsync(async (channel, letter) =>
        {
            if (letter.Letter.Id != id) return true;
            isFound = true;
            await channel.BasicAckAsync(letter.Tag, multiple: false, stop);
            return false;
        }, stop);
        return isFound;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_channel is { } channel) await channel.DisposeAsync();
        _turn.Dispose();
    }

    private static bool Collect(List<DeadLetter> found, (ulong Tag, DeadLetter Letter) letter, int limit)
    {
        found.Add(letter.Letter);
        return found.Count < limit;
    }

    /// <summary>Looks at letters, oldest first, for as long as it is told to go on. What it did not acknowledge goes back with the channel.</summary>
    private async Task ScanAsync(Func<IChannel, (ulong Tag, DeadLetter Letter), Task<bool>> look, CancellationToken stop)
    {
        try
        {
            var session = await _connection.SessionAsync(stop);
            await using var channel = await session.OpenChannelAsync(null, stop);
            while (await channel.BasicGetAsync(_names.DeadLetters, autoAck: false, stop) is { } got)
                if (!await look(channel, (got.DeliveryTag, Read(got)))) break;
            await channel.CloseAsync(stop);
        }
        catch (OperationInterruptedException error) when (BrokerErrors.IsNotFound(error))
        {
            throw new BrokerException($"the broker has nothing of this name: {BrokerErrors.Describe(error)}; see cluster.broker.prefix and .virtual-host", error);
        }
        catch (PublishException error)
        {
            throw new BrokerException("the broker does not take the batch: its shard's queue is full, has no leader, or is not there; it is still set aside", error);
        }
        catch (Exception error) when (BrokerErrors.IsBroker(error) && !stop.IsCancellationRequested)
        {
            throw new BrokerException(_connection.Problem ?? $"the broker: {BrokerErrors.Describe(error)}", error);
        }
    }

    private static DeadLetter Read(BasicGetResult got)
    {
        var properties = got.BasicProperties;
        var headers = BatchHeaders.Read(properties) ?? new BatchHeaders("", 0, "", 0);
        return new DeadLetter(
            properties.MessageId ?? got.DeliveryTag.ToString(CultureInfo.InvariantCulture), headers.Region, headers.Shard, headers.Run, headers.Number,
            BatchHeaders.Text(properties, BatchHeaders.ReasonKey) ?? "",
            DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(BatchHeaders.Integer(properties, BatchHeaders.AtKey) ?? 0, 0, uint.MaxValue)),
            BatchHeaders.Text(properties, BatchHeaders.ByKey) ?? "", got.Body.ToArray());
    }

    /// <summary>Publishes and waits for the confirmation; a nack or a return is a <see cref="PublishException"/>.</summary>
    private async Task PublishAsync(string exchange, string key, BasicProperties properties, ReadOnlyMemory<byte> message, CancellationToken stop)
    {
        await _turn.WaitAsync(stop);
        try
        {
            if (_channel is not { IsOpen: true })
            {
                if (_channel is { } old) await old.DisposeAsync();
                _channel = null;
                var session = await _connection.SessionAsync(stop);
                _channel = await session.OpenChannelAsync(new CreateChannelOptions(true, true, outstandingPublisherConfirmationsRateLimiter: null), stop);
            }
            await _channel.BasicPublishAsync(exchange, key, mandatory: true, properties, message, stop);
        }
        finally
        {
            _turn.Release();
        }
    }
}
