namespace ActorFingerprint.Engine.Sharding;

/// <summary>A shard at the node that owns it.</summary>
/// <param name="Shard">Its number.</param>
/// <param name="Epoch">Under which it writes; 0 until it is claimed.</param>
/// <param name="Entities">Entities in memory.</param>
public readonly record struct HostedShard(int Shard, long Epoch, int Entities);

/// <summary>
/// A shard region's side towards whoever decides which node owns which shard. A region of a node that is alone hosts all shards from the
/// start; in a cluster each is started and stopped as ownership moves (design §5, §7).
/// </summary>
public interface IShardHost
{
    /// <summary>Name of the region: <c>device</c> or <c>limiter</c>.</summary>
    string Region { get; }

    /// <summary>Shards in the region, here and elsewhere.</summary>
    int Count { get; }

    /// <summary>The shards that this node hosts, by number.</summary>
    IReadOnlyList<HostedShard> Hosted { get; }

    /// <summary>
    /// Raised when a shard stopped because another owner has claimed it, or because it failed: it is not hosted any more, and has written
    /// nothing since. Handlers must return at once.
    /// </summary>
    event Action<int, Exception>? Lost;

    /// <summary>
    /// Takes ownership: claims the next epoch, which refuses every earlier owner, and starts the shard. The new epoch. Waits for as long as
    /// storage refuses.
    /// </summary>
    /// <exception cref="ShardMovedException">The region has stopped.</exception>
    Task<long> StartShardAsync(int shard, CancellationToken stop);

    /// <summary>
    /// Gives a shard up in order: decides what it has taken, commits, snapshots and ends. A shard that is not hosted is none to stop.
    /// </summary>
    Task StopShardAsync(int shard);

    /// <summary>
    /// Ends a shard that this node does not own any more: nothing more is written or answered, and who waits for it is told
    /// <see cref="ShardMovedException"/>.
    /// </summary>
    void DropShard(int shard);

    /// <summary>
    /// The stored epochs were read: shards with another one are dropped, asks of the others may be answered until the lease is over, which
    /// counts from <paramref name="sinceTimestamp"/> (<see cref="TimeProvider.GetTimestamp"/>), taken before the epochs were asked for.
    /// </summary>
    void Renew(IReadOnlyDictionary<int, long> epochs, long sinceTimestamp);
}

/// <summary>This node does not own the shard, or cannot be sure that it still does: ask the owner.</summary>
public sealed class ShardMovedException(string region, int shard, Exception? inner = null)
    : Exception($"shard {region}/{shard} is not owned by this node", inner)
{
    /// <summary>The region.</summary>
    public string Region { get; } = region;

    /// <summary>The shard.</summary>
    public int Shard { get; } = shard;
}
