using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using ActorFingerprint.Cluster.RabbitMq;
using ActorFingerprint.Integration.Tests.Servers;
using Xunit;

namespace ActorFingerprint.Integration.Tests.RabbitMq;

/// <summary>How soon, and how completely, another node gets the shards of one that is gone.</summary>
public sealed class TakeoverSpecs
{
    private const int Shards = 4;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Shards_of_a_killed_node_and_all_their_batches_come_to_the_next_at_once()
    {
        await using var scene = await Scene.SetAsync(nodes: 1);
        var watch = await scene.EndFirstOwnerAsync(process => process.KillAsync());
        await scene.AllShardsMovedAsync();
        Report("kill -9 of the owner", watch);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(2));
        await scene.NothingIsLostAsync();
    }

    [Fact]
    public async Task Shards_of_a_node_that_hangs_come_to_the_next_after_two_heartbeats()
    {
        await using var scene = await Scene.SetAsync(nodes: 1);
        var watch = await scene.EndFirstOwnerAsync(process =>
        {
            process.Suspend();
            return Task.CompletedTask;
        });
        await scene.AllShardsMovedAsync();
        Report("SIGSTOP of the owner, heartbeat 2 s", watch);
        Assert.InRange(watch.Elapsed, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
        scene.First.Resume();
        await BatchPublisherSpecs.WaitUntilAsync(() => scene.FirstLines.Count(line => line.StartsWith("over ", StringComparison.Ordinal)) == Shards);
        await scene.NothingIsLostAsync();
    }

    [Fact]
    public async Task Every_shard_has_an_owner_again_after_a_restart_of_the_broker()
    {
        await using var scene = await Scene.SetAsync(nodes: 1);
        await scene.Server.Node.KillAsync();
        await BatchPublisherSpecs.WaitUntilAsync(() => scene.FirstLines.Count(line => line.StartsWith("over ", StringComparison.Ordinal)) == Shards);
        await scene.Server.Node.StartAsync();
        var watch = Stopwatch.StartNew();
        await scene.AllShardsActiveAgainAsync();
        Report("restart of the broker", watch);
        await scene.NothingIsLostAsync();
    }

    [Fact]
    public async Task Loss_of_one_broker_node_of_three_is_a_pause()
    {
        await using var scene = await Scene.SetAsync(nodes: 3);
        var watch = Stopwatch.StartNew();
        await scene.Server.Nodes[0].KillAsync(); // that of the first address, where everybody is
        await scene.AllShardsActiveAgainAsync();
        Report("kill -9 of one broker node of three", watch);
        await scene.NothingIsLostAsync();
    }

    private static void Report(string what, Stopwatch watch) =>
        TestContext.Current.SendDiagnosticMessage($"{what}: all {Shards} shards owned after {watch.Elapsed.TotalMilliseconds:F0} ms");

    /// <summary>A broker, a process that owns all shards, a second one behind it, and a publisher that does not cease.</summary>
    private sealed class Scene : IAsyncDisposable
    {
        private readonly ConcurrentQueue<string> _firstLines = new();
        private readonly ConcurrentQueue<string> _secondLines = new();
        private readonly CancellationTokenSource _enough = new();
        private readonly BrokerHarness _node;
        private ServerProcess? _second;
        private Task<long> _publishing = Task.FromResult(0L);
        private int _ownedBefore;

        private Scene(RabbitServer server, BrokerHarness node)
        {
            (Server, _node) = (server, node);
            First = ConsumerProcess.Start(node.Options, Shards, _firstLines.Enqueue);
        }

        public RabbitServer Server { get; }

        public ServerProcess First { get; }

        public IEnumerable<string> FirstLines => _firstLines;

        public static async Task<Scene> SetAsync(int nodes)
        {
            Assert.SkipWhen(RabbitServer.Absence is not null, RabbitServer.Absence ?? "");
            var server = await RabbitServer.StartNewAsync(nodes);
            var scene = new Scene(server, await BrokerHarness.CreateAsync(server, Shards));
            try
            {
                await WaitForShards(scene._firstLines);
                scene._second = ConsumerProcess.Start(scene._node.Options, Shards, scene._secondLines.Enqueue);
                await BatchPublisherSpecs.WaitUntilAsync(() => scene._secondLines.Contains("ready"));
                scene._publishing = Task.Run(scene.PublishAsync);
                await Task.Delay(1000, Stop); // the second is in line, and batches flow
                scene._ownedBefore = scene.Activations();
                return scene;
            }
            catch
            {
                TestContext.Current.SendDiagnosticMessage($"the first process printed:\n{scene.First.Output}");
                await scene.DisposeAsync();
                throw;
            }
        }

        public async Task<Stopwatch> EndFirstOwnerAsync(Func<ServerProcess, Task> how)
        {
            var watch = Stopwatch.StartNew();
            await how(First);
            return watch;
        }

        public Task AllShardsMovedAsync() => WaitForShards(_secondLines);

        public Task AllShardsActiveAgainAsync() => BatchPublisherSpecs.WaitUntilAsync(() => Activations() >= _ownedBefore + Shards);

        /// <summary>Every batch that was confirmed reached an owner, and each owner got each shard's batches in order, counted from a token on.</summary>
        public async Task NothingIsLostAsync()
        {
            await _enough.CancelAsync();
            var last = await _publishing.WaitAsync(TimeSpan.FromSeconds(60), Stop);
            for (var shard = 0; shard < Shards; shard++)
                await BatchPublisherSpecs.WaitUntilAsync(() => NumbersOf(shard).Distinct().Count() == last);
            foreach (var lines in (ConcurrentQueue<string>[])[_firstLines, _secondLines])
                for (var shard = 0; shard < Shards; shard++)
                    Assert.True(NeverSkips(Numbers(lines, shard)), $"an owner of shard {shard} got a batch before the one ahead of it");
        }

        public async ValueTask DisposeAsync()
        {
            await _enough.CancelAsync();
            First.Dispose();
            _second?.Dispose();
            await _node.DisposeAsync();
            await Server.DisposeAsync();
            _enough.Dispose();
        }

        private int Activations() => _firstLines.Concat(_secondLines).Count(line => line.StartsWith("active ", StringComparison.Ordinal));

        private IEnumerable<long> NumbersOf(int shard) => Numbers(_firstLines, shard).Concat(Numbers(_secondLines, shard));

        private static IEnumerable<long> Numbers(IEnumerable<string> lines, int shard) => lines
            .Where(line => line.StartsWith($"batch {shard} ", StringComparison.Ordinal))
            .Select(line => long.Parse(line.Split(' ')[2], CultureInfo.InvariantCulture));

        /// <summary>After its first, an owner gets the next number or one that was there before, never one further ahead unless another owner came between.</summary>
        private static bool NeverSkips(IEnumerable<long> numbers)
        {
            var highest = 0L;
            var skips = 0;
            foreach (var number in numbers)
            {
                if (highest > 0 && number > highest + 1) skips++;
                highest = Math.Max(highest, number);
            }
            return skips <= 1;
        }

        private static Task WaitForShards(ConcurrentQueue<string> lines) => BatchPublisherSpecs.WaitUntilAsync(() =>
            Enumerable.Range(0, Shards).All(shard => lines.Any(line => line.StartsWith($"active {shard} ", StringComparison.Ordinal))));

        private async Task<long> PublishAsync()
        {
            var publisher = _node.NewPublisher();
            var confirmations = new List<Task>();
            var number = 0L;
            while (!_enough.IsCancellationRequested)
            {
                number++;
                for (var shard = 0; shard < Shards; shard++)
                    confirmations.Add(await publisher.PublishAsync(TestBatch.Of(shard, "r1", number), CancellationToken.None));
                await Task.Delay(2, CancellationToken.None);
            }
            await Task.WhenAll(confirmations);
            return number;
        }
    }
}
