using ActorFingerprint.Cluster.Membership;
using ActorFingerprint.Engine.Membership;
using ActorFingerprint.Engine.Sharding;

namespace ActorFingerprint.Node.Hosting;

/// <summary>The cluster as operators see it from one of its nodes, and what they may change.</summary>
/// <param name="seat">This node's part.</param>
/// <param name="deviceShards">Shards of the device region.</param>
/// <param name="limiterShards">Shards of the limiter; 0 when it is off.</param>
internal sealed class SeatView(ClusterSeat seat, int deviceShards, int limiterShards) : IClusterView, IClusterControl
{
    /// <inheritdoc />
    public ClusterState State => seat.Members.StateAt(seat.Now);

    /// <inheritdoc />
    public IReadOnlyList<RegionShards> Regions => limiterShards == 0
        ? [seat.Members.RegionOf(ShardRegions.Device, deviceShards)]
        : [seat.Members.RegionOf(ShardRegions.Device, deviceShards), seat.Members.RegionOf(ShardRegions.Limiter, limiterShards)];

    /// <inheritdoc />
    public ProjectionLag? Lag => seat.Members.LagAt(seat.Now);

    /// <inheritdoc />
    public Task<ControlResult> LeaveAsync(NodeAddress member, CancellationToken stop) => Of(member, known =>
    {
        if (known.Status is not (MemberStatus.Joining or MemberStatus.Up)) return new ControlResult(ControlOutcome.Unchanged, $"Leaving {member}");
        seat.Ask(new AnnouncedRequest(ClusterRequests.Leave, member.ToString()));
        return new ControlResult(ControlOutcome.Accepted, $"Leaving {member}");
    });

    /// <inheritdoc />
    public Task<ControlResult> DownAsync(NodeAddress member, CancellationToken stop) => Of(member, _ =>
    {
        seat.Ask(new AnnouncedRequest(ClusterRequests.Down, member.ToString()));
        return new ControlResult(ControlOutcome.Accepted, $"Downing {member}");
    });

    /// <inheritdoc />
    public Task<ControlResult> RebalanceAsync(CancellationToken stop)
    {
        var moved = Misplaced(ShardRegions.Device, deviceShards) + Misplaced(ShardRegions.Limiter, limiterShards);
        if (moved == 0) return Task.FromResult(new ControlResult(ControlOutcome.Unchanged, "every engine has its share"));
        seat.Ask(new AnnouncedRequest(ClusterRequests.Rebalance, ""));
        return Task.FromResult(new ControlResult(ControlOutcome.Accepted, $"{moved} shards move to the engines that should own them", moved));
    }

    private int Misplaced(string region, int shards)
    {
        var places = ShardAllocation.Of(region, shards, seat.Members.EnginesAt(seat.Now));
        return places.Count == 0 ? 0 : seat.Members.RegionOf(region, shards).Shards.Count(s => s.Owner is { } owner && owner != places[s.Shard]);
    }

    private Task<ControlResult> Of(NodeAddress member, Func<ClusterMember, ControlResult> act) => Task.FromResult(
        State.Find(member) is { } known ? act(known) : new ControlResult(ControlOutcome.UnknownMember, "no member has this address"));
}
