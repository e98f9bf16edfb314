using System.Buffers.Binary;
using System.Security.Cryptography;
using ActorFingerprint.Engine.Membership;

namespace ActorFingerprint.Node.Hosting;

/// <summary>The cluster of a node that runs alone: its only member, up, with all roles, owner of all shards.</summary>
internal sealed class SingleNodeCluster : IClusterView, IClusterControl
{
    private readonly Func<NodeAddress> _self;
    private readonly INodeMaintenance? _store;
    private readonly Action<string> _requestShutdown;
    private readonly DateTimeOffset _since;
    private readonly long _uid = BinaryPrimitives.ReadInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(long)));
    private int _isLeaving;

    /// <summary>Makes the cluster.</summary>
    /// <param name="self">Address of the node; asked each time, since a free port is known late.</param>
    /// <param name="store">Its shards; null when the engine has none.</param>
    /// <param name="time">Clock of the member's age.</param>
    /// <param name="requestShutdown">Begins an orderly stop and returns at once; takes the reason.</param>
    public SingleNodeCluster(Func<NodeAddress> self, INodeMaintenance? store, TimeProvider time, Action<string> requestShutdown) =>
        (_self, _store, _requestShutdown, _since) = (self, store, requestShutdown, time.GetUtcNow());

    /// <inheritdoc />
    public ClusterState State
    {
        get
        {
            var self = _self();
            var status = Volatile.Read(ref _isLeaving) == 0 ? MemberStatus.Up : MemberStatus.Leaving;
            return new ClusterState(self, [new ClusterMember(self, _uid, status, NodeRoles.All, _since)], []);
        }
    }

    /// <inheritdoc />
    public IReadOnlyList<RegionShards> Regions
    {
        get
        {
            var self = _self();
            return [.. (_store?.Regions ?? []).Select(region => new RegionShards(
                region.Region, [.. region.Shards.Select(shard => new ShardPlace(shard.Shard, self, shard.Epoch, shard.Entities))]))];
        }
    }

    /// <inheritdoc />
    public ProjectionLag? Lag => _store?.Lag;

    /// <inheritdoc />
    public Task<ControlResult> LeaveAsync(NodeAddress member, CancellationToken stop) => OfSelf(member, self =>
    {
        if (Interlocked.Exchange(ref _isLeaving, 1) != 0) return new ControlResult(ControlOutcome.Unchanged, $"Leaving {self}");
        _requestShutdown($"{self} leaves");
        return new ControlResult(ControlOutcome.Accepted, $"Leaving {self}");
    });

    /// <inheritdoc />
    public Task<ControlResult> DownAsync(NodeAddress member, CancellationToken stop) => OfSelf(member, static self => new ControlResult(
        ControlOutcome.Refused, $"{self} is this node and the only one: no other would take its shards; have it leave instead"));

    /// <inheritdoc />
    public Task<ControlResult> RebalanceAsync(CancellationToken stop) => Task.FromResult(new ControlResult(
        ControlOutcome.Unchanged, "this node is the only one and owns every shard: there is nothing to move"));

    private Task<ControlResult> OfSelf(NodeAddress member, Func<NodeAddress, ControlResult> act)
    {
        var self = _self();
        return Task.FromResult(member == self ? act(self) : new ControlResult(ControlOutcome.UnknownMember, "no member has this address"));
    }
}
