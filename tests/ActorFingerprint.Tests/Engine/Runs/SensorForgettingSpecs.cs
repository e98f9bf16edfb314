using System.Text;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Engine;
using ActorFingerprint.Engine.Diagnostics;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Runs;
using ActorFingerprint.Engine.Sharding;
using ActorFingerprint.Engine.Streams;
using Xunit;

namespace ActorFingerprint.Tests.Engine.Runs;

/// <summary>A sensor of a cluster keeps the log of its runs apart from the shards' journal: an erasure reaches it, too.</summary>
public sealed class SensorForgettingSpecs
{
    [Fact]
    public async Task Checkpoints_lose_the_erased_device_and_nothing_else()
    {
        var journal = new InMemoryJournal(keepEvents: true);
        await using var commits = new CommitCoordinator(journal, EngineScheduler.Default, TimeProvider.System, TimeSpan.FromSeconds(1));
        using var metrics = new EngineMetrics(() => default!);
        var runs = new CaptureRuns(
            journal, commits, new Everywhere(), EngineHarness.Options, new StreamOptions { Lanes = 1 }, EngineScheduler.Default, TimeProvider.System, metrics);
        await runs.RunAsync(new MemoryCaptureSource("home", EngineHarness.Sample), EngineHarness.Request, CancellationToken.None);
        var before = await CheckpointsAsync(journal);
        var named = EngineHarness.Sample
            .Select(frame => DeviceKey.OfMac(new MacAddress(Convert.ToUInt64(Convert.ToHexString(frame.Bytes.AsSpan(6, 6)), 16))))
            .First(device => before[^1].Contains(device.Address!, StringComparison.Ordinal));

        await runs.ForgetAsync(named);

        var after = await CheckpointsAsync(journal);
        Assert.Equal(before.Count, after.Count);
        Assert.All(after, checkpoint => Assert.DoesNotContain(named.Address!, checkpoint, StringComparison.Ordinal));
        Assert.All(before.Zip(after), pair => Assert.Equal(Position(pair.First), Position(pair.Second)));
    }

    private static async Task<List<string>> CheckpointsAsync(InMemoryJournal journal) =>
        [.. (await journal.ReadAsync(0, 1000, CancellationToken.None))
            .Where(stored => stored.Manifest == RunManifests.Progressed).Select(stored => Encoding.UTF8.GetString(stored.Payload.Span))];

    private static (long Frames, long At) Position(string checkpoint)
    {
        var progressed = (RunEvent.Progressed)RunEventCodec.Decode(RunManifests.Progressed, Encoding.UTF8.GetBytes(checkpoint))!;
        return (progressed.Frames, progressed.AtTicks);
    }

    /// <summary>Shards elsewhere, which take everything.</summary>
    private sealed class Everywhere : IShardTransport
    {
        public bool WantsReports => true;

        public ValueTask SendAsync(ShardBatch batch, TaskCompletionSource safe, CancellationToken stop)
        {
            safe.SetResult();
            return ValueTask.CompletedTask;
        }

        public Task<Watermark[]> WatermarksAsync(string run, CancellationToken stop) =>
            Task.FromResult(Enumerable.Repeat(new Watermark(run, 0, 0, -1), EngineHarness.Options.Shards).ToArray());

        public Task ForgetAsync(DeviceKey device) => Task.CompletedTask;
    }
}
