namespace ActorFingerprint.Engine.Sharding;

/// <summary>
/// Asks the owner of a shard on another node (design §7). The answer is the owner's, given under a valid lease; an ask that was sent may have
/// been carried out even when it fails here.
/// </summary>
public interface IShardAsks
{
    /// <summary>Sends a request to the shard's owner and gives back its answer.</summary>
    /// <param name="region">The region.</param>
    /// <param name="shard">The shard.</param>
    /// <param name="kind">What the request is; the region's handler of the owner knows it.</param>
    /// <param name="request">The request; its format is the region's own.</param>
    /// <param name="stop">Gives up, also at the deadline.</param>
    /// <exception cref="ShardUnreachableException">No owner is known, it moved, it cannot be reached, or its answer came too late.</exception>
    Task<ReadOnlyMemory<byte>> AskAsync(string region, int shard, string kind, ReadOnlyMemory<byte> request, CancellationToken stop);
}

/// <summary>The region's side of the asks that come from other nodes.</summary>
public interface IShardAskHandler
{
    /// <summary>
    /// Answers an ask for a shard of this node. Throws <see cref="ShardMovedException"/> when the shard is not here, and
    /// <see cref="FormatException"/> when the request cannot be read.
    /// </summary>
    Task<ReadOnlyMemory<byte>> AnswerAsync(int shard, string kind, ReadOnlyMemory<byte> request, CancellationToken stop);
}

/// <summary>The owner of a shard could not be asked.</summary>
public sealed class ShardUnreachableException(string message, Exception? inner = null) : Exception(message, inner);
