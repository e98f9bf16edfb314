using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Fingerprints;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Engine;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Sharding;
using BenchmarkDotNet.Attributes;

namespace ActorFingerprint.Benchmarks.Engine;

/// <summary>Batches of known devices into the mailboxes until they are applied; for each observation.</summary>
public class MailboxBenchmarks : IAsyncDisposable
{
    private const int Devices = 400;
    private const int Observations = 16_384;
    private const int BatchSize = 256;

    private List<ShardEnvelope>[] _batches = [];
    private CommitCoordinator? _commits;
    private ShardRegion? _region;
    private long _number;

    /// <summary>Rows for every batch, kept in memory; or a journal that keeps none, as a scan without a store uses.</summary>
    [Params(false, true)]
    public bool KeepsEvents { get; set; }

    [GlobalSetup]
    public void Start()
    {
        var options = new EngineOptions();
        var journal = new InMemoryJournal(KeepsEvents);
        var pseudonyms = new DevicePseudonyms(new byte[DevicePseudonyms.KeyLength]);
        _commits = new CommitCoordinator(journal, EngineScheduler.Default, TimeProvider.System, options.RetryInterval);
        _region = new ShardRegion(
            new ShardContext(options, journal, journal, _commits, pseudonyms, EngineScheduler.Default, TimeProvider.System, null, "benchmark"));
        _batches = [.. Enumerable.Range(0, options.Shards).Select(_ => new List<ShardEnvelope>())];
        for (var frame = 1; frame <= Observations; frame++)
        {
            var device = DeviceKey.OfMac(new MacAddress(0xF01898_000000UL + (ulong)(frame % Devices)));
            _batches[_region.ShardOf(device)].Add(new ShardEnvelope(Renewal(device, frame), null, frame, 0));
        }
    }

    [Benchmark(OperationsPerInvoke = Observations)]
    public async Task Apply()
    {
        _number++;
        var applied = new List<Task>();
        for (var shard = 0; shard < _batches.Length; shard++)
        {
            var part = 0;
            foreach (var envelopes in _batches[shard].Chunk(BatchSize))
            {
                var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                var run = $"benchmark#{part++}"; // one run for each part, so that the numbers of all follow on
                await _region!.SendAsync(shard, new ShardMessage.Batch(new ShardBatch(run, _number, shard, envelopes), done), CancellationToken.None);
                applied.Add(done.Task);
            }
        }
        await Task.WhenAll(applied);
    }

    [GlobalCleanup]
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _region!.DisposeAsync();
        await _commits!.DisposeAsync();
    }

    private static DhcpObservation Renewal(DeviceKey device, long frame) => new()
    {
        Device = device,
        LinkAddress = device.Mac,
        AtTicks = DateTime.UnixEpoch.Ticks + frame,
        Frame = frame,
        WireLength = 342,
        Op = 1,
        MessageType = DhcpMessageType.Request,
        Options = new DhcpOptions { Order = [53, 55, 255], ParameterRequestList = [1, 3, 6, 15] },
    };
}
