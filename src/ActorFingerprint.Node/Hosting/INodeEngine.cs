using ActorFingerprint.Core.Devices;
using ActorFingerprint.Engine.Capture;
using ActorFingerprint.Engine.Diagnostics;
using ActorFingerprint.Engine.Membership;
using ActorFingerprint.Engine.Projections;
using ActorFingerprint.Node.Fingerbank;

namespace ActorFingerprint.Node.Hosting;

/// <summary>The running engine as the interfaces see it: journal, shards, projections and streams over one store.</summary>
public interface INodeEngine : IAsyncDisposable
{
    /// <summary>The read side.</summary>
    IDeviceReadModel Devices { get; }

    /// <summary>What devices journalled, for event streams.</summary>
    IDeviceNotices Notices { get; }

    /// <summary>What devices are identified by; null when the engine has none.</summary>
    SignatureBases? Signatures => null;

    /// <summary>Lookups of single values; null when the engine has none.</summary>
    DeviceLookup? Lookup => null;

    /// <summary>Rates and times of identification; null when the engine has none.</summary>
    IdentificationMetrics? IdentificationMetrics => null;

    /// <summary>The limiter; null when it is off.</summary>
    LimiterService? Limiter => null;

    /// <summary>The Fingerbank API; null when it is off.</summary>
    FingerbankService? Fingerbank => null;

    /// <summary>Work on shards and store that somebody asks for; null when the engine has none.</summary>
    INodeMaintenance? Maintenance => null;

    /// <summary>The cluster that the engine is a part of; null when the node runs alone.</summary>
    IClusterView? Cluster => null;

    /// <summary>Changes that cluster; null when the node runs alone.</summary>
    IClusterControl? ClusterControl => null;

    /// <summary>Completes with the reason when the cluster wants this node to stop in order; null when the node runs alone.</summary>
    Task<string>? LeaveAsked => null;

    /// <summary>Why new observations cannot be committed now (<c>recovering</c>, disk full, …); null when all is well.</summary>
    string? NotReadyReason { get; }

    /// <summary>What an operator should know although the node is ready: what it reads waits on its disk, and why; null when nothing waits.</summary>
    string? Delay => null;

    /// <summary>The pseudonym that stands for a device in the journal and the audit log.</summary>
    string PersistenceIdOf(DeviceKey device);

    /// <summary>
    /// Has a device actor decide; answers once durable. Throws <see cref="Engine.Journal.JournalUnavailableException"/>
    /// while storage refuses.
    /// </summary>
    Task<IReadOnlyList<DeviceEvent>> AskAsync(DeviceKey device, DeviceCommand command, CancellationToken stop);

    /// <summary>
    /// Erases a device: the event, then every stored payload, snapshot, projection row and cache. Done when no file of the store holds it.
    /// False when nothing of it is stored.
    /// </summary>
    Task<bool> ForgetAsync(DeviceKey device, CancellationToken stop);

    /// <summary>Opens a source by the rules of the configuration. Throws <see cref="CaptureException"/>.</summary>
    ICaptureSource Open(CaptureTarget target);

    /// <summary>What an opened source read and lost, and what of it was left out.</summary>
    CaptureCounters CountersOf(ICaptureSource source) => source.Counters;

    /// <summary>
    /// Reads a source to its end or until <paramref name="stop"/>, and commits what was read. <paramref name="started"/> is called when
    /// frames can arrive. Throws <see cref="CaptureException"/> when the source cannot be opened or read.
    /// </summary>
    Task RunAsync(ICaptureSource source, Action started, CancellationToken stop);

    /// <summary>
    /// Takes a source of observations in, to its end or until <paramref name="stop"/>, and commits what was read. Throws
    /// <see cref="CaptureException"/> when the source cannot be read.
    /// </summary>
    Task RunAsync(IObservationSource source, CancellationToken stop);

    /// <summary>Commits what the shards hold, snapshots their actors and stops them. No source may be running.</summary>
    Task StopShardsAsync(CancellationToken stop);
}

/// <summary>What to capture from: a live interface, or a file, folder or <c>-</c>.</summary>
/// <param name="Name">Stable name: <c>live:eth0</c>, or the path of the file or folder.</param>
/// <param name="IsLive">True for an interface.</param>
/// <param name="Target">Interface name or path.</param>
/// <param name="Consent">Named on the command line: every protocol may be read from it (design §9).</param>
public sealed record CaptureTarget(string Name, bool IsLive, string Target, bool Consent)
{
    /// <summary>A live interface.</summary>
    public static CaptureTarget Live(string name) => new("live:" + name, true, name, false);

    /// <summary>A file, a folder, or <c>-</c> for standard input.</summary>
    public static CaptureTarget File(string path, bool consent) => new(path, false, path, consent);
}
