using ActorFingerprint.Cluster.Asks;
using ActorFingerprint.Engine.Membership;

namespace ActorFingerprint.Cluster.Membership;

/// <summary>The members, for all threads of a node: told by announcements, asked by everybody.</summary>
public sealed class ClusterMembership(NodeAddress self, TimeProvider time) : IShardDirectory
{
    private readonly Members _members = new(self);
    private readonly Lock _lock = new();

    /// <summary>The members now.</summary>
    public ClusterState State => Ask(static (members, now) => members.StateAt(now));

    /// <summary>An operator declared this node gone: it has to end.</summary>
    public bool IsSelfDown => Ask(static (members, _) => members.IsSelfDown);

    /// <summary>Members that an operator declared gone, for the own announcement.</summary>
    public IReadOnlyList<DownedNode> Downed => Ask(static (members, _) => members.Downed);

    /// <summary>Addresses of members that this node does not hear, for the own announcement.</summary>
    public IReadOnlyList<string> Silent => Ask(static (members, now) => members.SilentAt(now));

    /// <summary>Shards that members are about to hand over.</summary>
    public IReadOnlyList<PlannedHandOver> HandOvers => Ask(static (members, now) => members.HandOvers(now).ToArray());

    /// <summary>Takes what a node tells, this one too.</summary>
    public void Hear(NodeAnnouncement announcement) => Ask((members, now) =>
    {
        members.Hear(announcement, now);
        members.Expire(now);
        return true;
    });

    /// <summary>An operator declares a member gone. False when it is none.</summary>
    public bool Down(NodeAddress node) => Ask((members, now) => members.Down(node, now));

    /// <summary>The owner of a shard; null when none is known.</summary>
    public AnnouncedOwner? FindOwner(string region, int shard) => Ask((members, now) => members.OwnerOf(region, shard, now));

    /// <summary>Some member does this thing.</summary>
    public bool HasSingleton(string name) => Ask((members, now) => members.HasSingleton(name, now));

    /// <summary>Members of a role that are heard and take work, by address.</summary>
    public IReadOnlyList<NodeAddress> Working(string role) => Ask((members, now) => members.Working(role, now));

    /// <inheritdoc/>
    public ShardOwner? OwnerOf(string region, int shard) =>
        FindOwner(region, shard) is { AskAddress: { } address } owner ? new ShardOwner(address, owner.Epoch) : null;

    private T Ask<T>(Func<Members, long, T> question)
    {
        lock (_lock) return question(_members, time.GetElapsedTime(0).Ticks);
    }
}
