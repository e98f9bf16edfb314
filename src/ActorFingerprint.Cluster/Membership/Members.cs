using ActorFingerprint.Cluster.Asks;
using ActorFingerprint.Engine.Membership;
using ActorFingerprint.Engine.Sharding;

namespace ActorFingerprint.Cluster.Membership;

/// <summary>
/// The cluster as one node hears it: folds announcements. No clock of its own, and no protocol: who owns what is decided by the broker and by
/// epochs, this only tells where. Any thread.
/// </summary>
/// <param name="self">This node.</param>
public sealed class Members(NodeAddress self) : IShardDirectory
{
    /// <summary>A member that was not heard for so long is unreachable.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>A member that was not heard for so long is forgotten.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromMinutes(2);

    private readonly Lock _gate = new();
    private readonly Dictionary<NodeAddress, Heard> _members = [];
    private readonly Dictionary<(NodeAddress, long), MemberStatus> _gone = [];
    private Dictionary<(string, int), ShardOwner> _owners = [];

    /// <summary>
    /// Hears an announcement at a time (any monotonic clock). False when it is older than what is known, of a start that is over, or malformed.
    /// </summary>
    public bool Hear(NodeAnnouncement announcement, TimeSpan at)
    {
        if (!NodeAddress.TryParse(announcement.Node, out var node)) return false;
        lock (_gate)
        {
            if (_gone.ContainsKey((node, announcement.Uid))) return false;
            if (_members.TryGetValue(node, out var known) && IsOlder(announcement, known.Announcement)) return false;
            if (announcement.Status is MemberStatus.Removed or MemberStatus.Down)
            {
                _gone[(node, announcement.Uid)] = announcement.Status;
                _members.Remove(node);
            }
            else _members[node] = new Heard(announcement, at);
            Settle();
            return true;
        }
    }

    /// <summary>Somebody declared a member gone: what that start of it announces from now on is not heard.</summary>
    public bool Down(NodeAddress node)
    {
        lock (_gate)
        {
            if (!_members.Remove(node, out var known)) return false;
            _gone[(node, known.Announcement.Uid)] = MemberStatus.Down;
            Settle();
            return true;
        }
    }

    /// <summary>Forgets members that were not heard for <see cref="Memory"/>.</summary>
    public void Forget(TimeSpan now)
    {
        lock (_gate)
        {
            foreach (var (node, heard) in _members.ToArray())
                if (node != self && now - heard.At > Memory) _members.Remove(node);
            Settle();
        }
    }

    /// <summary>Members that this node does not hear now.</summary>
    public IReadOnlyList<NodeAddress> UnreachableAt(TimeSpan now)
    {
        lock (_gate) return [.. _members.Where(m => IsSilent(m.Key, m.Value, now)).Select(m => m.Key).Order(NodeAddress.Order)];
    }

    /// <summary>The members as heard until now.</summary>
    public ClusterState StateAt(TimeSpan now)
    {
        lock (_gate)
        {
            var observed = new Dictionary<NodeAddress, List<NodeAddress>>();
            foreach (var (node, heard) in _members)
            {
                if (IsSilent(node, heard, now))
                {
                    Observe(node, self);
                    continue; // what it saw is old
                }
                foreach (var other in heard.Announcement.Unreachable)
                    if (NodeAddress.TryParse(other, out var unreachable) && _members.ContainsKey(unreachable) && node != self) Observe(unreachable, node);
            }
            return new ClusterState(
                self, _members.Select(m => Member(m.Key, m.Value.Announcement)),
                observed.Select(o => new UnreachableMember(o.Key, [.. o.Value.Distinct().Order(NodeAddress.Order)])));

            void Observe(NodeAddress node, NodeAddress by)
            {
                if (!observed.TryGetValue(node, out var observers)) observed[node] = observers = [];
                observers.Add(by);
            }
        }
    }

    /// <summary>Engines that are up and heard now: those among which shards are spread.</summary>
    public IReadOnlyList<NodeAddress> EnginesAt(TimeSpan now)
    {
        lock (_gate)
        {
            return
            [
                .. _members.Where(m => m.Value.Announcement.Status == MemberStatus.Up && !IsSilent(m.Key, m.Value, now)
                    && m.Value.Announcement.Roles.Contains(NodeRoles.Engine)).Select(m => m.Key).Order(NodeAddress.Order),
            ];
        }
    }

    /// <summary>Some reachable member keeps the read side up.</summary>
    public bool RunsProjectionsAt(TimeSpan now)
    {
        lock (_gate) return _members.Any(m => m.Value.Announcement.RunsProjections && !IsSilent(m.Key, m.Value, now));
    }

    /// <summary>How far the read side is behind, as the reachable member says that keeps it up; null without one.</summary>
    public ProjectionLag? LagAt(TimeSpan now)
    {
        lock (_gate)
        {
            return _members.Where(m => m.Value.Announcement is { RunsProjections: true, Lag: not null } && !IsSilent(m.Key, m.Value, now))
                .OrderByDescending(m => m.Value.At).FirstOrDefault().Value.Announcement?.Lag;
        }
    }

    /// <summary>A region's shards and where they are.</summary>
    public RegionShards RegionOf(string region, int count)
    {
        lock (_gate)
        {
            var places = new ShardPlace[count];
            for (var shard = 0; shard < count; shard++) places[shard] = new ShardPlace(shard, null, 0, 0);
            foreach (var (node, heard) in _members)
                foreach (var shard in heard.Announcement.Shards)
                    if (shard.Region == region && shard.Shard >= 0 && shard.Shard < count && shard.Epoch > places[shard.Shard].Epoch)
                        places[shard.Shard] = new ShardPlace(shard.Shard, node, shard.Epoch, shard.Entities);
            return new RegionShards(region, places);
        }
    }

    /// <inheritdoc />
    public ShardOwner? OwnerOf(string region, int shard) =>
        Volatile.Read(ref _owners).TryGetValue((region, shard), out var owner) ? owner : null;

    private static ClusterMember Member(NodeAddress node, NodeAnnouncement said) =>
        new(node, said.Uid, said.Status, said.Roles, DateTimeOffset.FromUnixTimeMilliseconds(said.SinceMs));

    private bool IsSilent(NodeAddress node, Heard heard, TimeSpan now) => node != self && now - heard.At > Patience;

    /// <summary>Of the same start by its number; of another start the later one counts.</summary>
    private static bool IsOlder(NodeAnnouncement said, NodeAnnouncement known) =>
        said.Uid == known.Uid ? said.Number <= known.Number : said.SinceMs < known.SinceMs;

    /// <summary>The owners anew; a silent one stays until another announces the shard, for asks fail fast at it.</summary>
    private void Settle()
    {
        var owners = new Dictionary<(string, int), ShardOwner>();
        foreach (var heard in _members.Values)
        {
            if (!Uri.TryCreate(heard.Announcement.Asks, UriKind.Absolute, out var asks)) continue;
            foreach (var shard in heard.Announcement.Shards)
                if (!owners.TryGetValue((shard.Region, shard.Shard), out var other) || other.Epoch < shard.Epoch)
                    owners[(shard.Region, shard.Shard)] = new ShardOwner(asks, shard.Epoch);
        }
        Volatile.Write(ref _owners, owners);
    }

    private readonly record struct Heard(NodeAnnouncement Announcement, TimeSpan At);
}
