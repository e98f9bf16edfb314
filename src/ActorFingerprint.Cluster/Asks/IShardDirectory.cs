using System.Collections.Concurrent;

namespace ActorFingerprint.Cluster.Asks;

/// <summary>Where the owner of a shard listens for asks.</summary>
/// <param name="Address">Scheme, host and port.</param>
/// <param name="Epoch">The epoch that it announced.</param>
public readonly record struct ShardOwner(Uri Address, long Epoch);

/// <summary>Who owns which shard, as far as this node has heard.</summary>
public interface IShardDirectory
{
    /// <summary>The owner; null while none is known. Asked for every ask: must answer from memory.</summary>
    ShardOwner? OwnerOf(string region, int shard);
}

/// <summary>A directory that is told; the highest epoch counts, in whatever order they come.</summary>
public sealed class ShardDirectory : IShardDirectory
{
    private readonly ConcurrentDictionary<(string Region, int Shard), ShardOwner> _owners = new();

    /// <inheritdoc/>
    public ShardOwner? OwnerOf(string region, int shard) => _owners.TryGetValue((region, shard), out var owner) ? owner : null;

    /// <summary>A node says that it owns a shard. False when a later owner is known already.</summary>
    public bool Announce(string region, int shard, ShardOwner owner) =>
        _owners.AddOrUpdate((region, shard), owner, (_, known) => known.Epoch > owner.Epoch ? known : owner) == owner;

    /// <summary>An owner has given a shard up, or is gone; later owners stay.</summary>
    public void Withdraw(string region, int shard, long epoch)
    {
        if (_owners.TryGetValue((region, shard), out var known) && known.Epoch <= epoch)
            _owners.TryRemove(new((region, shard), known));
    }
}
