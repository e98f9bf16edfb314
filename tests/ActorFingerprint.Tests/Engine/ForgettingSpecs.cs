using System.Text;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Engine;
using ActorFingerprint.Engine.Actors;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Runs;
using ActorFingerprint.Engine.Sharding;
using Xunit;

namespace ActorFingerprint.Tests.Engine;

/// <summary>Erasure and retention through the shards: what is asked goes, the rest stays as it was.</summary>
public sealed class ForgettingSpecs
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Hardly any snapshot: devices are counted from rows.</summary>
    private static readonly EngineOptions FewSnapshots =
        EngineHarness.Options with { ShardSnapshotEvery = 100_000, SnapshotEvery = 100_000, MaxActiveDevices = 100_000 };

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    [InlineData(4, true)]
    public void An_erased_router_leaves_no_trace_and_the_devices_behind_it_keep_everything_else(int seed, bool fewSnapshots)
    {
        var journal = new InMemoryJournal(keepEvents: true);
        Seeded(seed, async time =>
        {
            await using var engine = Engine(journal, seed, time, fewSnapshots);
            await engine.RunAsync(Source(), EngineHarness.Request, CancellationToken.None);
            var before = await ViewsAsync(engine, journal);
            var router = before.Values.First(view => view.State.IsRouter).State.FirstSeen!.Device;
            var mac = router.Mac.ToString();
            Assert.NotEmpty(Holding(journal, mac));

            var reply = await engine.EraseAsync(router, Now.UtcTicks, CancellationToken.None);
            Assert.NotEmpty(reply.Mentioned);
            Assert.Empty(Holding(journal, mac));
            Assert.Null(await engine.GetAsync(router, CancellationToken.None));
            before.Remove(router.ToString());
            Assert.Equal(before.Select(WithoutVia), (await ViewsAsync(engine, journal)).Select(WithoutVia));
            return true;
        });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void An_erasure_whose_caller_leaves_midway_goes_on_to_the_devices_that_named_it(int seed)
    {
        var journal = new InMemoryJournal(keepEvents: true);
        Seeded(seed, async time =>
        {
            using var leaves = new CancellationTokenSource();
            var hooked = new RefusingJournal(journal, seed, rate: 0) { BeforeRewrite = _ => leaves.CancelAsync() };
            DeviceKey router;
            await using (var engine = Engine(hooked, seed, time, fewSnapshots: true))
            {
                await engine.RunAsync(Source(), EngineHarness.Request, CancellationToken.None);
                router = RouterOf(await ViewsAsync(engine, journal));
                Assert.True((await engine.EraseAsync(router, Now.UtcTicks, leaves.Token)).Found);
            }
            Assert.Empty(Holding(journal, router.Mac.ToString())); // not even the snapshots of its end
            return true;
        });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_snapshot_written_between_an_erasure_and_the_reload_brings_nothing_back(int seed)
    {
        var journal = new InMemoryJournal(keepEvents: true);
        Seeded(seed, async time =>
        {
            var hooked = new RefusingJournal(journal, seed, rate: 0);
            await using var engine = Engine(hooked, seed, time, fewSnapshots: true);
            await engine.RunAsync(Source(), EngineHarness.Request, CancellationToken.None);
            var before = await ViewsAsync(engine, journal);
            var router = RouterOf(before);
            Task? snapshots = null;
            var seen = new List<Task>();
            hooked.BeforeRewrite = append =>
            {
                if (append is not null)
                {
                    snapshots = engine.SnapshotAsync(CancellationToken.None); // in every mailbox before the reload
                    return Task.CompletedTask;
                }
                foreach (var device in before.Values) seen.Add(engine.GetAsync(device.State.FirstSeen!.Device, CancellationToken.None));
                return Task.Delay(TimeSpan.FromSeconds(1), time); // lets everybody else go on
            };
            await engine.EraseAsync(router, Now.UtcTicks, CancellationToken.None);
            await snapshots!;
            foreach (var view in seen) await view;
            before.Remove(router.ToString());
            var after = await ViewsAsync(engine, journal);
            Assert.Equal(before.Select(WithoutVia), after.Select(WithoutVia));
            Assert.DoesNotContain(after.Values, view => view.State.FirstSeen!.Via == router.Mac.ToString());
            await engine.SnapshotAsync(CancellationToken.None);
            Assert.Empty(Holding(journal, router.Mac.ToString()));
            return true;
        });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Erased_while_its_source_runs_a_device_is_in_no_later_checkpoint(int seed)
    {
        var (victim, lastFrame) = GoneEarly();
        var journal = new InMemoryJournal(keepEvents: true);
        Seeded(seed, async time =>
        {
            await using var engine = Engine(journal, seed, time, fewSnapshots: false);
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var erased = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var source = new GatedCaptureSource(Source(), lastFrame + 600, reached, erased.Task);
            var run = engine.RunAsync(source, EngineHarness.Request, CancellationToken.None);
            await reached.Task;
            Assert.True((await engine.EraseAsync(victim, Now.UtcTicks, CancellationToken.None)).Found);
            Assert.Empty(Holding(journal, victim.Mac.ToString()));
            var checkpoints = await CountAsync(journal, RunManifests.Progressed);
            erased.SetResult();
            await run;
            Assert.True(await CountAsync(journal, RunManifests.Progressed) > checkpoints);
            return true;
        });
        Assert.Empty(Holding(journal, victim.Mac.ToString()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_erasure_that_is_cut_off_happened_whole_or_not_at_all(bool afterStorage)
    {
        var journal = new InMemoryJournal(keepEvents: true);
        var router = Seeded(0, async time =>
        {
            await using var engine = Engine(journal, 0, time, fewSnapshots: false);
            await engine.RunAsync(Source(), EngineHarness.Request, CancellationToken.None);
            return (await ViewsAsync(engine, journal)).Values.First(view => view.State.IsRouter).State.FirstSeen!.Device;
        });
        var stored = Holding(journal, router.Mac.ToString());
        Assert.Throws<CrashException>(() => Seeded(1, async time =>
        {
            await using var engine = Engine(new CrashingJournal(journal, 0, afterStorage) { DiesAtRewrite = true }, 1, time, fewSnapshots: false);
            return await engine.EraseAsync(router, Now.UtcTicks, CancellationToken.None);
        }));
        if (!afterStorage) Assert.Equal(stored, Holding(journal, router.Mac.ToString()));

        var isFound = Seeded(2, async time =>
        {
            await using var engine = Engine(journal, 2, time, fewSnapshots: false);
            return (await engine.EraseAsync(router, Now.UtcTicks, CancellationToken.None)).Found;
        });
        Assert.Equal(!afterStorage, isFound);
        Assert.Empty(Holding(journal, router.Mac.ToString()));
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public void Retention_forgets_old_values_and_no_count(int seed, bool fewSnapshots)
    {
        var journal = new InMemoryJournal(keepEvents: true);
        Seeded(seed, async time =>
        {
            await using var engine = Engine(journal, seed, time, fewSnapshots);
            await engine.RunAsync(Source(), EngineHarness.Request, CancellationToken.None);
            var before = await ViewsAsync(engine, journal);
            var forgot = 0;
            foreach (var view in before.Values)
            {
                var command = new DeviceCommand.ApplyRetention(Now.UtcTicks, Now.UtcTicks - TimeSpan.TicksPerDay, DeviceCounters.Empty);
                var device = view.State.FirstSeen!.Device;
                if ((await engine.AskAsync(device, command, CancellationToken.None)).Events.Count > 0) forgot++;
                var after = (await engine.GetAsync(device, CancellationToken.None))!;
                Assert.Equal((view.Counters.Packets, view.Counters.Bytes), (after.Counters.Packets, after.Counters.Bytes));
                Assert.All(after.State.Histories, history => Assert.Equal(0, history.Distinct));
            }
            Assert.True(forgot > 10);
            return true;
        });
        Assert.DoesNotContain(Holding(journal, "t13d"), IsOfDevices);
        Assert.DoesNotContain(Holding(journal, "mqtt."), IsOfDevices);
    }

    /// <summary>Not of a run: the saved router rule in its checkpoints keeps hellos until its device is erased.</summary>
    private static bool IsOfDevices(string place) => !place.StartsWith(RunEventCodec.Prefix, StringComparison.Ordinal);

    private static DeviceKey RouterOf(SortedDictionary<string, DeviceView> views) =>
        views.Values.First(view => view.State.IsRouter).State.FirstSeen!.Device;

    private static MemoryCaptureSource Source() => new("home", EngineHarness.Sample);

    private static DeviceEngine Engine(IJournal journal, int seed, ManualTimeProvider time, bool fewSnapshots) => EngineHarness.Engine(
        journal, new EngineScheduler(TaskScheduler.Current), time, 1 + seed % 4, fewSnapshots ? FewSnapshots : EngineHarness.Options);

    private static T Seeded<T>(int seed, Func<ManualTimeProvider, Task<T>> work)
    {
        var time = new ManualTimeProvider(Now);
        return new SeededScheduler(seed, time).Run(() => work(time));
    }

    /// <summary>The device that is seen for the last time first, and the frame of that.</summary>
    private static (DeviceKey Device, long Frame) GoneEarly()
    {
        var last = new Dictionary<DeviceKey, long>();
        Seeded(0, async time =>
        {
            await using var engine = Engine(new InMemoryJournal(keepEvents: false), 0, time, fewSnapshots: true);
            var request = EngineHarness.Request with
            {
                Observed = observation => last[observation.Device] = observation.Frame,
            };
            return await engine.RunAsync(Source(), request, CancellationToken.None);
        });
        var (device, frame) = last.Where(seen => seen.Key.Kind == DeviceKeyKind.Mac).MinBy(seen => seen.Value);
        return (device, frame);
    }

    private static async Task<SortedDictionary<string, DeviceView>> ViewsAsync(DeviceEngine engine, InMemoryJournal journal)
    {
        var views = new SortedDictionary<string, DeviceView>(StringComparer.Ordinal);
        foreach (var stored in await journal.ReadAsync(0, int.MaxValue, CancellationToken.None))
            if (stored.Manifest == DeviceManifests.FirstSeen
                && DeviceEventCodec.Default.Decode(stored.Manifest, stored.Payload.Span) is DeviceEvent.FirstSeen { Device: var device }
                && await engine.GetAsync(device, CancellationToken.None) is { } view)
                views[device.ToString()] = view;
        return views;
    }

    private static string WithoutVia(KeyValuePair<string, DeviceView> device)
    {
        var state = device.Value.State with { FirstSeen = device.Value.State.FirstSeen! with { Via = null } };
        return $"{device.Key} {device.Value.SequenceNumber} {Encoding.UTF8.GetString(DeviceEventCodec.Encode(new DeviceSnapshot(state, device.Value.Counters, 0)).Payload)}";
    }

    /// <summary>Events and snapshots that hold a text.</summary>
    private static List<string> Holding(InMemoryJournal journal, string text)
    {
        var events = journal.ReadAsync(0, int.MaxValue, CancellationToken.None).GetAwaiter().GetResult();
        return
        [
            .. events.Where(stored => Holds(stored.Payload)).Select(stored => $"{stored.PersistenceId} {stored.SequenceNumber} {stored.Manifest}"),
            .. journal.Snapshots.Where(stored => Holds(stored.Payload)).Select(stored => $"snapshot of {stored.PersistenceId}"),
        ];

        bool Holds(ReadOnlyMemory<byte> payload) => payload.Span.IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;
    }

    private static async Task<int> CountAsync(InMemoryJournal journal, string manifest) =>
        (await journal.ReadAsync(0, int.MaxValue, CancellationToken.None)).Count(stored => stored.Manifest == manifest);
}
