using ActorFingerprint.Engine.Membership;

namespace ActorFingerprint.Node.Http;

/// <summary>The members as this node sees them: Akka Management's shape, then what is ours.</summary>
/// <param name="SelfNode">This node.</param>
/// <param name="Members">All members, by address.</param>
/// <param name="Unreachable">Those that somebody does not reach.</param>
/// <param name="Leader">The leader; null without one.</param>
/// <param name="Oldest">The oldest member; null without one.</param>
/// <param name="OldestPerRole">The oldest member of each role.</param>
/// <param name="Shards">Regions, and who owns how many of their shards.</param>
/// <param name="Lag">How far the read side is behind; null when this node does not know.</param>
public sealed record MembersResource(
    string SelfNode, IReadOnlyList<MemberResource> Members, IReadOnlyList<UnreachableResource> Unreachable, string? Leader, string? Oldest,
    IReadOnlyDictionary<string, string> OldestPerRole, IReadOnlyList<RegionResource> Shards, LagResource? Lag)
{
    /// <summary>From a view.</summary>
    public static MembersResource Of(IClusterView cluster)
    {
        var state = cluster.State;
        return new MembersResource(
            state.Self.ToString(), [.. state.Members.Select(MemberResource.Of)],
            [.. state.Unreachable.Select(member => new UnreachableResource(member.Node.ToString(), [.. member.ObservedBy.Select(node => node.ToString())]))],
            state.Leader?.ToString(), state.Oldest?.ToString(), state.OldestPerRole.ToDictionary(entry => entry.Key, entry => entry.Value.ToString()),
            [.. cluster.Regions.Select(RegionResource.Of)],
            cluster.Lag is { } lag ? new LagResource(lag.Offset, lag.Events, lag.Fault) : null);
    }
}

/// <summary>A member. <paramref name="NodeUid"/> is a number as text, as it has 64 bits.</summary>
public sealed record MemberResource(string Node, string NodeUid, string Status, IReadOnlyList<string> Roles)
{
    /// <summary>From a view.</summary>
    public static MemberResource Of(ClusterMember member) =>
        new(member.Node.ToString(), member.Uid.ToString(System.Globalization.CultureInfo.InvariantCulture), member.Status.ToString(), member.Roles);
}

/// <summary>A member that others do not reach.</summary>
public sealed record UnreachableResource(string Node, IReadOnlyList<string> ObservedBy);

/// <summary>A region in short.</summary>
/// <param name="Region">Its name.</param>
/// <param name="Shards">How many shards it has.</param>
/// <param name="Unowned">Those that nobody owns now.</param>
/// <param name="NumEntities">Entities in memory.</param>
/// <param name="Owners">Who owns how many.</param>
public sealed record RegionResource(string Region, int Shards, int Unowned, int NumEntities, IReadOnlyList<OwnerResource> Owners)
{
    /// <summary>From a view.</summary>
    public static RegionResource Of(RegionShards region) => new(
        region.Region, region.Shards.Count, region.Shards.Count(shard => shard.Owner is null), region.Shards.Sum(shard => shard.Entities),
        [.. region.Shards.Where(shard => shard.Owner is not null).GroupBy(shard => shard.Owner!.Value).OrderBy(group => group.Key, NodeAddress.Order)
            .Select(group => new OwnerResource(group.Key.ToString(), group.Count(), group.Sum(shard => shard.Entities)))]);
}

/// <summary>What a node owns of a region.</summary>
public sealed record OwnerResource(string Node, int Shards, int NumEntities);

/// <summary>How far the read side is behind the journal, in orderings.</summary>
public sealed record LagResource(long Offset, long Events, string? Fault);

/// <summary>The shards of a region: Akka Management's shape, with owner and epoch.</summary>
public sealed record ShardsResource(IReadOnlyList<ShardResource> Regions)
{
    /// <summary>From a view.</summary>
    public static ShardsResource Of(RegionShards region) => new([.. region.Shards.Select(shard => new ShardResource(
        shard.Shard.ToString(System.Globalization.CultureInfo.InvariantCulture), shard.Entities, shard.Owner?.ToString(), shard.Epoch))]);
}

/// <summary>A shard. <paramref name="Owner"/> is null while nobody owns it, <paramref name="Epoch"/> 0 before its first entity.</summary>
public sealed record ShardResource(string ShardId, int NumEntities, string? Owner, long Epoch);

/// <summary>Akka Management's answer to a change.</summary>
public sealed record MessageResource(string Message);

/// <summary>The form of <c>PUT /cluster/members/{address}</c>: <c>down</c> or <c>leave</c>.</summary>
public sealed record MemberOperation(string Operation);
