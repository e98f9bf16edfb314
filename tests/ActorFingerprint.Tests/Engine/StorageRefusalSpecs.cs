using ActorFingerprint.Engine;
using ActorFingerprint.Engine.Journal;
using Xunit;

namespace ActorFingerprint.Tests.Engine;

/// <summary>Storage that refuses stops the sources and loses nothing; work resumes by itself (design §5).</summary>
public sealed class StorageRefusalSpecs
{
    [Fact]
    public async Task A_run_over_storage_that_refuses_now_and_then_ends_in_the_same_journal()
    {
        var expected = await EngineHarness.DumpDevicesAsync(Run(seed: 0, rate: 0).Journal);
        for (var seed = 1; seed <= 20; seed++)
        {
            var (journal, refused) = Run(seed, rate: 0.05);
            Assert.True(refused > 0);
            Assert.True(expected == await EngineHarness.DumpDevicesAsync(journal), $"seed {seed} gives another journal");
        }
    }

    [Fact]
    public void The_engine_says_why_it_is_not_ready_and_goes_on_when_storage_does()
    {
        var time = new ManualTimeProvider(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var scheduler = new SeededScheduler(7, time);
        var journal = new RefusingJournal(new InMemoryJournal(keepEvents: true, time), seed: 7, rate: 0.1);
        var reasons = new List<string?>();
        scheduler.Run(async () =>
        {
            await using var engine = EngineHarness.Engine(journal, new EngineScheduler(scheduler), time);
            var source = new MemoryCaptureSource("home", EngineHarness.Sample) { BeforeBlock = _ => reasons.Add(engine.NotReadyReason) };
            var result = await EngineHarness.RunUntilReadyAsync(engine, source);
            Assert.True(result.Ended);
            return result;
        });
        Assert.Contains("the disk is full", reasons);
    }

    private static (InMemoryJournal Journal, int Refused) Run(int seed, double rate)
    {
        var time = new ManualTimeProvider(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var scheduler = new SeededScheduler(seed, time);
        var journal = new InMemoryJournal(keepEvents: true, time);
        var refusing = new RefusingJournal(journal, seed, rate);
        scheduler.Run(async () =>
        {
            await using var engine = EngineHarness.Engine(refusing, new EngineScheduler(scheduler), time);
            return await EngineHarness.RunUntilReadyAsync(engine, new MemoryCaptureSource("home", EngineHarness.Sample));
        });
        return (journal, refusing.Refused);
    }
}
