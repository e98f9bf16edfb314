using ActorFingerprint.Engine.Membership;

namespace ActorFingerprint.Tests.Node;

/// <summary>A cluster of three, one of which is unreachable, that records what it is asked.</summary>
internal sealed class FakeCluster : IClusterView, IClusterControl
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public List<string> Calls { get; } = [];

    public ControlResult Answer { get; set; } = new(ControlOutcome.Accepted, "Leaving actorfp://actorfp@10.0.0.2:8558", 3);

    public ClusterState State { get; } = new(
        Node(1),
        [
            new(Node(1), 11, MemberStatus.Up, NodeRoles.All, Start.AddSeconds(2)), new(Node(2), long.MinValue, MemberStatus.Up, [NodeRoles.Engine], Start),
            new(Node(3), 33, MemberStatus.Leaving, [NodeRoles.Sensor], Start.AddSeconds(1)),
        ],
        [new(Node(3), [Node(1), Node(2)])]);

    public IReadOnlyList<RegionShards> Regions { get; } =
        [new("device", [new(0, Node(1), 4, 5), new(1, Node(2), 2, 6), new(2, null, 0, 0)])];

    public ProjectionLag? Lag { get; set; }

    public static NodeAddress Node(int number) => new($"10.0.0.{number}", 8558);

    public Task<ControlResult> LeaveAsync(NodeAddress member, CancellationToken stop) => Record($"leave {member}");

    public Task<ControlResult> DownAsync(NodeAddress member, CancellationToken stop) => Record($"down {member}");

    public Task<ControlResult> RebalanceAsync(CancellationToken stop) => Record("rebalance");

    private Task<ControlResult> Record(string call)
    {
        Calls.Add(call);
        return Task.FromResult(Answer);
    }
}
