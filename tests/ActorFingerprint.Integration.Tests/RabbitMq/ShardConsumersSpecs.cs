using ActorFingerprint.Cluster.RabbitMq;
using ActorFingerprint.Integration.Tests.Servers;
using Xunit;

namespace ActorFingerprint.Integration.Tests.RabbitMq;

public sealed class ShardConsumersSpecs(SharedRabbit rabbit)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_quiet_shard_gets_an_owner_too_and_its_next_one_at_once()
    {
        await using var first = await BrokerHarness.CreateAsync(await rabbit.ServerAsync(), shards: 1);
        await using var second = first.Another();
        var (owner, heir) = (new RecordingOwner(), new RecordingOwner());
        var consumers = first.NewConsumers(owner.Activated);
        var active = await owner.NextActivationAsync();
        var others = second.NewConsumers(heir.Activated, isOwned: _ => true);
        await BatchPublisherSpecs.WaitUntilAsync(() => consumers.Active is [0]);
        Assert.Empty(others.Active);
        await Task.Delay(500, Stop); // the second has its place in the line
        await active.LetGoAsync();
        Assert.Equal(0, (await heir.NextActivationAsync().WaitAsync(TimeSpan.FromSeconds(1), Stop)).Shard); // no new token: those take two seconds
        Assert.Equal(0, await owner.NextOverAsync());
        Assert.Null(await active.TakeAsync());
        Assert.Equal([0], others.Active);
    }

    [Fact]
    public async Task What_was_not_acknowledged_comes_to_the_next_owner_first_and_in_order()
    {
        await using var first = await BrokerHarness.CreateAsync(await rabbit.ServerAsync(), shards: 1);
        await using var second = first.Another();
        await BrokerHarness.PublishAsync(first.NewPublisher(), 0, "r1", 1, 100);
        var owner = new RecordingOwner { Keeps = true };
        first.NewConsumers(owner.Activated);
        var active = await owner.NextActivationAsync();
        var taken = new List<ActorFingerprint.Engine.Sharding.ShardDelivery>();
        for (var i = 0; i < 8; i++) taken.Add(await owner.NextDeliveryAsync());
        foreach (var at in (int[])[0, 1, 4]) await active.AcknowledgeAsync(taken[at]); // 1, 2 and 5
        var heir = new RecordingOwner();
        second.NewConsumers(heir.Activated);
        await Task.Delay(500, Stop);
        await active.LetGoAsync();
        await active.AcknowledgeAsync(taken[2]); // too late: it does nothing
        var numbers = new List<long>();
        while (numbers.LastOrDefault() != 100) numbers.Add((await heir.NextDeliveryAsync()).Number);
        Assert.Equal([3, 4, .. Enumerable.Range(6, 95).Select(n => (long)n)], numbers);
    }

    [Fact]
    public async Task A_redelivered_batch_says_how_often_it_came_and_an_unreadable_one_why()
    {
        await using var first = await BrokerHarness.CreateAsync(await rabbit.ServerAsync(), shards: 1);
        var publisher = first.NewPublisher();
        await (await publisher.PublishAsync(TestBatch.Unreadable(0, "r1", 1), Stop)).WaitAsync(Stop);
        await (await publisher.PublishAsync(TestBatch.Of(0, "r1", 2), Stop)).WaitAsync(Stop);
        var owner = new RecordingOwner { Keeps = true };
        first.NewConsumers(owner.Activated);
        for (var tries = 0; tries < 3; tries++)
        {
            var active = await owner.NextActivationAsync();
            var (unreadable, readable) = (await owner.NextDeliveryAsync(), await owner.NextDeliveryAsync());
            Assert.Equal(("r1", 1L, null, "it is no batch", tries), (unreadable.Run, unreadable.Number, unreadable.Batch, unreadable.Fault, unreadable.Tries));
            Assert.Equal((2L, tries), (readable.Batch?.Number, readable.Tries));
            await active.LetGoAsync();
        }
    }

    [Fact]
    public async Task A_node_that_steps_back_lets_the_one_behind_it_come_next()
    {
        await using var first = await BrokerHarness.CreateAsync(await rabbit.ServerAsync(), shards: 1);
        await using var second = first.Another();
        await using var third = first.Another();
        RecordingOwner[] owners = [new(), new(), new()];
        first.NewConsumers(owners[0].Activated);
        var active = await owners[0].NextActivationAsync();
        var stepping = second.NewConsumers(owners[1].Activated, isOwned: _ => true);
        await Task.Delay(300, Stop);
        third.NewConsumers(owners[2].Activated, isOwned: _ => true);
        await Task.Delay(300, Stop);
        await stepping.StepBackAsync(0);
        await Task.Delay(500, Stop);
        await active.LetGoAsync();
        Assert.Equal(0, (await owners[2].NextActivationAsync()).Shard);
    }

    [Fact]
    public async Task A_node_that_leaves_keeps_what_it_owns_until_it_has_let_it_go()
    {
        await using var first = await BrokerHarness.CreateAsync(await rabbit.ServerAsync(), shards: 2);
        var owner = new RecordingOwner();
        var consumers = first.NewConsumers(owner.Activated);
        var (one, two) = (await owner.NextActivationAsync(), await owner.NextActivationAsync());
        await consumers.LeaveAsync();
        Assert.Equal([0, 1], consumers.Active);
        await one.LetGoAsync();
        await two.LetGoAsync();
        await using var second = first.Another();
        var heir = new RecordingOwner();
        second.NewConsumers(heir.Activated, isOwned: _ => true);
        await heir.NextActivationAsync();
        await heir.NextActivationAsync();
        Assert.Empty(consumers.Active);
    }

    [Fact]
    public async Task A_token_that_grew_old_by_bytes_is_replaced_and_the_queue_empties()
    {
        await using var node = await BrokerHarness.CreateAsync(await rabbit.ServerAsync(), shards: 1);
        var publisher = node.NewPublisher();
        var owner = new RecordingOwner();
        node.NewConsumers(owner.Activated);
        await owner.NextActivationAsync();
        var confirmations = new List<Task>();
        for (var number = 1; number <= 2 * 34; number++) // twice the bytes that renew it
            confirmations.Add(await publisher.PublishAsync(TestBatch.Of(0, "r1", number, 1 << 20), Stop));
        await Task.WhenAll(confirmations).WaitAsync(Stop);
        await owner.UntilAsync(68);
        var queue = new TopologyNames(node.Options.Prefix).ShardQueue(TestBatch.Region, 0);
        await BatchPublisherSpecs.WaitUntilAsync(() => UnacknowledgedAsync(queue).GetAwaiter().GetResult() == 1); // the token and nothing else
    }

    private async Task<int> UnacknowledgedAsync(string queue)
    {
        var lines = await (await rabbit.ServerAsync()).ControlAsync("list_queues", "name", "messages");
        var line = lines.Split('\n').Single(l => l.StartsWith(queue + "\t", StringComparison.Ordinal));
        return int.Parse(line.Split('\t')[1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
