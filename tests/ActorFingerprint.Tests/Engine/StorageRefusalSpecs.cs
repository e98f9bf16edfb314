using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Observations;
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

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void An_engine_stops_while_storage_refuses_and_tells_who_waits(int seed)
    {
        var time = new ManualTimeProvider(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var scheduler = new SeededScheduler(seed, time);
        var journal = new RefusingJournal(new InMemoryJournal(keepEvents: true, time), seed, rate: 0);
        scheduler.Run(async () =>
        {
            var engine = EngineHarness.Engine(journal, new EngineScheduler(scheduler), time);
            var devices = new HashSet<DeviceKey>();
            var request = EngineHarness.Request with { Observed = observation => devices.Add(observation.Device) };
            await engine.RunAsync(new MemoryCaptureSource("home", EngineHarness.Sample), request, CancellationToken.None);
            journal.Rate = 1;
            var label = new DeviceCommand.SetLabel(0, "printer");
            Task[] asked =
            [
                .. devices.Select(device => engine.AskAsync(device, label, CancellationToken.None)),
                engine.EraseAsync(devices.First(), 0, CancellationToken.None),
            ];
            await Task.Delay(TimeSpan.FromSeconds(30), time);
            Assert.All(asked, ask => Assert.False(ask.IsCompleted));

            var stopped = engine.DisposeAsync().AsTask();
            await Task.WhenAny(stopped, Task.Delay(TimeSpan.FromMinutes(1), time));
            Assert.True(stopped.IsCompletedSuccessfully);
            foreach (var ask in asked) await Assert.ThrowsAnyAsync<Exception>(() => ask);
            return true;
        });
    }

    [Fact]
    public void What_storage_takes_again_when_the_engine_stops_is_written()
    {
        var time = new ManualTimeProvider(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var scheduler = new SeededScheduler(1, time);
        var journal = new RefusingJournal(new InMemoryJournal(keepEvents: true, time), 1, rate: 0);
        scheduler.Run(async () =>
        {
            var engine = EngineHarness.Engine(journal, new EngineScheduler(scheduler), time);
            var devices = new HashSet<DeviceKey>();
            var request = EngineHarness.Request with { Observed = observation => devices.Add(observation.Device) };
            await engine.RunAsync(new MemoryCaptureSource("home", EngineHarness.Sample), request, CancellationToken.None);
            journal.RefusesWrites = true; // the device is loaded; its label waits
            var asked = engine.AskAsync(devices.First(), new DeviceCommand.SetLabel(0, "printer"), CancellationToken.None);
            while (engine.NotReadyReason is null) await Task.Yield();
            journal.RefusesWrites = false;
            await engine.DisposeAsync();
            Assert.Single((await asked).Events);
            return true;
        });
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
