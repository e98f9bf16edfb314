using ActorFingerprint.Cluster.RabbitMq;
using ActorFingerprint.Engine.Sharding;
using ActorFingerprint.Integration.Tests.Servers;
using Xunit;

namespace ActorFingerprint.Integration.Tests.RabbitMq;

public sealed class BatchPublisherSpecs(SharedRabbit rabbit)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Batches_of_a_shard_arrive_in_order_with_run_and_number()
    {
        await using var node = await BrokerHarness.CreateAsync(await rabbit.ServerAsync(), shards: 3);
        var publisher = node.NewPublisher();
        await Task.WhenAll(Enumerable.Range(0, 3).Select(shard => BrokerHarness.PublishAsync(publisher, shard, "r1", 1, 200)));
        Assert.Equal(0, publisher.Unconfirmed);
        for (var shard = 0; shard < 3; shard++)
        {
            var batches = await TakeAsync(node, shard, 200);
            Assert.Equal(Enumerable.Range(1, 200).Select(n => (long)n), batches.Select(b => b.Number));
            Assert.All(batches, batch => Assert.Equal("r1", batch.Run));
        }
    }

    [Fact]
    public async Task A_full_queue_refuses_and_everything_arrives_once_there_is_room()
    {
        await using var node = await BrokerHarness.CreateAsync(await rabbit.ServerAsync(), shards: 2, o => o with { MaxShardQueueBytes = 100_000 });
        var publisher = node.NewPublisher();
        var all = PublishLargeAsync(publisher, shard: 0, count: 200); // a megabyte
        await WaitUntilAsync(() => publisher.Problem is not null);
        Assert.Equal("the broker refuses batches of shard 0: its queue is full, or has no leader", publisher.Problem);
        await BrokerHarness.PublishAsync(publisher, 1, "r1", 1, 20); // others are not held up
        var owner = new RecordingOwner();
        node.NewConsumers(owner.Activated);
        var numbers = new List<long>();
        while (numbers.Distinct().Count() < 220)
            if (await owner.NextDeliveryAsync() is var delivery)
                numbers.Add(delivery.Batch!.Shard == 0 ? delivery.Number : -delivery.Number);
        await all.WaitAsync(Stop);
        Assert.Null(publisher.Problem);
        Assert.True(MostAhead(numbers.Where(n => n > 0)) < BatchPublisher.ShardWindow, "a batch came so early that its owner may give up waiting");
    }

    [Fact]
    public async Task A_batch_without_a_queue_comes_back_and_waits_for_the_queue()
    {
        await using var node = await BrokerHarness.CreateAsync(await rabbit.ServerAsync(), shards: 1);
        var session = await node.SessionAsync();
        var queue = new TopologyNames(node.Options.Prefix).ShardQueue(TestBatch.Region, 0);
        await using (var channel = await session.OpenChannelAsync(null, Stop)) await channel.QueueDeleteAsync(queue, ifUnused: false, ifEmpty: false, cancellationToken: Stop);
        var publisher = node.NewPublisher();
        var all = BrokerHarness.PublishAsync(publisher, 0, "r1", 1, 20);
        await WaitUntilAsync(() => publisher.Problem is not null);
        Assert.Equal("shard 0 has no queue (NO_ROUTE): no engine has made it", publisher.Problem);
        await node.Topology.DeclareAsync(session, TestBatch.Region, 1, Stop);
        await all.WaitAsync(Stop);
        Assert.Equal(Enumerable.Range(1, 20).Select(n => (long)n), (await TakeAsync(node, 0, 20)).Select(b => b.Number));
        Assert.Null(publisher.Problem);
    }

    [Fact]
    public async Task Nothing_is_lost_and_order_kept_while_the_broker_is_killed_and_restarted()
    {
        Assert.SkipWhen(RabbitServer.Absence is not null, RabbitServer.Absence ?? "");
        await using var server = await RabbitServer.StartNewAsync();
        await using var node = await BrokerHarness.CreateAsync(server, shards: 2);
        var publisher = node.NewPublisher();
        using var enough = new CancellationTokenSource();
        var publishing = Task.WhenAll(PublishUntilAsync(publisher, 0, enough.Token), PublishUntilAsync(publisher, 1, enough.Token));
        for (var i = 0; i < 2; i++)
        {
            await Task.Delay(2000, Stop); // the broker writes its list of queues every half second
            await server.Node.KillAsync();
            await WaitUntilAsync(() => publisher.Problem is not null);
            await server.Node.StartAsync();
        }
        await enough.CancelAsync();
        var last = await publishing.WaitAsync(TimeSpan.FromSeconds(60), Stop);
        Assert.Null(publisher.Problem);
        for (var shard = 0; shard < 2; shard++)
        {
            Assert.Equal(0, MostAhead((await TakeAsync(node, shard, last[shard])).Select(b => b.Number)));
        }
    }

    private static async Task<long> PublishUntilAsync(BatchPublisher publisher, int shard, CancellationToken enough)
    {
        var number = 0L;
        var last = Task.CompletedTask;
        while (!enough.IsCancellationRequested) last = await publisher.PublishAsync(TestBatch.Of(shard, "r1", ++number), Stop);
        await last; // those before it are confirmed by then, or sent again before it
        return number;
    }

    private static async Task PublishLargeAsync(BatchPublisher publisher, int shard, int count)
    {
        var confirmations = new List<Task>();
        for (var number = 1; number <= count; number++) confirmations.Add(await publisher.PublishAsync(TestBatch.Of(shard, "r1", number, 5000), Stop));
        await Task.WhenAll(confirmations);
    }

    /// <summary>By how many numbers the most hasty batch was ahead of its turn; repeated ones do not count.</summary>
    private static long MostAhead(IEnumerable<long> numbers)
    {
        var (next, most, early) = (1L, 0L, new HashSet<long>());
        foreach (var number in numbers)
        {
            if (number > next) most = Math.Max(most, number - next);
            if (number >= next) early.Add(number);
            while (early.Remove(next)) next++;
        }
        return most;
    }

    /// <summary>What a shard's queue holds, up to the one with the last number, taken by a consumer of its own.</summary>
    private static async Task<List<ShardDelivery>> TakeAsync(BrokerHarness node, int shard, long last)
    {
        var found = new List<ShardDelivery>();
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var consumers = node.NewConsumers(consumer => _ = consumer.Shard == shard ? Task.Run(() => OwnAsync(consumer)) : Task.CompletedTask);
        await end.Task.WaitAsync(TimeSpan.FromSeconds(60), Stop);
        return found;

        async Task OwnAsync(IShardConsumer consumer)
        {
            while (await consumer.TakeAsync() is { } delivery)
            {
                found.Add(delivery);
                await consumer.AcknowledgeAsync(delivery);
                if (delivery.Number == last) end.TrySetResult();
            }
        }
    }

    internal static async Task WaitUntilAsync(Func<bool> condition)
    {
        var deadline = DateTimeOffset.UtcNow.AddSeconds(60);
        while (!condition())
        {
            Assert.True(DateTimeOffset.UtcNow < deadline, "it did not come to pass within a minute");
            await Task.Delay(10, Stop);
        }
    }
}
