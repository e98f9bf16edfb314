namespace ActorFingerprint.Engine.Membership;

/// <summary>Where a member stands; Akka's words, in the order in which a member goes through them.</summary>
public enum MemberStatus
{
    /// <summary>It has made itself known and takes no work yet.</summary>
    Joining,
    /// <summary>It works.</summary>
    Up,
    /// <summary>It was asked to go, and finishes what it has.</summary>
    Leaving,
    /// <summary>It has given up its shards.</summary>
    Exiting,
    /// <summary>Others declared it gone.</summary>
    Down,
    /// <summary>It is gone.</summary>
    Removed,
}

/// <summary>What a node does; a node may do all.</summary>
public static class NodeRoles
{
    /// <summary>Reads sources.</summary>
    public const string Sensor = "sensor";

    /// <summary>Owns shards.</summary>
    public const string Engine = "engine";

    /// <summary>Answers callers.</summary>
    public const string Api = "api";

    /// <summary>All roles, in the order of the way of an observation.</summary>
    public static IReadOnlyList<string> All { get; } = [Sensor, Engine, Api];
}

/// <summary>A member.</summary>
/// <param name="Node">Its address.</param>
/// <param name="Uid">Tells one start of a node from the next at the same address.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Roles">What it does (<see cref="NodeRoles"/>).</param>
/// <param name="Since">When it started, by its own clock: its age.</param>
public sealed record ClusterMember(NodeAddress Node, long Uid, MemberStatus Status, IReadOnlyList<string> Roles, DateTimeOffset Since);

/// <summary>A member that others do not reach, and who these are.</summary>
public sealed record UnreachableMember(NodeAddress Node, IReadOnlyList<NodeAddress> ObservedBy);

/// <summary>The members as one node sees them, at one moment.</summary>
public sealed class ClusterState
{
    /// <summary>
    /// A view of these members. Leader is the first address of the members that are reachable and Up or Leaving; the oldest is the Up member that
    /// started first, by address where two started together.
    /// </summary>
    public ClusterState(NodeAddress self, IEnumerable<ClusterMember> members, IEnumerable<UnreachableMember> unreachable)
    {
        Self = self;
        Members = [.. members.OrderBy(member => member.Node, NodeAddress.Order)];
        Unreachable = [.. unreachable.OrderBy(member => member.Node, NodeAddress.Order)];
        var hidden = Unreachable.Select(member => member.Node).ToHashSet();
        Leader = FirstOrNull(Members.Where(m => m.Status is MemberStatus.Up or MemberStatus.Leaving && !hidden.Contains(m.Node)));
        var byAge = Members.Where(member => member.Status == MemberStatus.Up).OrderBy(member => member.Since).ToList();
        Oldest = FirstOrNull(byAge);
        OldestPerRole = new SortedDictionary<string, NodeAddress>(
            byAge.SelectMany(member => member.Roles.Select(role => (Role: role, member.Node))).DistinctBy(entry => entry.Role)
                .ToDictionary(entry => entry.Role, entry => entry.Node), StringComparer.Ordinal);
    }

    /// <summary>The node whose view this is.</summary>
    public NodeAddress Self { get; }

    /// <summary>All members, by address.</summary>
    public IReadOnlyList<ClusterMember> Members { get; }

    /// <summary>Those that somebody does not reach, by address.</summary>
    public IReadOnlyList<UnreachableMember> Unreachable { get; }

    /// <summary>The leader; null without one.</summary>
    public NodeAddress? Leader { get; }

    /// <summary>The oldest member; null without one.</summary>
    public NodeAddress? Oldest { get; }

    /// <summary>The oldest member of each role that one has.</summary>
    public IReadOnlyDictionary<string, NodeAddress> OldestPerRole { get; }

    /// <summary>A member by its address; null when it is none.</summary>
    public ClusterMember? Find(NodeAddress node) => Members.FirstOrDefault(member => member.Node == node);

    private static NodeAddress? FirstOrNull(IEnumerable<ClusterMember> members) => members.FirstOrDefault()?.Node;
}
