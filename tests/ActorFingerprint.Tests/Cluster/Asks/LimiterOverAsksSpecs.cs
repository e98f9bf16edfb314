using ActorFingerprint.Cluster.Asks;
using ActorFingerprint.Engine;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Limiting;
using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Keys;
using ActorFingerprint.Tests.Engine.Limiting;
using Xunit;

namespace ActorFingerprint.Tests.Cluster.Asks;

/// <summary>Limiter regions that ask each other over HTTP/2, with real threads.</summary>
public sealed class LimiterOverAsksSpecs
{
    private const int Nodes = 3, Callers = 6, Each = 60;

    [Fact]
    public async Task Failures_of_one_account_asked_of_three_nodes_are_all_counted_while_its_shards_move()
    {
        var journal = new InMemoryJournal(keepEvents: true);
        var directory = new ShardDirectory();
        var metrics = new AskMetrics();
        var options = new LimiterRegionOptions { Shards = 6, SnapshotEvery = 8, Deadline = TimeSpan.FromSeconds(20) };
        var asks = AskNode.Options with { Deadline = TimeSpan.FromSeconds(20) };
        await using var client = new ShardAskClient(directory, asks, metrics, TimeProvider.System);
        var (regions, listeners) = (new List<LimiterRegion>(), new List<AskNode>());
        for (var n = 0; n < Nodes; n++)
        {
            var region = new LimiterRegion(
                journal, journal, LimiterSecrets.Create("test-key", "test-fp"), options, EngineScheduler.Default, TimeProvider.System,
                new LimiterCluster(client, Guid.NewGuid()) { Lease = TimeSpan.FromMinutes(1) });
            regions.Add(region);
            listeners.Add(await AskNode.StartAsync(region, asks, (_, shard) => region.EpochOf(shard), LimiterManifests.Region));
        }
        for (var shard = 0; shard < options.Shards; shard++) await StartAsync(shard, shard % Nodes);
        var harness = new RegionHarness();
        var request = harness.Request(LimitCommand.Failure, "owner", "known", verified: true);
        var stop = TestContext.Current.CancellationToken;
        var asking = Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            for (var i = 0; i < Each; i++) Assert.Equal(LimitMode.Normal, (await regions[(caller + i) % Nodes].DecideAsync(request)).Mode);
        }, stop)));
        for (var move = 0; !asking.IsCompleted && move < 100; move++)
        {
            var shard = move % options.Shards;
            var from = regions.FindIndex(r => r.EpochOf(shard) > 0);
            await regions[from].StopShardAsync(shard);
            await StartAsync(shard, (from + 1) % Nodes);
            await Task.Delay(20, stop);
        }
        await asking;
        var view = await regions[0].ReadAsync(request with { Command = LimitCommand.Check });
        Assert.Equal((2L * Callers * Each, Callers * Each - 8), (view!.K5!.Value.Score, view.BudgetCount));
        foreach (var node in listeners) await node.DisposeAsync();
        foreach (var region in regions) await region.DisposeAsync();
        metrics.Dispose();

        async Task StartAsync(int shard, int at) =>
            directory.Announce(LimiterManifests.Region, shard, new(listeners[at].Address, await regions[at].StartShardAsync(shard, CancellationToken.None)));
    }

    [Fact]
    public async Task A_node_that_is_gone_is_answered_for_by_the_policy()
    {
        var journal = new InMemoryJournal(keepEvents: true);
        var directory = new ShardDirectory();
        using var metrics = new AskMetrics();
        await using var client = new ShardAskClient(directory, AskNode.Options, metrics, TimeProvider.System);
        var options = new LimiterRegionOptions { Shards = 2, Deadline = TimeSpan.FromMilliseconds(400) };
        await using var region = new LimiterRegion(
            journal, journal, LimiterSecrets.Create("test-key", "test-fp"), options, EngineScheduler.Default, TimeProvider.System,
            new LimiterCluster(client, Guid.NewGuid()));
        directory.Announce(LimiterManifests.Region, 0, new(new Uri("http://127.0.0.1:1"), 1));
        var harness = new RegionHarness();
        Assert.Equal(LimitMode.FailClosed, (await region.DecideAsync(harness.Request(LimitCommand.Check))).Mode);
        Assert.Equal(LimitMode.FailOpen, (await region.DecideAsync(harness.Request(LimitCommand.Access, null, policy: "api_heavy"))).Mode);
    }
}
