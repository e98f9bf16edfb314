using ActorFingerprint.Capture.Live;
using ActorFingerprint.Node.Configuration;
using Microsoft.Extensions.Logging;

namespace ActorFingerprint.Node.Hosting;

/// <summary>The product's adapters.</summary>
public sealed class NodeComposition : INodeComposition
{
    /// <inheritdoc />
    public IReadOnlyList<CaptureInterface> ListInterfaces() => CaptureInterface.List();

    /// <inheritdoc />
    public Task<ScanResult> ScanAsync(ScanRequest request, IProgress<ScanProgress> progress, CancellationToken stop) =>
        throw new NotSupportedException("the engine is wired here");

    /// <inheritdoc />
    public Task<IStoreReader> OpenStoreAsync(ActorFingerprintOptions options, CancellationToken stop) =>
        throw new NotSupportedException("the store is wired here");

    /// <inheritdoc />
    public Task<IStoreWriter> OpenStoreToWriteAsync(ActorFingerprintOptions options, CancellationToken stop) =>
        throw new NotSupportedException("the store is wired here");

    /// <inheritdoc />
    public Task<INodeEngine> StartEngineAsync(ActorFingerprintOptions options, ILoggerFactory logging, CancellationToken stop) =>
        throw new NotSupportedException("the engine is wired here");
}
