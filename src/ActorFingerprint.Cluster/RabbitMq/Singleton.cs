using Microsoft.Extensions.Logging;

namespace ActorFingerprint.Cluster.RabbitMq;

/// <summary>
/// Elects the one node that does a thing, by the line of a queue's consumers. While a node hangs there may be two for a moment: what is done must
/// bear that, or be fenced.
/// </summary>
public sealed class Singleton : IAsyncDisposable
{
    private readonly SingleActiveConsumer _consumer;

    /// <summary>Takes a place in the line; <see cref="ShardTopology.DeclareSingletonAsync"/> has to have made the queue.</summary>
    /// <param name="connection">The connection to consume on.</param>
    /// <param name="options">Names.</param>
    /// <param name="name">Name of the thing.</param>
    /// <param name="isOwned">Some node is known to do it.</param>
    /// <param name="activated">This node does it, until the token is cancelled. Must return at once.</param>
    /// <param name="log">Problems, and at debug level each change.</param>
    /// <param name="time">Clock.</param>
    public Singleton(
        BrokerConnection connection, BrokerOptions options, string name, Func<bool> isOwned, Action<CancellationToken> activated, ILogger log, TimeProvider time) =>
        _consumer = new SingleActiveConsumer(
            connection, new TopologyNames(options.Prefix).Singleton(name), prefetch: 1, isOwned, subscription => activated(subscription.Over), log, time);

    /// <summary>This node does it.</summary>
    public bool IsActive => _consumer.IsActive;

    /// <summary>Gives it to the next in the line, if there is one. End the thing first.</summary>
    public Task HandOverAsync() => _consumer.StepBackAsync("handed over");

    /// <summary>Leaves the line.</summary>
    public ValueTask DisposeAsync() => _consumer.DisposeAsync();
}
