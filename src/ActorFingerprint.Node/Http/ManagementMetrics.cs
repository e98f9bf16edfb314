using System.Diagnostics.Metrics;
using ActorFingerprint.Engine.Membership;
using ActorFingerprint.Node.Hosting;

namespace ActorFingerprint.Node.Http;

/// <summary>
/// Instruments of members, shards, read side and admin calls, of the meter <c>ActorFingerprint.Management</c>. All but the calls are read when
/// somebody asks. Tags name kinds, never an address.
/// </summary>
public sealed class ManagementMetrics : IDisposable
{
    private readonly Meter _meter = new("ActorFingerprint.Management");
    private readonly Counter<long> _calls;

    /// <summary>Makes the instruments.</summary>
    public ManagementMetrics(NodeManagement management)
    {
        var cluster = management.Cluster;
        _calls = _meter.CreateCounter<long>("af.admin.calls", "{call}", "Calls of /admin and changes of /cluster.");
        _meter.CreateObservableUpDownCounter("af.cluster.members", () => Members(cluster.State), "{member}", "Members.");
        _meter.CreateObservableUpDownCounter("af.cluster.unreachable", () => cluster.State.Unreachable.Count, "{member}",
            "Members that somebody does not reach.");
        _meter.CreateObservableUpDownCounter("af.cluster.shards", () => cluster.Regions.SelectMany(region => Shards(region, cluster.State.Self)),
            "{shard}", "Shards by who owns them.");
        _meter.CreateObservableUpDownCounter("af.projections.lag", () => Lag(cluster.Lag), "{event}",
            "Events that the read side is behind, by the node that keeps it up.");
        _meter.CreateObservableUpDownCounter("af.node.drained", () => management.Drain.State == DrainState.Serving ? 0 : 1, "{node}",
            "1 while the node is drained or on the way to it.");
    }

    /// <summary>Counts a call and what became of it.</summary>
    public void Called(string call, string outcome) =>
        _calls.Add(1, new KeyValuePair<string, object?>("call", call), new KeyValuePair<string, object?>("outcome", outcome));

    /// <inheritdoc />
    public void Dispose() => _meter.Dispose();

    private static IEnumerable<Measurement<int>> Lag(ProjectionLag? lag) =>
        lag is { } known ? [new((int)Math.Min(known.Events, int.MaxValue))] : [];

    private static IEnumerable<Measurement<int>> Members(ClusterState state) => Enum.GetValues<MemberStatus>().Select(status =>
        Of(state.Members.Count(member => member.Status == status), ("status", status.ToString().ToLowerInvariant())));

    private static IEnumerable<Measurement<int>> Shards(RegionShards region, NodeAddress self) =>
    [
        Of(region.Shards.Count(shard => shard.Owner == self), ("region", region.Region), ("owner", "self")),
        Of(region.Shards.Count(shard => shard.Owner is { } owner && owner != self), ("region", region.Region), ("owner", "other")),
        Of(region.Shards.Count(shard => shard.Owner is null), ("region", region.Region), ("owner", "none")),
    ];

    private static Measurement<int> Of(int value, params (string Name, string Value)[] tags) =>
        new(value, tags.Select(tag => new KeyValuePair<string, object?>(tag.Name, tag.Value)));
}
