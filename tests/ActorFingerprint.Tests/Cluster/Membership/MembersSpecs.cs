using ActorFingerprint.Cluster.Membership;
using ActorFingerprint.Engine.Membership;
using Xunit;

namespace ActorFingerprint.Tests.Cluster.Membership;

public sealed class MembersSpecs
{
    private const long Second = TimeSpan.TicksPerSecond;
    private static readonly NodeAddress A = new("10.0.0.1", 8558), B = new("10.0.0.2", 8558), C = new("10.0.0.3", 8558);

    private readonly Members _members = new(A, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(60));

    [Fact]
    public void Members_are_those_that_tell_of_themselves()
    {
        Hear(A, 0);
        Hear(C, 0, startedAt: 1);
        Hear(B, 0, startedAt: 2, status: MemberStatus.Joining);
        var state = _members.StateAt(Second);
        Assert.Equal([A, B, C], state.Members.Select(member => member.Node));
        Assert.Equal((A, A), (state.Leader, state.Oldest));
        Assert.Empty(state.Unreachable);
        Assert.Equal([A, C], _members.Working(NodeRoles.Engine, Second));
    }

    [Fact]
    public void A_silent_member_is_unreachable_owns_nothing_and_is_removed_in_time()
    {
        Hear(A, 0);
        Hear(B, 0, shards: [new AnnouncedShard("device", 3, 7, 10)]);
        Assert.Equal((B, 7L, 10), Owner(3, 2 * Second));
        Hear(A, 3 * Second, sequence: 2);
        Assert.Null(_members.OwnerOf("device", 3, 3 * Second));
        Assert.Equal([B.ToString()], _members.SilentAt(3 * Second));
        var unreachable = Assert.Single(_members.StateAt(3 * Second).Unreachable);
        Assert.Equal(B, unreachable.Node);
        Assert.Equal([A], unreachable.ObservedBy);
        _members.Expire(59 * Second);
        Assert.Equal(2, _members.StateAt(59 * Second).Members.Count);
        _members.Expire(60 * Second);
        Assert.Equal([A], _members.StateAt(60 * Second).Members.Select(member => member.Node));
        Hear(B, 61 * Second, sequence: 2); // it was only cut off
        Assert.Equal(2, _members.StateAt(61 * Second).Members.Count);
    }

    [Fact]
    public void What_a_member_that_is_heard_finds_unreachable_counts_as_its_word()
    {
        Hear(A, 0);
        Hear(B, 0);
        Hear(C, 0, unreachable: [B, A]);
        Assert.Equal([(B, C)], _members.StateAt(Second).Unreachable.Select(u => (u.Node, Assert.Single(u.ObservedBy)))); // not of this node itself
        Assert.Equal([A, C], _members.StateAt(3 * Second).Unreachable.Single(u => u.Node == B).ObservedBy.Append(C).Distinct());
    }

    [Fact]
    public void The_highest_epoch_owns_a_shard()
    {
        Hear(A, 0, shards: [new AnnouncedShard("device", 0, 5, 1)]);
        Hear(B, 0, shards: [new AnnouncedShard("device", 0, 6, 2), new AnnouncedShard("limiter", 1, 9, 0)]);
        Hear(C, 0, shards: [new AnnouncedShard("device", 0, 4, 3)]);
        Assert.Equal((B, 6L, 2), Owner(0, Second));
        Assert.Null(_members.OwnerOf("device", 1, Second));
        Assert.Equal(B, _members.OwnerOf("limiter", 1, Second)?.Node);
    }

    [Fact]
    public void What_comes_late_or_from_an_earlier_start_is_passed_over()
    {
        Hear(B, 0, sequence: 5, status: MemberStatus.Leaving);
        Hear(B, 0, sequence: 4, status: MemberStatus.Up);
        Assert.Equal(MemberStatus.Leaving, Single().Status);
        Hear(B, 0, uid: 2, sequence: 1, startedAt: 10);
        Assert.Equal((2L, MemberStatus.Up), (Single().Uid, Single().Status));
        Hear(B, 0, uid: 1, sequence: 6, startedAt: 20);
        Assert.Equal(2L, Single().Uid);
    }

