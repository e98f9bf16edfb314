using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Engine;
using ActorFingerprint.Engine.Journal;
using Xunit;

namespace ActorFingerprint.Tests.Engine;

/// <summary>What operators ask of a running engine: putting devices away, snapshots, the shards.</summary>
public sealed class MaintenanceSpecs
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_devices_can_be_put_away_at_any_time_and_come_back_as_they_were()
    {
        var journal = new InMemoryJournal(keepEvents: true);
        await using var engine = Engine(journal, new ManualTimeProvider());
        await engine.RunAsync(new MemoryCaptureSource("home", EngineHarness.Sample), EngineHarness.Request, Stop);
        var device = await SomeDeviceAsync(journal);
        var before = await engine.GetAsync(device, Stop);
        var active = engine.Status.ActiveDevices;

        Assert.True(active > 0);
        Assert.Equal(active, engine.Shards.Hosted.Sum(shard => shard.Entities));
        Assert.Equal(active, await engine.PassivateAsync(TimeSpan.Zero, Stop));
        Assert.Equal(0, engine.Status.ActiveDevices);
        Assert.Equal(0, await engine.PassivateAsync(TimeSpan.Zero, Stop));
        var after = await engine.GetAsync(device, Stop);
        Assert.Equal((before!.SequenceNumber, before.Counters.Packets), (after!.SequenceNumber, after.Counters.Packets));
        Assert.Equal(before.State.FirstSeen, after.State.FirstSeen);
    }

    [Fact]
    public async Task One_device_or_those_that_were_idle_are_put_away_and_no_other()
    {
        var (journal, time) = (new InMemoryJournal(keepEvents: true), new ManualTimeProvider());
        await using var engine = Engine(journal, time);
        await engine.RunAsync(new MemoryCaptureSource("home", EngineHarness.Sample), EngineHarness.Request, Stop);
        var device = await SomeDeviceAsync(journal);
        await engine.GetAsync(device, Stop);
        var active = engine.Status.ActiveDevices;

        Assert.True(await engine.PassivateAsync(device, Stop));
        Assert.False(await engine.PassivateAsync(device, Stop));
        Assert.Equal(active - 1, engine.Status.ActiveDevices);
        time.Advance(TimeSpan.FromMinutes(1));
        await engine.GetAsync(device, Stop);
        Assert.Equal(active - 1, await engine.PassivateAsync(TimeSpan.FromSeconds(30), Stop));
        Assert.Equal(1, engine.Status.ActiveDevices);
    }

    [Fact]
    public async Task Snapshots_are_written_once_for_what_changed()
    {
        var journal = new InMemoryJournal(keepEvents: true);
        await using var engine = Engine(journal, new ManualTimeProvider());
        Assert.Equal(0, await engine.SnapshotAsync(Stop));
        await engine.RunAsync(new MemoryCaptureSource("home", EngineHarness.Sample), EngineHarness.Request, Stop);
        Assert.True(await engine.SnapshotAsync(Stop) > engine.Shards.Hosted.Count(shard => shard.Epoch > 0));
        Assert.Equal(0, await engine.SnapshotAsync(Stop));
        await engine.AskAsync(await SomeDeviceAsync(journal), new DeviceCommand.SetLabel(EngineHarness.Sample[^1].AtTicks, "printer"), Stop);
        Assert.Equal(1, await engine.SnapshotAsync(Stop));
    }

    [Fact]
    public async Task A_shard_that_nothing_came_to_holds_no_epoch()
    {
        await using var engine = Engine(new InMemoryJournal(keepEvents: true), new ManualTimeProvider());
        Assert.All(engine.Shards.Hosted, shard => Assert.Equal((0L, 0), (shard.Epoch, shard.Entities)));
        Assert.Equal(Enumerable.Range(0, EngineHarness.Options.Shards), engine.Shards.Hosted.Select(shard => shard.Shard));
        await engine.RunAsync(new MemoryCaptureSource("home", EngineHarness.Sample), EngineHarness.Request, Stop);
        Assert.All(engine.Shards.Hosted, shard => Assert.Equal(1L, shard.Epoch));
    }

    private static DeviceEngine Engine(InMemoryJournal journal, TimeProvider time) => EngineHarness.Engine(
        journal, EngineScheduler.Default, time, options: EngineHarness.Options with { MaxActiveDevices = 1000 });

    private static async Task<DeviceKey> SomeDeviceAsync(InMemoryJournal journal)
    {
        var events = await journal.ReadAsync(0, 1000, Stop);
        var first = events.First(stored => stored.PersistenceId.StartsWith(DevicePseudonyms.Prefix, StringComparison.Ordinal));
        return ((DeviceEvent.FirstSeen)DeviceEventCodec.Default.Decode(first.Manifest, first.Payload.Span)!).Device;
    }
}
