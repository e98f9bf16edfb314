using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace ActorFingerprint.Cluster.RabbitMq;

/// <summary>The broker's exchanges and queues do not fit this node's configuration; one line: what, where, what to do.</summary>
public sealed class TopologyException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// The cluster's exchanges and queues. Engine nodes make what is missing; what is there stays as it is, whatever this node's limits are. Every
/// node makes sure that the number of shards is its own.
/// </summary>
public sealed partial class ShardTopology(BrokerOptions options, ILogger log)
{
    /// <summary>Quorum queues count how often they deliver a message and, from RabbitMQ 4 on, lose it after 20 times unless told otherwise.</summary>
    private const int DeliveryLimit = 1_000_000;

    private readonly TopologyNames _names = new(options.Prefix);

    /// <summary>
    /// Makes a region: its exchange, a queue for each shard, and what all regions share. Any number of nodes may do so at once.
    /// </summary>
    /// <exception cref="TopologyException">The region is there with another number of shards, or a queue with other properties.</exception>
    public async Task DeclareAsync(BrokerSession session, string region, int shards, CancellationToken stop)
    {
        await DeclareCommonAsync(session, stop);
        await FixShardCountAsync(session, region, shards, stop);
        await using (var channel = await session.OpenChannelAsync(null, stop))
            await channel.ExchangeDeclareAsync(_names.Exchange(region), ExchangeType.Direct, durable: true, cancellationToken: stop);
        var arguments = QuorumQueue(isSingleActive: true, options.MaxShardQueueBytes);
        for (var shard = 0; shard < shards; shard++)
            await MakeQueueAsync(session, _names.ShardQueue(region, shard), arguments, _names.Exchange(region), TopologyNames.RoutingKey(shard), stop);
        if (!await HasShardsAsync(session, region, shards, stop)) throw await DiffersAsync(session, region, shards, stop);
        ClusterLog.TopologyReady(log, shards, region, options.Prefix);
    }

    /// <summary>
    /// Compares without making anything: false when no engine has made the region yet.
    /// </summary>
    /// <exception cref="TopologyException">It has another number of shards.</exception>
    public async Task<bool> CheckAsync(BrokerSession session, string region, int shards, CancellationToken stop)
    {
        if (!await ExistsAsync(session, _names.ShardQueue(region, 0), stop)) return false;
        if (await HasShardsAsync(session, region, shards, stop)) return true;
        throw await DiffersAsync(session, region, shards, stop);
    }

    /// <summary>Makes the queue of a singleton.</summary>
    public Task DeclareSingletonAsync(BrokerSession session, string name, CancellationToken stop) =>
        MakeQueueAsync(session, _names.Singleton(name), QuorumQueue(isSingleActive: true, maxBytes: 1 << 20), null, null, stop);

    /// <summary>Makes what all nodes share: dead letters and announcements.</summary>
    public async Task DeclareCommonAsync(BrokerSession session, CancellationToken stop)
    {
        await MakeQueueAsync(session, _names.DeadLetters, QuorumQueue(isSingleActive: false, options.MaxDeadLetterBytes), null, null, stop);
        await using var channel = await session.OpenChannelAsync(null, stop);
        await channel.ExchangeDeclareAsync(_names.Announcements, ExchangeType.Fanout, durable: true, cancellationToken: stop);
    }

    /// <summary>
    /// A queue beyond its length refuses what is published: the publisher is told and keeps it. The other policy, dropping the oldest, loses it.
    /// </summary>
    private static Dictionary<string, object?> QuorumQueue(bool isSingleActive, long maxBytes)
    {
        var arguments = new Dictionary<string, object?>
        {
            ["x-queue-type"] = "quorum",
            ["x-max-length-bytes"] = maxBytes,
            ["x-overflow"] = "reject-publish",
            ["x-delivery-limit"] = DeliveryLimit,
            ["x-queue-leader-locator"] = "balanced",
        };
        if (isSingleActive) arguments["x-single-active-consumer"] = true;
        return arguments;
    }

    /// <summary>The broker refuses to make a queue again with another limit, so the first node's number holds, also between two that start at once.</summary>
    private async Task FixShardCountAsync(BrokerSession session, string region, int shards, CancellationToken stop)
    {
        try
        {
            await using var channel = await session.OpenChannelAsync(null, stop);
            await channel.QueueDeclareAsync(_names.ShardCount(region), durable: true, exclusive: false, autoDelete: false,
                new Dictionary<string, object?> { ["x-max-length"] = shards }, cancellationToken: stop);
        }
        catch (OperationInterruptedException error) when (BrokerErrors.IsDifferent(error))
        {
            var current = CurrentValue().Match(error.ShutdownReason!.ReplyText);
            throw Differs(region, shards, current.Success ? int.Parse(current.Groups[1].Value, CultureInfo.InvariantCulture) : null, error);
        }
    }

    private static async Task MakeQueueAsync(
        BrokerSession session, string queue, Dictionary<string, object?> arguments, string? exchange, string? routingKey, CancellationToken stop)
    {
        if (await ExistsAsync(session, queue, stop)) return;
        try
        {
            await using var channel = await session.OpenChannelAsync(null, stop);
            await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, arguments, cancellationToken: stop);
            if (exchange is not null) await channel.QueueBindAsync(queue, exchange, routingKey!, cancellationToken: stop);
        }
        catch (OperationInterruptedException error) when (BrokerErrors.IsDifferent(error))
        {
            throw new TopologyException($"queue {queue}: {BrokerErrors.Describe(error)}; delete it once it is empty, or take another cluster.broker.prefix", error);
        }
    }

    private async Task<bool> HasShardsAsync(BrokerSession session, string region, int shards, CancellationToken stop) =>
        await ExistsAsync(session, _names.ShardQueue(region, shards - 1), stop)
        && !await ExistsAsync(session, _names.ShardQueue(region, shards), stop);

    private async Task<TopologyException> DiffersAsync(BrokerSession session, string region, int shards, CancellationToken stop)
    {
        var actual = 0;
        while (await ExistsAsync(session, _names.ShardQueue(region, actual), stop)) actual++;
        return Differs(region, shards, actual, null);
    }

    private TopologyException Differs(string region, int shards, int? actual, Exception? inner) => new(
        $"the broker has {(actual is { } n ? $"{n} shards" : "another number of shards")} of region {region} under the prefix {options.Prefix}, this node has "
        + $"{shards}: the number is fixed when the cluster is made; give every node the same, or take another cluster.broker.prefix", inner);

    /// <summary>A question after a queue that is not there closes its channel, so it gets one of its own.</summary>
    private static async Task<bool> ExistsAsync(BrokerSession session, string queue, CancellationToken stop)
    {
        await using var channel = await session.OpenChannelAsync(null, stop);
        try
        {
            await channel.QueueDeclarePassiveAsync(queue, stop);
            return true;
        }
        catch (OperationInterruptedException error) when (BrokerErrors.IsNotFound(error))
        {
            return false;
        }
    }

    [GeneratedRegex("current is '([0-9]{1,9})'")]
    private static partial Regex CurrentValue();
}