    [Fact]
    public void A_member_that_says_it_is_gone_is_gone()
    {
        Hear(B, 0);
        Hear(B, 0, sequence: 2, status: MemberStatus.Removed);
        Hear(B, 0, sequence: 3);
        Assert.Empty(_members.StateAt(0).Members);
        Hear(B, 0, uid: 2, startedAt: 1);
        Assert.Single(_members.StateAt(0).Members);
    }

    [Fact]
    public void A_member_that_was_declared_down_stays_so_whatever_it_tells_and_others_learn_it()
    {
        Hear(A, 0);
        Hear(B, 0, shards: [new AnnouncedShard("device", 0, 5, 1)]);
        Assert.False(_members.Down(C, 0));
        Assert.True(_members.Down(B, 0));
        Hear(B, Second, sequence: 2);
        Assert.Equal(MemberStatus.Down, _members.StateAt(Second).Find(B)!.Status);
        Assert.Null(_members.OwnerOf("device", 0, Second));
        Assert.Equal([new DownedNode(B.ToString(), 1)], _members.Downed);

        var other = new Members(B, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(60));
        other.Hear(Of(B), 0);
        Assert.False(other.IsSelfDown);
        other.Hear(Of(A) with { Down = _members.Downed }, 0);
        Assert.True(other.IsSelfDown);

        _members.Expire(60 * Second);
        Hear(B, 60 * Second, sequence: 9);
        Assert.Null(_members.StateAt(60 * Second).Find(B));
    }

    [Fact]
    public void Announcements_survive_their_journey_and_later_versions_may_say_more()
    {
        var sent = Of(B) with
        {
            AskAddress = new Uri("https://10.0.0.2:8560"),
            Shards = [new AnnouncedShard("device", 3, 7, 10)],
            HandOvers = [new PlannedHandOver("device", 3, C.ToString())],
            Singletons = ["projections"],
        };
        var json = System.Text.Encoding.UTF8.GetString(sent.ToJson());
        var read = NodeAnnouncement.Read(System.Text.Encoding.UTF8.GetBytes("{\"new\":[1]," + json[1..]))!;
        Assert.Equal(json, System.Text.Encoding.UTF8.GetString(read.ToJson()));
        Assert.Equal(sent.Shards, read.Shards);
        Assert.Null(NodeAnnouncement.Read("{}"u8));
        Assert.Null(NodeAnnouncement.Read("nonsense"u8));
        Assert.Null(NodeAnnouncement.Read(System.Text.Encoding.UTF8.GetBytes(json.Replace("10.0.0.2:8558", "10.0.0.2", StringComparison.Ordinal))));
    }

    private static NodeAnnouncement Of(NodeAddress node) => new()
    {
        Node = node.ToString(),
        Uid = 1,
        Sequence = 1,
        Status = MemberStatus.Up,
        Roles = [NodeRoles.Engine],
        StartedAt = DateTimeOffset.UnixEpoch,
    };

    private void Hear(
        NodeAddress node, long now, long uid = 1, long sequence = 1, int startedAt = 0, MemberStatus status = MemberStatus.Up,
        AnnouncedShard[]? shards = null, NodeAddress[]? unreachable = null) => _members.Hear(Of(node) with
        {
            Uid = uid,
            Sequence = sequence,
            Status = status,
            StartedAt = DateTimeOffset.UnixEpoch.AddSeconds(startedAt),
            Shards = shards ?? [],
            Unreachable = [.. (unreachable ?? []).Select(address => address.ToString())],
        }, now);

    private (NodeAddress?, long?, int?) Owner(int shard, long now)
    {
        var owner = _members.OwnerOf("device", shard, now);
        return (owner?.Node, owner?.Epoch, owner?.Entities);
    }

    private ClusterMember Single() => Assert.Single(_members.StateAt(0).Members);
}
