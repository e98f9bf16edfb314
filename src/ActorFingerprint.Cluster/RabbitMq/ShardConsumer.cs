using ActorFingerprint.Engine.Sharding;

namespace ActorFingerprint.Cluster.RabbitMq;

/// <summary>One time of owning a shard, on the shard's queue.</summary>
internal sealed class ShardConsumer(string region, int shard, QueueSubscription subscription, DecodeBatch decode, DeadLetters deadLetters) : IShardConsumer
{
    /// <summary>Quorum queues count earlier deliveries of a message here.</summary>
    private const string DeliveryCount = "x-delivery-count";

    /// <inheritdoc/>
    public int Shard => shard;

    /// <inheritdoc/>
    public async ValueTask<ShardDelivery?> TakeAsync() => await subscription.TakeAsync() is { } message ? Read(message) : null;

    /// <inheritdoc/>
    public ValueTask AcknowledgeAsync(ShardDelivery delivery) => subscription.AcknowledgeAsync(delivery.Tag);

    /// <inheritdoc/>
    public async ValueTask SetAsideAsync(ShardDelivery delivery, string reason)
    {
        try
        {
            var headers = new BatchHeaders(region, shard, delivery.Run ?? "", delivery.Number);
            await deadLetters.AddAsync(headers, delivery.Body, reason, subscription.Over);
        }
        catch (OperationCanceledException)
        {
            return; // it comes again at the next owner
        }
        await subscription.AcknowledgeAsync(delivery.Tag);
    }

    /// <inheritdoc/>
    public async ValueTask LetGoAsync() => await subscription.CloseAsync("handed over");

    private ShardDelivery Read(QueueMessage message)
    {
        var headers = BatchHeaders.Read(message.Properties);
        var tries = (int)Math.Clamp(BatchHeaders.Integer(message.Properties, DeliveryCount) ?? 0, 0, int.MaxValue);
        var (batch, fault) = decode(message.Body);
        if (batch is null) return Unreadable(fault ?? "it cannot be read");
        if (batch.Shard != shard) return Unreadable($"it is a batch for shard {batch.Shard}, in the queue of shard {shard}");
        if (headers?.RetryId is { } retry) batch = batch with { RetryId = retry };
        return new ShardDelivery(message.Tag, batch.Run, batch.Number, batch, null, message.Body, tries);

        ShardDelivery Unreadable(string why) => new(message.Tag, headers?.Run, headers?.Number ?? 0, null, why, message.Body, tries);
    }
}
