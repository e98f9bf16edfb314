using System.Text.Json;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Engine;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Runs;
using ActorFingerprint.Engine.Streams;
using Xunit;

namespace ActorFingerprint.Tests.Engine;

/// <summary>Killed at any write and started again, a file run ends where an uninterrupted one ends (design §5).</summary>
public sealed class CrashSpecs
{
    private static readonly Lazy<(string Devices, string Views)> Uninterrupted = new(() =>
    {
        var journal = new InMemoryJournal(keepEvents: true);
        Run(journal, journal, seed: 0);
        return (EngineHarness.DumpDevicesAsync(journal).GetAwaiter().GetResult(), Views(journal));
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_run_that_dies_at_any_write_and_resumes_gives_the_same_events_and_counters(bool afterStorage)
    {
        var crashes = 0;
        for (var seed = 1; seed <= 40; seed++)
        {
            var journal = new InMemoryJournal(keepEvents: true);
            var random = new Random(seed);
            RunResult? result = null;
            var restarts = 0;
            while (result is null)
            {
                var crashing = new CrashingJournal(journal, atWrite: random.Next(1, 80), afterStorage);
                result = Run(journal, crashing, seed + ++restarts * 1000);
            }
            crashes += restarts - 1;
            Assert.True(restarts == 1 || result.Resumed);
            Assert.True(Uninterrupted.Value.Devices == await EngineHarness.DumpDevicesAsync(journal), $"seed {seed}: events differ");
            Assert.True(Uninterrupted.Value.Views == Views(journal), $"seed {seed}: states or counters differ");
        }
        Assert.True(crashes > 40, $"only {crashes} crashes: the writes they are set for are too far apart");
    }

    [Fact]
    public async Task Scanning_again_is_a_new_run_that_adds_counters_and_no_first_sight_or_fingerprint()
    {
        var journal = new InMemoryJournal(keepEvents: true);
        Run(journal, journal, seed: 0);
        var once = await EngineHarness.DumpDevicesAsync(journal);
        var packets = Packets(journal);
        var second = Run(journal, journal, seed: 1)!;

        Assert.Equal("home#2", second.Run);
        Assert.Equal(once, await EngineHarness.DumpDevicesAsync(journal));
        Assert.Equal(packets * 2, Packets(journal));
    }

    /// <summary>Runs until the end, or null when the journal crashed.</summary>
    private static RunResult? Run(InMemoryJournal storage, IJournal journal, int seed)
    {
        var time = new ManualTimeProvider(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var scheduler = new SeededScheduler(seed, time);
        try
        {
            return scheduler.Run(async () =>
            {
                await using var engine = EngineHarness.Engine(journal, new EngineScheduler(scheduler), time);
                return await engine.RunAsync(new MemoryCaptureSource("home", EngineHarness.Sample), new StreamCounters(), CancellationToken.None);
            });
        }
        catch (CrashException)
        {
            return null;
        }
    }

    /// <summary>State and counters of every device, as its recovered actor shows them.</summary>
    private static string Views(InMemoryJournal journal)
    {
        var time = new ManualTimeProvider(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var scheduler = new SeededScheduler(0, time);
        return scheduler.Run(async () =>
        {
            await using var engine = EngineHarness.Engine(journal, new EngineScheduler(scheduler), time);
            var lines = new List<string>();
            foreach (var key in await DevicesAsync(journal))
            {
                var view = await engine.GetAsync(key, CancellationToken.None);
                var (_, payload) = DeviceEventCodec.Encode(new DeviceSnapshot(view!.State, view.Counters, 0));
                lines.Add($"{key} {view.SequenceNumber} {System.Text.Encoding.UTF8.GetString(payload)}");
            }
            return string.Join('\n', lines);
        });
    }

    private static long Packets(InMemoryJournal journal) =>
        Views(journal).Split('\n').Sum(line => JsonDocument.Parse(line[line.IndexOf('{', StringComparison.Ordinal)..])
            .RootElement.GetProperty("counters").GetProperty("packets").GetInt64());

    private static async Task<List<DeviceKey>> DevicesAsync(InMemoryJournal journal)
    {
        var keys = new List<DeviceKey>();
        foreach (var stored in await journal.ReadAsync(0, int.MaxValue, CancellationToken.None))
            if (stored.Manifest == DeviceManifests.FirstSeen
                && DeviceEventCodec.Default.Decode(stored.Manifest, stored.Payload.Span) is DeviceEvent.FirstSeen first)
                keys.Add(first.Device);
        keys.Sort((a, b) => string.CompareOrdinal(a.ToString(), b.ToString()));
        return keys;
    }
}
