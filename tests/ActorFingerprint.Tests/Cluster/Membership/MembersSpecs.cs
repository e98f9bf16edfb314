using ActorFingerprint.Cluster.Membership;
using ActorFingerprint.Engine.Membership;
using Xunit;

namespace ActorFingerprint.Tests.Cluster.Membership;

public sealed class MembersSpecs
{
    private static readonly NodeAddress A = new("a", 1), B = new("b", 1), C = new("c", 1);
    private readonly Members _members = new(A);

    [Fact]
    public void Leader_is_the_first_address_and_the_oldest_started_first()
    {
        Hear(A, since: 300);
        Hear(B, since: 100);
        Hear(C, since: 200, roles: [NodeRoles.Sensor]);
        var state = _members.StateAt(TimeSpan.Zero);
        Assert.Equal([A, B, C], state.Members.Select(m => m.Node));
        Assert.Equal(A, state.Leader);
        Assert.Equal(B, state.Oldest);
        Assert.Equal(C, state.OldestPerRole[NodeRoles.Sensor]);
        Assert.Equal([A, B], _members.EnginesAt(TimeSpan.Zero));
    }

    [Fact]
    public void A_member_that_is_not_heard_is_unreachable_for_those_who_say_so_and_no_leader()
    {
        var later = Members.Patience + TimeSpan.FromSeconds(1);
        var self = new Members(B);
        self.Hear(Said(A), TimeSpan.Zero);
        self.Hear(Said(B), TimeSpan.Zero);
        self.Hear(Said(C) with { Unreachable = [A.ToString()] }, later);
        var state = self.StateAt(later);
        var unreachable = Assert.Single(state.Unreachable);
        Assert.Equal(A, unreachable.Node);
        Assert.Equal([B, C], unreachable.ObservedBy);
        Assert.Equal(B, state.Leader);
        Assert.Equal([A], self.UnreachableAt(later));
        self.Forget(Members.Memory + TimeSpan.FromSeconds(1));
        Assert.Null(self.StateAt(later).Find(A));
    }

    [Fact]
    public void An_owner_is_the_one_with_the_highest_epoch_whatever_came_first()
    {
        _members.Hear(Said(B) with { Asks = "http://b:1", Shards = [new("device", 3, 7, 5)] }, TimeSpan.Zero);
        _members.Hear(Said(C) with { Asks = "http://c:1", Shards = [new("device", 3, 6, 9), new("limiter", 3, 1, 0)] }, TimeSpan.Zero);
        Assert.Equal("http://b:1/", _members.OwnerOf("device", 3)!.Value.Address.ToString());
        Assert.Equal(7, _members.OwnerOf("device", 3)!.Value.Epoch);
        Assert.Equal("http://c:1/", _members.OwnerOf("limiter", 3)!.Value.Address.ToString());
        Assert.Null(_members.OwnerOf("device", 4));
        Assert.Equal(new ShardPlace(3, B, 7, 5), _members.RegionOf("device", 8).Shards[3]);
        Assert.Equal(new ShardPlace(4, null, 0, 0), _members.RegionOf("device", 8).Shards[4]);
    }

    [Fact]
    public void How_far_the_read_side_is_behind_tells_the_member_that_keeps_it_up()
    {
        _members.Hear(Said(B) with { Lag = new(900, 0, null) }, TimeSpan.Zero); // kept it up once
        Assert.Null(_members.LagAt(TimeSpan.Zero));
        _members.Hear(Said(C) with { RunsProjections = true, Lag = new(700, 200, "disk full") }, TimeSpan.Zero);
        Assert.Equal(new ProjectionLag(700, 200, "disk full"), _members.LagAt(TimeSpan.Zero));
        Assert.Null(_members.LagAt(Members.Patience + TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void Old_announcements_and_those_of_a_start_that_is_over_are_not_heard()
    {
        Assert.True(_members.Hear(Said(B) with { Number = 2 }, TimeSpan.Zero));
        Assert.False(_members.Hear(Said(B) with { Number = 1, Status = MemberStatus.Leaving }, TimeSpan.Zero));
        Assert.True(_members.Hear(Said(B) with { Uid = 9, SinceMs = 1000, Number = 1 }, TimeSpan.Zero)); // started again
        Assert.False(_members.Hear(Said(B) with { Number = 3 }, TimeSpan.Zero));
        Assert.True(_members.Down(B));
        Assert.False(_members.Down(B));
        Assert.False(_members.Hear(Said(B) with { Uid = 9, SinceMs = 1000, Number = 2 }, TimeSpan.Zero));
        Assert.True(_members.Hear(Said(C) with { Status = MemberStatus.Removed }, TimeSpan.Zero));
        Assert.Null(_members.StateAt(TimeSpan.Zero).Find(C));
    }

    [Fact]
    public void A_message_survives_the_way_and_garbage_is_none()
    {
        var said = Said(B) with
        {
            Asks = "http://b:1",
            Shards = [new("device", 1, 2, 3)],
            Moves = [new("device", 1, A.ToString())],
            Unreachable = [C.ToString()],
            RunsProjections = true,
            Lag = new(5, 2, null),
            Request = new("leave", C.ToString()),
            Status = MemberStatus.Leaving,
        };
        var read = NodeAnnouncement.Decode(said.Encode())!;
        Assert.Equal(said.Encode(), read.Encode());
        Assert.Equal(MemberStatus.Leaving, read.Status);
        Assert.Null(NodeAnnouncement.Decode("{\"node\":1}"u8));
        Assert.Null(NodeAnnouncement.Decode("nonsense"u8));
    }

    private void Hear(NodeAddress node, long since, IReadOnlyList<string>? roles = null) =>
        Assert.True(_members.Hear(Said(node) with { SinceMs = since, Roles = roles ?? [NodeRoles.Engine] }, TimeSpan.Zero));

    private static NodeAnnouncement Said(NodeAddress node) =>
        new() { Node = node.ToString(), Uid = 1, Status = MemberStatus.Up, Roles = [NodeRoles.Engine], SinceMs = 100, Number = 1 };
}
