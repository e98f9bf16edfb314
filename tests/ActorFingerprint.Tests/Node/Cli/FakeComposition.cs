using System.Net;
using ActorFingerprint.Capture.Live;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Identification;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Projections;
using ActorFingerprint.Node.Configuration;
using ActorFingerprint.Node.Hosting;
using ActorFingerprint.Persistence.Projections;
using ActorFingerprint.Persistence.Store;
using Microsoft.Extensions.Logging;

namespace ActorFingerprint.Tests.Node.Cli;

/// <summary>Stands in for the adapters and records what commands ask of them.</summary>
internal sealed class FakeComposition : INodeComposition, IStoreWriter
{
    public List<string> Calls { get; } = [];

    public ScanRequest? Scanned { get; private set; }

    public Exception? Fails { get; set; }

    public FakeEngine Engine { get; } = new();

    public IReadOnlyList<string> VerifyProblems { get; set; } = [];

    public List<Observation> Observations { get; } = [];

    public IReadOnlyList<CaptureInterface> ListInterfaces() =>
        [new CaptureInterface("eth0", "Card", null, [IPAddress.Parse("192.0.2.1")], IsUp: true, IsLoopback: false, IsWireless: false)];

    public Task<ScanResult> ScanAsync(ScanRequest request, IProgress<ScanProgress> progress, CancellationToken stop)
    {
        if (Fails is not null) throw Fails;
        stop.ThrowIfCancellationRequested();
        Scanned = request;
        foreach (var observation in Observations) request.Observed?.Invoke(observation, "a.pcap", observation.Frame);
        return Task.FromResult(
            new ScanResult([.. Engine.Model.Rows.Values], 10, Observations.Count, new Dictionary<string, long> { ["link type 999"] = 3 },
                ["a.pcap: the last packet is cut"]));
    }

    public Task<IStoreReader> OpenStoreAsync(ActorFingerprintOptions options, CancellationToken stop) =>
        Open<IStoreReader>(options, "read");

    public Task<IStoreWriter> OpenStoreToWriteAsync(ActorFingerprintOptions options, bool mayMake, CancellationToken stop) =>
        Open<IStoreWriter>(options, "write");

    public Task<INodeEngine> StartEngineAsync(ActorFingerprintOptions options, ILoggerFactory logging, CancellationToken stop)
    {
        if (Fails is not null) throw Fails;
        Directory.CreateDirectory(options.Node.Folder);
        return Task.FromResult<INodeEngine>(Engine);
    }

    public IDeviceReadModel Devices => Engine.Model;

    public string PersistenceIdOf(DeviceKey device) => Engine.PersistenceIdOf(device);

    public Task<StoreStatistics> StatisticsAsync(CancellationToken stop) => Task.FromResult(new StoreStatistics(
        "folder", 12, 12, 3, 1, 2, 1, 64, 4096, 8192, 12, new Dictionary<string, long> { ["device.first-seen.v1"] = 2 }));

    public async IAsyncEnumerable<StoredEvent> ReadAsync(long afterOrdering, DeviceKey? device,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        Calls.Add($"inspect {afterOrdering} {device}");
        await Task.CompletedTask;
        yield return new StoredEvent(1, "device-00", 1, "device.first-seen.v1", """{"at":1}"""u8.ToArray(), 0, "w", null);
        yield return new StoredEvent(2, "device-00", 2, "device.labelled.v1", """{"label":"\u001b[2J"}"""u8.ToArray(), 0, "w", null);
    }

    public Task<StoreVerification> VerifyAsync(IProgress<long> progress, CancellationToken stop) =>
        Task.FromResult(new StoreVerification(12, 1, VerifyProblems));

    public Task<IReadOnlyList<DeviceRow>> ReplayAsOfAsync(long atTicks, IProgress<long> progress, CancellationToken stop)
    {
        Calls.Add($"as of {new DateTime(atTicks, DateTimeKind.Utc):O}");
        return Task.FromResult<IReadOnlyList<DeviceRow>>([FakeReadModel.Printer]);
    }

    public Task<IReadOnlyList<Reclassification>> ReclassifyAsync(DeviceClassifier classifier, IProgress<long> progress, CancellationToken stop) =>
        Task.FromResult<IReadOnlyList<Reclassification>>([]);

    public async Task<long> ExportAsync(Stream output, IProgress<long> progress, CancellationToken stop)
    {
        await output.WriteAsync("{}\n"u8.ToArray(), stop);
        return 1;
    }

    public Task<bool> LabelAsync(DeviceKey device, string? label, CancellationToken stop)
    {
        Calls.Add($"label {device} {label}");
        return Task.FromResult(true);
    }

    public Task<Erasure> ForgetAsync(DeviceKey device, CancellationToken stop)
    {
        Calls.Add($"forget {device}");
        return Task.FromResult(new Erasure(Engine.Model.Rows.Remove(device.ToString()), null));
    }

    public async Task<long> ImportAsync(Stream input, IProgress<long> progress, CancellationToken stop)
    {
        using var reader = new StreamReader(input);
        Calls.Add($"import {await reader.ReadToEndAsync(stop)}");
        return 1;
    }

    public Task<long> RebuildAsync(int? parts, bool resume, IProgress<RebuildProgress> progress, CancellationToken stop)
    {
        progress.Report(new(5, 12, 12, 4, 7));
        Calls.Add($"rebuild {parts} {(resume ? "resuming" : "anew")}");
        return Task.FromResult(12L);
    }

    public Task<long> ClearAsync(CancellationToken stop)
    {
        Calls.Add("clear");
        return Task.FromResult(2L);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Task<T> Open<T>(ActorFingerprintOptions options, string access) where T : class
    {
        if (Fails is not null) throw Fails;
        if (!Directory.Exists(options.Node.Folder)) throw new StoreException($"{options.Node.Folder}: no journal here");
        Calls.Add(access);
        return Task.FromResult((T)(object)this);
    }
}
