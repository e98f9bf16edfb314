using System.Collections.Concurrent;
using ActorFingerprint.Cluster.Membership;
using ActorFingerprint.Cluster.RabbitMq;
using ActorFingerprint.Engine.Membership;
using ActorFingerprint.Integration.Tests.Servers;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ActorFingerprint.Integration.Tests.RabbitMq;

public sealed class AnnouncementsSpecs(SharedRabbit rabbit)
{
    internal static readonly NodeAddress A = new("10.0.0.1", 8558), B = new("10.0.0.2", 8558);

    [Fact]
    public async Task Nodes_know_each_other_at_once_and_a_leaving_one_is_gone_at_once()
    {
        await using var node = await BrokerHarness.CreateAsync(await rabbit.ServerAsync(), shards: 1);
        await using var other = node.Another();
        var (first, second) = (new Members(A), new Members(B));
        var status = MemberStatus.Up;
        await using var one = Announce(node, A, () => MemberStatus.Up, said => first.Hear(said, Now));
        var two = Announce(other, B, () => status, said => second.Hear(said, Now));
        await BatchPublisherSpecs.WaitUntilAsync(() => first.StateAt(Now).Members.Count == 2 && second.StateAt(Now).Members.Count == 2);
        Assert.Equal([A, B], first.StateAt(Now).Members.Select(member => member.Node));
        Assert.Equal(A, second.StateAt(Now).Leader);
        Assert.Equal(new Uri("https://10.0.0.2:8560"), first.OwnerOf("device", 3)?.Address);
        status = MemberStatus.Removed;
        await two.DisposeAsync(); // tells a last time
        await BatchPublisherSpecs.WaitUntilAsync(() => first.StateAt(Now).Members.Count == 1);
        Assert.Null(first.OwnerOf("device", 3));
    }

    [Fact]
    public async Task A_change_is_told_before_its_second_is_over()
    {
        await using var node = await BrokerHarness.CreateAsync(await rabbit.ServerAsync(), shards: 1);
        var heard = new ConcurrentQueue<long>();
        await using var own = Announce(node, A, () => MemberStatus.Up, said => heard.Enqueue(said.Number));
        await BatchPublisherSpecs.WaitUntilAsync(() => !heard.IsEmpty);
        for (var i = 0; i < 5; i++)
        {
            var before = heard.Count;
            own.Announce();
            await BatchPublisherSpecs.WaitUntilAsync(() => heard.Count > before);
        }
        Assert.Equal(heard.Order(), heard);
    }

    [Fact]
    public async Task One_node_does_a_thing_and_the_next_when_it_hands_it_over()
    {
        await using var node = await BrokerHarness.CreateAsync(await rabbit.ServerAsync(), shards: 1);
        await using var other = node.Another();
        await node.Topology.DeclareSingletonAsync(await node.SessionAsync(), "projections", TestContext.Current.CancellationToken);
        var (first, second) = (new ConcurrentQueue<CancellationToken>(), new ConcurrentQueue<CancellationToken>());
        await using var one = Elect(node, first);
        await BatchPublisherSpecs.WaitUntilAsync(() => one.IsActive);
        await using var two = Elect(other, second);
        await Task.Delay(500, TestContext.Current.CancellationToken);
        Assert.False(two.IsActive);
        await one.HandOverAsync();
        await BatchPublisherSpecs.WaitUntilAsync(() => two.IsActive);
        Assert.True(Assert.Single(first).IsCancellationRequested);
        Assert.False(Assert.Single(second).IsCancellationRequested);
        await two.DisposeAsync();
        await BatchPublisherSpecs.WaitUntilAsync(() => first.Count == 2 && one.IsActive);
    }

    private static TimeSpan Now => TimeProvider.System.GetElapsedTime(0);

    private static Singleton Elect(BrokerHarness node, ConcurrentQueue<CancellationToken> terms) =>
        new(node.Consuming, node.Options, "projections", () => false, terms.Enqueue, NullLogger.Instance, TimeProvider.System);

    internal static Announcements Announce(BrokerHarness node, NodeAddress address, Func<MemberStatus> status, Action<NodeAnnouncement> heard)
    {
        var sequence = 0L;
        return new Announcements(node.Publishing, node.Options, () => new NodeAnnouncement
        {
            Node = address.ToString(),
            Uid = 1,
            Number = ++sequence,
            Status = status(),
            Roles = [NodeRoles.Engine],
            SinceMs = 0,
            Asks = $"https://{address.Host}:8560",
            Shards = address == B ? [new AnnouncedShard("device", 3, 7, 0)] : [],
        }, heard, NullLogger.Instance, TimeProvider.System);
    }
}
