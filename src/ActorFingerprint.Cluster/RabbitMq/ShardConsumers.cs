using ActorFingerprint.Engine.Sharding;
using Microsoft.Extensions.Logging;

namespace ActorFingerprint.Cluster.RabbitMq;

/// <summary>Reads a message of a shard's queue: the batch, or why it cannot be read. Called by one thread at a time.</summary>
public delegate (ShardBatch? Batch, string? Fault) DecodeBatch(ReadOnlyMemory<byte> message);

/// <summary>
/// This node's places in the lines of a region's shard queues. Whoever is the active consumer of a shard's queue owns the shard: see
/// <see cref="IShardConsumer"/> for what that lasts for.
/// </summary>
public sealed class ShardConsumers : IAsyncDisposable
{
    private readonly SingleActiveConsumer[] _shards;

    /// <summary>Takes a place in every line. The queues have to be there.</summary>
    /// <param name="connection">The connection to consume on; not the one that publishes.</param>
    /// <param name="options">Prefetch and names.</param>
    /// <param name="region">The region.</param>
    /// <param name="shards">Shards in it.</param>
    /// <param name="decoder">A reader of messages for each time that a shard is owned.</param>
    /// <param name="deadLetters">Where messages go that are set aside.</param>
    /// <param name="isOwned">Some node is known to own the shard; where none is, a sign is put into its queue for whoever is next.</param>
    /// <param name="activated">Told of each shard that this node owns from now on, until its consumer has no more messages. Must return at once.</param>
    /// <param name="log">Problems, and at debug level each change of owner.</param>
    /// <param name="time">Clock.</param>
    public ShardConsumers(
        BrokerConnection connection, BrokerOptions options, string region, int shards, Func<DecodeBatch> decoder, DeadLetters deadLetters,
        Func<int, bool> isOwned, Action<IShardConsumer> activated, ILogger log, TimeProvider time)
    {
        var names = new TopologyNames(options.Prefix);
        // Room for batches that came too early, beside those that are being applied: the one they wait for must not be held back.
        var prefetch = options.Prefetch + BatchPublisher.ShardWindow;
        _shards = [.. Enumerable.Range(0, shards).Select(shard => new SingleActiveConsumer(
            connection, names.ShardQueue(region, shard), prefetch, () => isOwned(shard),
            subscription => activated(new ShardConsumer(region, shard, subscription, decoder(), deadLetters)), log, time))];
    }

    /// <summary>Shards that this node is the active consumer of.</summary>
    public IReadOnlyList<int> Active => [.. Enumerable.Range(0, _shards.Length).Where(shard => _shards[shard].IsActive)];

    /// <summary>
    /// Goes to the end of a shard's line. Of an active consumer, everything unacknowledged goes to the next at once: hand the shard over in order
    /// first. Others do so to let a certain node come next.
    /// </summary>
    public Task StepBackAsync(int shard) => _shards[shard].StepBackAsync("the place in the line was given up");

    /// <summary>Leaves the lines of all shards that this node does not own. Those that it owns it leaves for good when they are let go.</summary>
    public Task LeaveAsync() => Task.WhenAll(_shards.Select(shard => shard.LeaveAsync()));

    /// <summary>Leaves all lines, whatever is unacknowledged.</summary>
    public async ValueTask DisposeAsync() => await Task.WhenAll(_shards.Select(shard => shard.DisposeAsync().AsTask()));
}
