using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Engine;
using ActorFingerprint.Engine.Journal;
using Xunit;

namespace ActorFingerprint.Tests.Engine;

/// <summary>A journal that keeps no events is given none, and the devices are the same (a scan without a store).</summary>
public sealed class UnwrittenJournalSpecs
{
    [Theory]
    [InlineData(16)]
    [InlineData(100_000)]
    public async Task Devices_and_counters_equal_those_of_a_kept_journal(int maxActiveDevices)
    {
        var options = EngineHarness.Options with { MaxActiveDevices = maxActiveDevices };
        var kept = await RunAsync(new InMemoryJournal(keepEvents: true), options);
        var unwritten = await RunAsync(new InMemoryJournal(keepEvents: false), options);
        Assert.NotEmpty(kept);
        Assert.Equal(kept, unwritten);
    }

    [Fact]
    public async Task Nothing_is_told_to_it_and_nothing_encoded()
    {
        var journal = new InMemoryJournal(keepEvents: false);
        await RunAsync(journal, EngineHarness.Options);
        Assert.Equal(0, journal.HighestOrdering);
        Assert.NotEmpty(journal.Snapshots);
        Assert.All(journal.Snapshots, snapshot => Assert.True(snapshot.Payload.IsEmpty));
    }

    /// <summary>The snapshots that the engine leaves, without the number of the shard's last row.</summary>
    private static async Task<SortedDictionary<string, string>> RunAsync(InMemoryJournal journal, EngineOptions options)
    {
        await using (var engine = EngineHarness.Engine(journal, EngineScheduler.Default, TimeProvider.System, options: options))
            await engine.RunAsync(new MemoryCaptureSource("home", EngineHarness.Sample), EngineHarness.Request, CancellationToken.None);
        var devices = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var stored in journal.Snapshots)
        {
            if (!stored.PersistenceId.StartsWith(DevicePseudonyms.Prefix, StringComparison.Ordinal)) continue;
            var snapshot = stored.Value as DeviceSnapshot ?? DeviceEventCodec.DecodeSnapshot(stored.Manifest, stored.Payload.Span)!;
            var (_, payload) = DeviceEventCodec.Encode(new DeviceSnapshot(snapshot.State, snapshot.Counters, 0));
            devices[stored.PersistenceId] = $"{stored.SequenceNumber} {System.Text.Encoding.UTF8.GetString(payload)}";
        }
        return devices;
    }
}
