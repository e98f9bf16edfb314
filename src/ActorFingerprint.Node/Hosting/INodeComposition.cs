using ActorFingerprint.Capture.Live;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Engine.Projections;
using ActorFingerprint.Node.Configuration;
using Microsoft.Extensions.Logging;

namespace ActorFingerprint.Node.Hosting;

/// <summary>Makes what the commands stand on: the one place that knows every adapter.</summary>
public interface INodeComposition
{
    /// <summary>Interfaces that can be captured. Throws <see cref="Engine.Capture.CaptureException"/> without libpcap.</summary>
    IReadOnlyList<CaptureInterface> ListInterfaces();

    /// <summary>
    /// Reads captures to their end, in this process, without a server. Throws <see cref="Engine.Capture.CaptureException"/> and
    /// <see cref="Core.Watchlists.WatchlistException"/>.
    /// </summary>
    Task<ScanResult> ScanAsync(ScanRequest request, IProgress<ScanProgress> progress, CancellationToken stop);

    /// <summary>Opens a store to read, also beside a running node. Throws <see cref="Persistence.Store.StoreException"/>.</summary>
    Task<IStoreReader> OpenStoreAsync(ActorFingerprintOptions options, CancellationToken stop);

    /// <summary>
    /// Opens a store to change it; refused while a node runs on it. Throws <see cref="Persistence.Store.StoreException"/>.
    /// </summary>
    Task<IStoreWriter> OpenStoreToWriteAsync(ActorFingerprintOptions options, bool mayMake, CancellationToken stop);

    /// <summary>Opens the store and starts the engine over it. Throws <see cref="Persistence.Store.StoreException"/>.</summary>
    Task<INodeEngine> StartEngineAsync(ActorFingerprintOptions options, ILoggerFactory logging, CancellationToken stop);
}

/// <summary>What to scan, and what for.</summary>
/// <param name="Files">Paths in reading order; <c>-</c> is standard input. With <see cref="Follow"/>, one folder.</param>
/// <param name="Options">Everything configured; the folder is that of <c>--store</c>.</param>
/// <param name="KeepsStore">False keeps everything in memory.</param>
/// <param name="Follow">Goes on as files grow or appear, until cancelled.</param>
/// <param name="Observed">Takes every observation in order, with the capture's name and the frame's number in it; null when only devices
/// are asked for.</param>
public sealed record ScanRequest(
    IReadOnlyList<string> Files, ActorFingerprintOptions Options, bool KeepsStore, bool Follow, Action<Observation, string,
        long>? Observed)
{
    /// <summary>Called while a followed source has nothing more for now, by the thread of <see cref="Observed"/>; null when nobody waits.</summary>
    public Action? Paused { get; init; }

    /// <summary>File to write the frames behind the observations to; null keeps none. Not with <see cref="Follow"/> or standard input.</summary>
    public string? WriteTo { get; init; }

    /// <summary>Takes one line when a watchlist was read again or refused while a folder is followed, or a signature database cannot be read.</summary>
    public Action<string>? Told { get; init; }

    /// <summary>What devices are identified by; loaded by the scan.</summary>
    public SignatureBases? Signatures { get; init; }
}

/// <summary>How far a scan is. <paramref name="TotalBytes"/> is 0 when the size is not known.</summary>
public readonly record struct ScanProgress(long Frames, long Bytes, long TotalBytes, long Observations);

/// <summary>What a scan found.</summary>
/// <param name="Devices">By key; empty when only observations were asked for.</param>
/// <param name="Frames">Frames read.</param>
/// <param name="Observations">Observations made of them.</param>
/// <param name="Counters">What was passed over and why: fault or link type, and how often.</param>
/// <param name="Warnings">One line each: what was odd about the captures.</param>
public sealed record ScanResult(
    IReadOnlyList<DeviceRow> Devices, long Frames, long Observations, IReadOnlyDictionary<string, long> Counters,
        IReadOnlyList<string> Warnings)
{
    /// <summary>Frames written to <see cref="ScanRequest.WriteTo"/>.</summary>
    public long Written { get; init; }
}
