namespace ActorFingerprint.Engine.Membership;

/// <summary>What a node knows of its cluster. Cheap, from any thread: nothing is asked of other nodes.</summary>
public interface IClusterView
{
    /// <summary>The members now.</summary>
    ClusterState State { get; }

    /// <summary>Every region and all its shards, those of other nodes as their owners told last.</summary>
    IReadOnlyList<RegionShards> Regions { get; }

    /// <summary>How far the read side is behind the journal; null when this node does not know.</summary>
    ProjectionLag? Lag { get; }
}

/// <summary>A region and its shards, by their numbers.</summary>
public sealed record RegionShards(string Region, IReadOnlyList<ShardPlace> Shards);

/// <summary>Where a shard is.</summary>
/// <param name="Shard">Its number in the region.</param>
/// <param name="Owner">Who owns it; null while nobody does.</param>
/// <param name="Epoch">The epoch that the owner holds; 0 before its first entity, when it holds none.</param>
/// <param name="Entities">Entities that the owner has in memory, as far as is known here.</param>
public readonly record struct ShardPlace(int Shard, NodeAddress? Owner, long Epoch, int Entities);

/// <summary>How far a read side is behind its journal.</summary>
/// <param name="Offset">Ordering that it has reached.</param>
/// <param name="Events">Orderings that it is behind.</param>
/// <param name="Fault">Why it stands still, in one line; null while it moves.</param>
public readonly record struct ProjectionLag(long Offset, long Events, string? Fault);
