using ActorFingerprint.Engine;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Streams;
using Xunit;

namespace ActorFingerprint.Tests.Engine;

/// <summary>One capture, one journal (design §4, §5): whatever the lanes, whatever the interleaving.</summary>
public sealed class DeterminismSpecs
{
    private const int Seeds = 100;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    public async Task The_journal_is_the_same_for_any_number_of_lanes_on_the_thread_pool(int lanes)
    {
        var expected = RunSeeded(seed: -1, lanes: 1);
        var journal = new InMemoryJournal(keepEvents: true);
        await using (var engine = EngineHarness.Engine(journal, EngineScheduler.Default, TimeProvider.System, lanes))
            await engine.RunAsync(new MemoryCaptureSource("home", EngineHarness.Sample), EngineHarness.Request, CancellationToken.None);
        Assert.Equal(expected, await EngineHarness.DumpAsync(journal));
    }

    [Fact]
    public void A_hundred_seeded_interleavings_give_identical_journals()
    {
        var expected = RunSeeded(seed: -1, lanes: 1);
        Assert.NotEmpty(expected);
        for (var seed = 0; seed < Seeds; seed++)
            Assert.True(expected == RunSeeded(seed, lanes: 1 + seed % 8), $"seed {seed} gives another journal");
    }

    private static string RunSeeded(int seed, int lanes)
    {
        var time = new ManualTimeProvider(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var scheduler = new SeededScheduler(seed, time);
        var journal = new InMemoryJournal(keepEvents: true, time);
        scheduler.Run(async () =>
        {
            await using var engine = EngineHarness.Engine(journal, new EngineScheduler(scheduler), time, lanes);
            return await engine.RunAsync(new MemoryCaptureSource("home", EngineHarness.Sample), EngineHarness.Request, CancellationToken.None);
        });
        return EngineHarness.DumpAsync(journal).GetAwaiter().GetResult();
    }
}
