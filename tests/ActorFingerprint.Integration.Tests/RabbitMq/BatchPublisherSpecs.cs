using System.Globalization;
using ActorFingerprint.Cluster.RabbitMq;
using ActorFingerprint.Integration.Tests.Servers;
using RabbitMQ.Client;
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
            var messages = await DrainAsync(node, shard);
            Assert.Equal(Enumerable.Range(1, 200).Select(n => (long)n), messages.Select(m => m.Number));
            Assert.All(messages, message => Assert.Equal(("device", shard, "r1"), (message.Region, message.Shard, message.Run)));
        }
    }

    [Fact]
    public async Task A_full_queue_refuses_and_everything_arrives_once_there_is_room()
    {
        await using var node = await BrokerHarness.CreateAsync(await rabbit.ServerAsync(), shards: 2, o => o with { MaxShardQueueBytes = 100_000 });
        var publisher = node.NewPublisher();
        var all = PublishLargeAsync(publisher, shard: 0, count: 200); // a megabyte
        await WaitUntilAsync(() => publisher.Problem is not null);
        Assert.Equal("the queue of shard 0 is full, its batches wait here", publisher.Problem);
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
        await using (var channel = await session.OpenChannelAsync(null, Stop)) await channel.QueueDeleteAsync(queue, cancellationToken: Stop);
        var publisher = node.NewPublisher();
        var all = BrokerHarness.PublishAsync(publisher, 0, "r1", 1, 20);
        await WaitUntilAsync(() => publisher.Problem is not null);
        Assert.Equal("shard 0 has no queue (NO_ROUTE): no engine has made it", publisher.Problem);
        await node.Topology.DeclareAsync(session, TestBatch.Region, 1, Stop);
        await all.WaitAsync(Stop);
        Assert.Equal(Enumerable.Range(1, 20).Select(n => (long)n), (await DrainAsync(node, 0)).Select(m => m.Number));
        Assert.Null(publisher.Problem);
    }

    [Fact]
    public async Task No_more_than_the_window_is_under_way_and_giving_up_cancels_the_rest()
    {
        await using var node = await BrokerHarness.CreateAsync(await rabbit.ServerAsync(), shards: 4, o => o with { MaxShardQueueBytes = 1, PublishWindow = 5 });
        var publisher = node.NewPublisher();
        var taken = new List<Task>();
        for (var i = 0; i < 5 + 4; i++) // each queue takes one before it is full
            taken.Add(await publisher.PublishAsync(TestBatch.Of(i % 4, "r1", i / 4 + 1, 100), Stop).AsTask().WaitAsync(TimeSpan.FromSeconds(10), Stop));
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        soon.CancelAfter(300);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => publisher.PublishAsync(TestBatch.Of(3, "r1", 9), soon.Token).AsTask());
        await publisher.DisposeAsync();
        Assert.Equal(5, taken.Count(task => task.IsCanceled));
    }

    [Fact]
    public async Task Nothing_is_lost_and_order_kept_while_the_broker_is_killed_and_restarted()
    {
        Assert.SkipWhen(RabbitServer.Absence is not null, RabbitServer.Absence ?? "");
        await using var server = await RabbitServer.StartNewAsync();
        await using var node = await BrokerHarness.CreateAsync(server, shards: 2);
        var publisher = node.NewPublisher();
        var all = Task.WhenAll(BrokerHarness.PublishAsync(publisher, 0, "r1", 1, 6000), BrokerHarness.PublishAsync(publisher, 1, "r1", 1, 6000));
        await WaitUntilAsync(() => publisher.Unconfirmed > 0);
        for (var i = 0; i < 2; i++)
        {
            await Task.Delay(300, Stop);
            await server.Node.KillAsync();
            await WaitUntilAsync(() => publisher.Problem is not null);
            await server.Node.StartAsync();
        }
        await all.WaitAsync(TimeSpan.FromSeconds(120), Stop);
        for (var shard = 0; shard < 2; shard++)
        {
            var numbers = (await DrainAsync(node, shard)).Select(m => m.Number).ToList();
            Assert.Equal(6000, numbers.Distinct().Count());
            Assert.Equal(0, MostAhead(numbers));
        }
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

    private static async Task<List<BatchHeaders>> DrainAsync(BrokerHarness node, int shard)
    {
        await using var channel = await (await node.SessionAsync()).OpenChannelAsync(null, Stop);
        var queue = new TopologyNames(node.Options.Prefix).ShardQueue(TestBatch.Region, shard);
        var found = new List<BatchHeaders>();
        while (await channel.BasicGetAsync(queue, autoAck: true, Stop) is { } got) found.Add(BatchHeaders.Read(got.BasicProperties)!);
        return found;
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
