using ActorFingerprint.Engine.Membership;
using Xunit;

namespace ActorFingerprint.Tests.Engine.Membership;

public sealed class ClusterStateSpecs
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_leader_is_the_first_reachable_address_and_the_oldest_started_first()
    {
        var state = new ClusterState(Node(1), [Member(3, 1), Member(1, 3), Member(2, 2)], [new(Node(1), [Node(2)])]);
        Assert.Equal([Node(1), Node(2), Node(3)], state.Members.Select(member => member.Node));
        Assert.Equal((Node(2), Node(3)), (state.Leader, state.Oldest));
    }

    [Fact]
    public void Members_that_have_not_come_or_are_going_are_neither_oldest_nor_the_oldest_of_a_role()
    {
        var state = new ClusterState(
            Node(1),
            [
                Member(1, 1, MemberStatus.Joining), Member(2, 2, MemberStatus.Leaving, NodeRoles.Sensor), Member(3, 4, MemberStatus.Up, NodeRoles.Engine),
                Member(4, 3, MemberStatus.Up, NodeRoles.Engine, NodeRoles.Api), Member(5, 0, MemberStatus.Down, NodeRoles.Sensor),
            ],
            []);
        Assert.Equal((Node(2), Node(4)), (state.Leader, state.Oldest));
        Assert.Equal([("api", Node(4)), ("engine", Node(4))], state.OldestPerRole.Select(entry => (entry.Key, entry.Value)));
    }

    [Fact]
    public void Two_that_started_together_are_told_apart_by_their_addresses_and_nobody_leads_an_empty_cluster()
    {
        Assert.Equal(Node(1), new ClusterState(Node(2), [Member(2, 1), Member(1, 1)], []).Oldest);
        var empty = new ClusterState(Node(1), [Member(1, 1, MemberStatus.Joining)], []);
        Assert.Null(empty.Leader);
        Assert.Null(empty.Oldest);
        Assert.Null(empty.Find(Node(2)));
    }

    private static NodeAddress Node(int number) => new($"10.0.0.{number}", 8558);

    private static ClusterMember Member(int number, int started, MemberStatus status = MemberStatus.Up, params string[] roles) =>
        new(Node(number), number, status, roles, Start.AddSeconds(started));
}
