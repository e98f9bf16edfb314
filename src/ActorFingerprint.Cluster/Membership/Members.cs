using ActorFingerprint.Engine.Membership;

namespace ActorFingerprint.Cluster.Membership;

/// <summary>Who owns a shard, as that node told last.</summary>
/// <param name="Node">The owner.</param>
/// <param name="AskAddress">Where it takes asks.</param>
/// <param name="Epoch">Its epoch.</param>
/// <param name="Entities">Entities that it has in memory.</param>
public readonly record struct AnnouncedOwner(NodeAddress Node, Uri? AskAddress, long Epoch, int Entities);

/// <summary>
/// The members of the cluster as they follow from what nodes tell of themselves. There is no agreement among nodes: each forms its own view, and
/// the views are alike as long as all hear the same. Nothing depends on their being equal, for the broker says who owns a shard and the journal
/// refuses everybody else. Times are timestamps in ticks of 100 ns. Not for several threads at once.
/// </summary>
/// <param name="self">This node, which is heard like the others.</param>
/// <param name="unreachableAfter">A member that was not heard for so long is unreachable. Announcements come every second.</param>
/// <param name="removedAfter">A member that is unreachable or down for so long is removed; one that was only unreachable comes back when it is heard.</param>
public sealed class Members(NodeAddress self, TimeSpan unreachableAfter, TimeSpan removedAfter)
{
    private const int MaxGone = 4096;

    private readonly Dictionary<NodeAddress, Member> _members = [];
    private readonly HashSet<(NodeAddress Node, long Uid)> _gone = [];

    /// <summary>After three missed announcements; removed after a minute.</summary>
    public Members(NodeAddress self) : this(self, TimeSpan.FromSeconds(3.5), TimeSpan.FromMinutes(1))
    {
    }

    /// <summary>An operator declared this node gone: it has to end.</summary>
    public bool IsSelfDown => _members.TryGetValue(self, out var own) && own.Status == MemberStatus.Down;

    /// <summary>Members that an operator declared gone and that are not removed yet.</summary>
    public IReadOnlyList<DownedNode> Downed =>
        [.. _members.Values.Where(m => m.Status == MemberStatus.Down).Select(m => new DownedNode(m.Node.ToString(), m.Last.Uid))];

    /// <summary>Takes what a node tells.</summary>
    public void Hear(NodeAnnouncement announcement, long now)
    {
        if (!NodeAddress.TryParse(announcement.Node, out var node) || _gone.Contains((node, announcement.Uid))) return;
        foreach (var down in announcement.Down)
            if (NodeAddress.TryParse(down.Node, out var address)) Down(address, down.Uid, now);
        if (_members.TryGetValue(node, out var known))
        {
            var isSameStart = known.Last.Uid == announcement.Uid;
            if (isSameStart ? announcement.Sequence <= known.Last.Sequence : announcement.StartedAt < known.Last.StartedAt) return;
            if (!isSameStart) Forget(node, known.Last.Uid);
            else if (known.Status == MemberStatus.Down) return;
        }
        if (announcement.Status is MemberStatus.Removed) Remove(node, announcement.Uid);
        else _members[node] = new Member(node, announcement, announcement.Status, now);
    }

    /// <summary>An operator declares a member gone. False when it is none.</summary>
    public bool Down(NodeAddress node, long now) => _members.TryGetValue(node, out var member) && Down(node, member.Last.Uid, now);

    /// <summary>Removes those whose time is over.</summary>
    public void Expire(long now)
    {
        foreach (var member in _members.Values.Where(m => m.Node != self && now - m.HeardAt >= removedAfter.Ticks).ToArray())
        {
            if (member.Status == MemberStatus.Down) Remove(member.Node, member.Last.Uid);
            else _members.Remove(member.Node);
        }
    }

    /// <summary>The view now.</summary>
    public ClusterState StateAt(long now)
    {
        var observations = new Dictionary<NodeAddress, HashSet<NodeAddress>>();
        foreach (var silent in _members.Values.Where(m => m.Node != self && IsSilent(m, now))) Observe(silent.Node, self);
        foreach (var observer in _members.Values.Where(m => m.Node != self && !IsSilent(m, now)))
            foreach (var text in observer.Last.Unreachable)
                if (NodeAddress.TryParse(text, out var node) && node != self && _members.ContainsKey(node)) Observe(node, observer.Node);
        return new ClusterState(
            self, _members.Values.Select(m => new ClusterMember(m.Node, m.Last.Uid, m.Status, m.Last.Roles, m.Last.StartedAt)),
            observations.Select(entry => new UnreachableMember(entry.Key, [.. entry.Value.OrderBy(node => node, NodeAddress.Order)])));

        void Observe(NodeAddress node, NodeAddress by)
        {
            if (!observations.TryGetValue(node, out var observers)) observations.Add(node, observers = []);
            observers.Add(by);
        }
    }

    /// <summary>Addresses of the members that this node does not hear.</summary>
    public IReadOnlyList<string> SilentAt(long now) =>
        [.. _members.Values.Where(m => m.Node != self && m.Status != MemberStatus.Down && IsSilent(m, now)).Select(m => m.Node.ToString())];

    /// <summary>The owner of a shard with the highest epoch among the members that are heard; null when none tells so.</summary>
    public AnnouncedOwner? OwnerOf(string region, int shard, long now)
    {
        AnnouncedOwner? owner = null;
        foreach (var member in _members.Values.Where(m => IsHeard(m, now)))
            foreach (var owned in member.Last.Shards)
                if (owned.Shard == shard && owned.Region == region && !(owner?.Epoch >= owned.Epoch))
                    owner = new AnnouncedOwner(member.Node, member.Last.AskAddress, owned.Epoch, owned.Entities);
        return owner;
    }

    /// <summary>A member that is heard does this thing.</summary>
    public bool HasSingleton(string name, long now) => _members.Values.Any(m => IsHeard(m, now) && m.Last.Singletons.Contains(name));

    /// <summary>Members of a role that are heard and take work.</summary>
    public IReadOnlyList<NodeAddress> Working(string role, long now) =>
        [.. _members.Values.Where(m => m.Status == MemberStatus.Up && IsHeard(m, now) && m.Last.Roles.Contains(role)).Select(m => m.Node)
            .OrderBy(node => node, NodeAddress.Order)];

    /// <summary>Shards that members are about to hand over.</summary>
    public IEnumerable<PlannedHandOver> HandOvers(long now) => _members.Values.Where(m => IsHeard(m, now)).SelectMany(m => m.Last.HandOvers);

    private bool Down(NodeAddress node, long uid, long now)
    {
        if (!_members.TryGetValue(node, out var member) || member.Last.Uid != uid) return false;
        if (member.Status != MemberStatus.Down) _members[node] = member with { Status = MemberStatus.Down, HeardAt = now };
        return true;
    }

    private void Remove(NodeAddress node, long uid)
    {
        _members.Remove(node);
        Forget(node, uid);
    }

    /// <summary>What this start of a node still tells is passed over.</summary>
    private void Forget(NodeAddress node, long uid)
    {
        if (_gone.Count == MaxGone) _gone.Clear(); // so old that nothing of them is under way any more
        _gone.Add((node, uid));
    }

    private bool IsSilent(Member member, long now) => now - member.HeardAt >= unreachableAfter.Ticks;

    private bool IsHeard(Member member, long now) => member.Status != MemberStatus.Down && (member.Node == self || !IsSilent(member, now));

    private sealed record Member(NodeAddress Node, NodeAnnouncement Last, MemberStatus Status, long HeardAt);
}
