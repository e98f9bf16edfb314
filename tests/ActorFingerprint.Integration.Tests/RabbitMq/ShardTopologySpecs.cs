using ActorFingerprint.Cluster.RabbitMq;
using ActorFingerprint.Integration.Tests.Servers;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ActorFingerprint.Integration.Tests.RabbitMq;

public sealed class ShardTopologySpecs(SharedRabbit rabbit)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_one_engine_made_another_takes_as_it_is()
    {
        await using var node = await BrokerHarness.CreateAsync(await rabbit.ServerAsync(), shards: 5);
        var other = new ShardTopology(node.Options with { MaxShardQueueBytes = 1 << 20 }, NullLogger.Instance);
        await other.DeclareAsync(await node.SessionAsync(), TestBatch.Region, 5, Stop);
        Assert.True(await other.CheckAsync(await node.SessionAsync(), TestBatch.Region, 5, Stop));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(6)]
    public async Task Another_number_of_shards_is_refused_and_both_are_named(int shards)
    {
        await using var node = await BrokerHarness.CreateAsync(await rabbit.ServerAsync(), shards: 5);
        var session = await node.SessionAsync();
        var declared = await Assert.ThrowsAsync<TopologyException>(() => node.Topology.DeclareAsync(session, TestBatch.Region, shards, Stop));
        var looked = await Assert.ThrowsAsync<TopologyException>(() => node.Topology.CheckAsync(session, TestBatch.Region, shards, Stop));
        Assert.Equal(declared.Message, looked.Message);
        Assert.StartsWith($"the broker has 5 shards of region device under the prefix {node.Options.Prefix}, this node has {shards}: ", looked.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', looked.Message);
    }

    [Fact]
    public async Task A_sensor_that_comes_before_every_engine_finds_nothing_and_makes_nothing()
    {
        await using var node = await BrokerHarness.CreateAsync(await rabbit.ServerAsync(), shards: 1);
        Assert.False(await node.Topology.CheckAsync(await node.SessionAsync(), "limiter", 4, Stop));
        Assert.False(await node.Topology.CheckAsync(await node.SessionAsync(), "limiter", 4, Stop));
    }

    [Fact]
    public async Task Of_engines_that_start_at_once_with_different_numbers_one_wins()
    {
        await using var node = await BrokerHarness.CreateAsync(await rabbit.ServerAsync(), shards: 1);
        var session = await node.SessionAsync();
        var attempts = await Task.WhenAll(Enumerable.Range(1, 4).Select(async n =>
        {
            try
            {
                await node.Topology.DeclareAsync(session, "limiter", n * 2, Stop);
                return n * 2;
            }
            catch (TopologyException)
            {
                return 0;
            }
        }));
        var won = Assert.Single(attempts, n => n > 0);
        Assert.True(await node.Topology.CheckAsync(session, "limiter", won, Stop));
    }

    [Fact]
    public async Task A_user_with_the_rights_of_the_documentation_can_do_everything()
    {
        var server = await rabbit.ServerAsync();
        var options = BrokerHarness.OptionsOf(server);
        var rights = $@"^({options.Prefix}\..*|amq\.gen.*)$";
        var rightsToWrite = $@"^({options.Prefix}\..*|amq\.gen.*|amq\.default)$";
        await server.ControlAsync("add_user", options.Prefix, "secret");
        await server.ControlAsync("set_permissions", options.Prefix, rights, rightsToWrite, rights);
        await using var node = await BrokerHarness.CreateAsync(server, shards: 1, _ => options with { UserName = options.Prefix, Password = "secret" });
        await node.Topology.DeclareSingletonAsync(await node.SessionAsync(), "projections", Stop);
        var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var announcements = AnnouncementsSpecs.Announce(node, AnnouncementsSpecs.A, () => Engine.Membership.MemberStatus.Up, _ => heard.TrySetResult());
        await heard.Task.WaitAsync(TimeSpan.FromSeconds(30), Stop);
        var owner = new RecordingOwner();
        node.NewConsumers(owner.Activated);
        var active = await owner.NextActivationAsync(); // by a token, through the default exchange
        await BrokerHarness.PublishAsync(node.NewPublisher(), 0, "r1", 1, 1);
        await active.SetAsideAsync(await owner.NextDeliveryAsync(), "to see whether it can be");
        Assert.True(await node.DeadLetters.RetryAsync(Assert.Single(await node.DeadLetters.ListAsync(10, Stop)).Id, Stop));
        Assert.Equal(1, (await owner.NextDeliveryAsync()).Number);
    }

    [Fact]
    public async Task A_wrong_password_is_told_in_one_line_and_tried_again()
    {
        var server = await rabbit.ServerAsync();
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "wrong\n", Stop);
            await using var connection = new BrokerConnection(
                BrokerHarness.OptionsOf(server) with { Password = "", PasswordFile = file }, "test", NullLogger.Instance, TimeProvider.System);
            await BatchPublisherSpecs.WaitUntilAsync(() => connection.Problem!.StartsWith("cannot connect", StringComparison.Ordinal));
            Assert.Matches("^cannot connect to the broker at amqp://127.0.0.1:[0-9]+: .*ACCESS_REFUSED", connection.Problem);
            Assert.DoesNotContain("wrong", connection.Problem, StringComparison.Ordinal);
            await File.WriteAllTextAsync(file, "guest\n", Stop); // it was changed: the next attempt reads it
            await connection.SessionAsync(TimeSpan.FromSeconds(30), Stop);
            Assert.Null(connection.Problem);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
