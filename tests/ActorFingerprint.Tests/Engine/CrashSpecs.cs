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
        Run(journal, seed: 0);
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
            var starts = 0;
            do
            {
                var crashing = new CrashingJournal(journal, atWrite: random.Next(1, 80), afterStorage);
                var result = Run(crashing, seed + ++starts * 1000);
                Assert.True(result is null || starts == 1 || result.Resumed, $"seed {seed}: a new run started");
            }
            while (!await HasEndedAsync(journal));
            crashes += starts - 1;
            Assert.True(Uninterrupted.Value.Devices == await EngineHarness.DumpDevicesAsync(journal), $"seed {seed}: events differ");
            Assert.True(Uninterrupted.Value.Views == Views(journal), $"seed {seed}: {FirstDifference(Uninterrupted.Value.Views, Views(journal))}");
        }
        Assert.True(crashes > 40, $"only {crashes} crashes: the writes they are set for are too far apart");
    }

    [Fact]
    public async Task Scanning_again_is_a_new_run_that_adds_counters_and_no_first_sight_or_fingerprint()
    {
        var journal = new InMemoryJournal(keepEvents: true);
        Run(journal, seed: 0);
        var once = await EngineHarness.DumpDevicesAsync(journal);
        var packets = Packets(journal);
        var second = Run(journal, seed: 1)!;

        Assert.Equal("home#2", second.Run);
        Assert.Equal(once, await EngineHarness.DumpDevicesAsync(journal));
        Assert.Equal(packets * 2, Packets(journal));
    }

    /// <summary>Runs until the end, or null when the journal crashed.</summary>
    private static RunResult? Run(IJournal journal, int seed)
    {
        var time = new ManualTimeProvider(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var scheduler = new SeededScheduler(seed, time);
        try
        {
            return scheduler.Run(async () =>
            {
                await using var engine = EngineHarness.Engine(journal, new EngineScheduler(scheduler), time);
                return await engine.RunAsync(new MemoryCaptureSource("home", EngineHarness.Sample), EngineHarness.Request, CancellationToken.None);
            });
        }
        catch (CrashException)
        {
            return null;
        }
    }

    /// <summary>The run's last event is stored: started again, the capture would be a new run.</summary>
    private static async Task<bool> HasEndedAsync(InMemoryJournal journal) =>
        (await journal.ReadAsync(0, int.MaxValue, CancellationToken.None)).Any(stored => stored.Manifest == RunManifests.Ended);

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

    private static string FirstDifference(string expected, string actual)
    {
        var pair = expected.Split('\n').Zip(actual.Split('\n')).FirstOrDefault(p => p.First != p.Second);
        return $"expected {pair.First}\nfound    {pair.Second}";
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
