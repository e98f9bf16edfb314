using ActorFingerprint.Capture.Live;
using ActorFingerprint.Node.Configuration;
using Microsoft.Extensions.Logging;

namespace ActorFingerprint.Node.Hosting;

/// <summary>The product's adapters: libpcap, capture files and SQLite.</summary>
public sealed class NodeComposition(TimeProvider time) : INodeComposition
{
    /// <inheritdoc />
    public IReadOnlyList<CaptureInterface> ListInterfaces() => CaptureInterface.List();

    /// <inheritdoc />
    public Task<ScanResult> ScanAsync(ScanRequest request, IProgress<ScanProgress> progress, CancellationToken stop) =>
        Scanner.ScanAsync(request, time, progress, stop);

    /// <inheritdoc />
    public async Task<IStoreReader> OpenStoreAsync(ActorFingerprintOptions options, CancellationToken stop) =>
        new StoreReader(await Stores.OpenForReadingAsync(options, time, stop), options.Devices.MinPackets);

    /// <inheritdoc />
    public async Task<IStoreWriter> OpenStoreToWriteAsync(ActorFingerprintOptions options, bool mayMake, CancellationToken stop) =>
        new StoreWriter(await Stores.OpenAloneAsync(options, mayMake, time, stop), options, time);

    /// <inheritdoc />
    public async Task<INodeEngine> StartEngineAsync(ActorFingerprintOptions options, ILoggerFactory logging, CancellationToken stop) =>
        await StoreEngine.StartAsync(options, time, logging.CreateLogger<StoreEngine>(), stop);
}
