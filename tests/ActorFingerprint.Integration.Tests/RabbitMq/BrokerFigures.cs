using System.Diagnostics;
using System.Globalization;
using ActorFingerprint.Engine.Sharding;
using ActorFingerprint.Integration.Tests.Servers;
using Xunit;

namespace ActorFingerprint.Integration.Tests.RabbitMq;

/// <summary>Rates of this layer on one broker node (docs/cluster.md). Run by hand: <c>-explicit only -class *BrokerFigures</c>.</summary>
public sealed class BrokerFigures
{
    private const int Shards = 64;
    private const int Size = 60_000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory(Explicit = true)]
    [InlineData(64)]
    [InlineData(128)]
    [InlineData(256)]
    public async Task Batches_of_60_KB_published_and_then_consumed(int window)
    {
        const int count = 8192;
        await using var server = await RabbitServer.StartNewAsync();
        await using var node = await BrokerHarness.CreateAsync(server, Shards, o => o with { PublishWindow = window });
        var publisher = node.NewPublisher();
        await PublishAsync(publisher, 1, 512);
        var published = await TimeAsync(() => PublishAsync(publisher, 513, count));
        var remaining = count + 512;
        var consumed = Stopwatch.StartNew();
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        node.NewConsumers(consumer => _ = Task.Run(() => OwnAsync(consumer)));
        await done.Task.WaitAsync(TimeSpan.FromMinutes(3), Stop);
        Report($"window {window}: {count / published.TotalSeconds:F0} batches/s confirmed, {(count + 512) / consumed.Elapsed.TotalSeconds:F0} consumed and acknowledged");

        async Task OwnAsync(IShardConsumer consumer)
        {
            while (await consumer.TakeAsync() is { } delivery)
            {
                await consumer.AcknowledgeAsync(delivery);
                if (Interlocked.Decrement(ref remaining) == 0) done.TrySetResult();
            }
        }
    }

    [Fact(Explicit = true)]
    public async Task One_shard_alone()
    {
        await using var server = await RabbitServer.StartNewAsync();
        await using var node = await BrokerHarness.CreateAsync(server, Shards);
        var publisher = node.NewPublisher();
        var took = await TimeAsync(async () =>
        {
            var confirmations = new List<Task>();
            for (var number = 1; number <= 2000; number++) confirmations.Add(await publisher.PublishAsync(TestBatch.Of(0, "r1", number, Size), Stop));
            await Task.WhenAll(confirmations);
        });
        Report($"one shard: {2000 / took.TotalSeconds:F0} batches/s confirmed");
    }

    [Fact(Explicit = true)]
    public async Task Disk_of_the_broker_while_a_shard_is_consumed_as_fast_as_it_is_fed()
    {
        await using var server = await RabbitServer.StartNewAsync();
        await using var node = await BrokerHarness.CreateAsync(server, shards: 1);
        var publisher = node.NewPublisher();
        var owner = new RecordingOwner();
        node.NewConsumers(owner.Activated);
        await owner.NextActivationAsync();
        for (var part = 0; part < 5; part++)
        {
            var from = part * 2000 + 1;
            var confirmations = new List<Task>();
            for (var number = from; number < from + 2000; number++) confirmations.Add(await publisher.PublishAsync(TestBatch.Of(0, "r1", number, Size), Stop));
            await Task.WhenAll(confirmations);
            Report($"after {(part + 1) * 2000L * Size >> 20} MiB through one shard: {server.DataBytes >> 20} MiB on the broker's disk");
        }
    }

    [Fact(Explicit = true)]
    public async Task Takeover_of_64_shards_after_kill_9_ten_times()
    {
        await using var server = await RabbitServer.StartNewAsync();
        await using var node = await BrokerHarness.CreateAsync(server, Shards);
        var all = new List<double>();
        var owner = new Consumer(node);
        await owner.OwnsAllAsync();
        for (var round = 0; round < 10; round++)
        {
            var heir = new Consumer(node);
            await heir.IsReadyAsync();
            await Task.Delay(2000, Stop);
            var watch = Stopwatch.GetTimestamp();
            await owner.Process.KillAsync();
            await heir.OwnsAllAsync();
            all.AddRange(heir.ActivatedAt.Select(at => Stopwatch.GetElapsedTime(watch, at).TotalMilliseconds));
            owner.Process.Dispose();
            owner = heir;
        }
        owner.Process.Dispose();
        all.Sort();
        Report($"kill -9, {all.Count} shards: first message at the next node after {all[0]:F0} ms, median {all[all.Count / 2]:F0}, p95 {all[all.Count * 95 / 100]:F0}, most {all[^1]:F0}");
    }

    private static async Task PublishAsync(ActorFingerprint.Cluster.RabbitMq.BatchPublisher publisher, int from, int count)
    {
        var confirmations = new List<Task>(count);
        for (var i = 0; i < count; i++)
        {
            var batch = from - 1 + i;
            confirmations.Add(await publisher.PublishAsync(TestBatch.Of(batch % Shards, "r1", batch / Shards + 1, Size), Stop));
        }
        await Task.WhenAll(confirmations);
    }

    private static async Task<TimeSpan> TimeAsync(Func<Task> work)
    {
        var watch = Stopwatch.StartNew();
        await work();
        return watch.Elapsed;
    }

    private static void Report(string line) => TestContext.Current.SendDiagnosticMessage(
        $"{line} (load {File.ReadAllText("/proc/loadavg").Split(' ')[0]})");

    private sealed class Consumer
    {
        private readonly List<long> _activatedAt = [];
        private bool _isReady;

        public Consumer(BrokerHarness node) => Process = ConsumerProcess.Start(node.Options, Shards, line =>
        {
            if (line == "ready") Volatile.Write(ref _isReady, true);
            if (!line.StartsWith("active ", StringComparison.Ordinal)) return;
            lock (_activatedAt) _activatedAt.Add(long.Parse(line.Split(' ')[2], CultureInfo.InvariantCulture)); // one clock for all processes
        });

        public ServerProcess Process { get; }

        public IReadOnlyList<long> ActivatedAt
        {
            get
            {
                lock (_activatedAt) return [.. _activatedAt];
            }
        }

        public Task IsReadyAsync() => BatchPublisherSpecs.WaitUntilAsync(() => Volatile.Read(ref _isReady));

        public Task OwnsAllAsync() => BatchPublisherSpecs.WaitUntilAsync(() => ActivatedAt.Count >= Shards);
    }
}
