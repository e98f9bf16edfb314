using System.Globalization;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Sharding;
using ActorFingerprint.Persistence.Sqlite;
using ActorFingerprint.Persistence.Store;
using BenchmarkDotNet.Attributes;

namespace ActorFingerprint.Benchmarks.Engine;

/// <summary>One device actor back from SQLite: its snapshot and a hundred events after it.</summary>
public class RecoveryBenchmarks
{
    private const int EventsAfterSnapshot = 100;

    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"actorfp-benchmark-{Environment.ProcessId}-recovery");
    private SqliteJournal? _journal;
    private DeviceLoader? _loader;
    private string _persistenceId = "";

    [GlobalSetup]
    public async Task WriteAsync()
    {
        _journal = SqliteJournal.Open(new StoreOptions { Folder = _folder });
        _loader = new DeviceLoader(_journal, _journal, ShardRowCodec.PersistenceIdOf(0));
        var device = DeviceKey.OfMac(new MacAddress(0xF01898_010203));
        _persistenceId = new DevicePseudonyms(new byte[DevicePseudonyms.KeyLength]).PersistenceIdOf(device);
        var first = new DeviceEvent.FirstSeen(0, device, new Sighting("benchmark#1", 1, 0), false);
        var events = new List<DeviceEvent> { first };
        for (var n = 1; n <= EventsAfterSnapshot; n++)
            events.Add(new DeviceEvent.Labelled(n, "label " + n.ToString(CultureInfo.InvariantCulture)));
        var snapshot = DeviceEventCodec.Encode(new DeviceSnapshot(Device.Evolve(DeviceState.Initial, first), DeviceCounters.Empty, 0));
        var rows = events.Select((past, i) =>
        {
            var (manifest, payload) = DeviceEventCodec.Encode(past);
            return new NewEvent(_persistenceId, i + 1, manifest, payload, "device");
        });
        var write = new AtomicWrite(null, [.. rows], [new NewSnapshot(_persistenceId, 1, snapshot.Manifest, snapshot.Payload)]);
        await _journal.WriteAsync([write], CancellationToken.None);
    }

    [Benchmark]
    public async Task<long> Recover() => (await _loader!.LoadAsync(_persistenceId)).SequenceNumber;

    [GlobalCleanup]
    public async Task CloseAsync()
    {
        await _journal!.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
