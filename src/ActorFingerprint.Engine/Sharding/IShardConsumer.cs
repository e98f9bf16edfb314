namespace ActorFingerprint.Engine.Sharding;

/// <summary>One message of a shard's queue, unacknowledged until it is told otherwise.</summary>
/// <param name="Tag">Names it towards its queue.</param>
/// <param name="Run">Run of the batch, as its envelope says; null when even that is missing.</param>
/// <param name="Number">Number of the batch, as its envelope says.</param>
/// <param name="Batch">The batch; null when it cannot be read.</param>
/// <param name="Fault">Why it cannot be read; null when it can.</param>
/// <param name="Body">The message as it came.</param>
/// <param name="Tries">How often it was delivered before.</param>
public sealed record ShardDelivery(ulong Tag, string? Run, long Number, ShardBatch? Batch, string? Fault, ReadOnlyMemory<byte> Body, int Tries);

/// <summary>
/// This node's side of a shard's queue while it is the one active consumer there, and so the shard's owner (design §7). Messages come in order, those that
/// an earlier consumer left unacknowledged first.
/// </summary>
public interface IShardConsumer
{
    /// <summary>The shard.</summary>
    int Shard { get; }

    /// <summary>The next message; null once this node is not the active consumer any more. What is unacknowledged then comes again elsewhere.</summary>
    ValueTask<ShardDelivery?> TakeAsync();

    /// <summary>Its effect is durable: the broker may forget it. Does nothing when this node is not the active consumer any more.</summary>
    ValueTask AcknowledgeAsync(ShardDelivery delivery);

    /// <summary>
    /// Puts the message into the dead-letter queue with the reason, and acknowledges it once that is confirmed. Does nothing when this node is
    /// not the active consumer any more.
    /// </summary>
    ValueTask SetAsideAsync(ShardDelivery delivery, string reason);

    /// <summary>Hands the shard over: another node's consumer becomes the active one, and this one stands at the end of the line.</summary>
    ValueTask LetGoAsync();
}
