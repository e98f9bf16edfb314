using ActorFingerprint.Engine;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Runs;
using Xunit;

namespace ActorFingerprint.Tests.Engine.Cluster;

/// <summary>What several nodes make of a capture is what one makes of it, whatever happens to them (design §5).</summary>
public sealed class ClusterSimulationSpecs
{
    private const int Seeds = 100;

    [Fact]
    public async Task A_hundred_seeded_clusters_in_trouble_give_the_device_events_of_one_node()
    {
        var expected = await AloneAsync();
        var (kills, stops, handovers, sensors) = (0, 0, 0, 0);
        for (var seed = 1; seed <= Seeds; seed++)
        {
            await using var cluster = new ClusterSimulation(seed);
            sensors += cluster.Run(troubles: 12) - 1;
            kills += cluster.Log.Count(l => l.StartsWith("node", StringComparison.Ordinal) && l.EndsWith("killed", StringComparison.Ordinal));
            stops += cluster.Log.Count(l => l.EndsWith("stopped", StringComparison.Ordinal));
            handovers += cluster.Log.Count(l => l.EndsWith("over", StringComparison.Ordinal));
            Assert.True(cluster.DeadLetters is [], $"seed {seed}: {string.Join('\n', cluster.DeadLetters)}");
            Assert.True(expected == await EngineHarness.DumpDevicesAsync(cluster.Journal), $"seed {seed}: other events than a single node's");
            Assert.Equal([RunManifests.Started, RunManifests.Ended], await RunEventsAsync(cluster.Journal));
        }
        Assert.True(kills > 100 && stops > 100 && handovers > 50 && sensors > 20, $"{kills} kills, {stops} stops, {handovers} handovers, {sensors} sensors");
    }

    private static async Task<string> AloneAsync()
    {
        var journal = new InMemoryJournal(keepEvents: true);
        await using (var engine = EngineHarness.Engine(journal, EngineScheduler.Default, TimeProvider.System))
            await engine.RunAsync(new MemoryCaptureSource("home", EngineHarness.Sample), EngineHarness.Request, CancellationToken.None);
        return await EngineHarness.DumpDevicesAsync(journal);
    }

    private static async Task<string[]> RunEventsAsync(InMemoryJournal journal) =>
        [.. (await journal.ReadAsync(0, int.MaxValue, CancellationToken.None))
            .Where(e => e.PersistenceId == RunLog.PersistenceIdOf("home")).Select(e => e.Manifest)];
}
