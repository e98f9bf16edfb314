using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Identity;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Core.Watchlists;
using ActorFingerprint.Engine.Actors;
using ActorFingerprint.Engine.Capture;
using ActorFingerprint.Engine.Diagnostics;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Runs;
using ActorFingerprint.Engine.Sharding;
using ActorFingerprint.Engine.Streams;
using ActorFingerprint.Protocols;

namespace ActorFingerprint.Engine;

/// <summary>What a run is asked for.</summary>
/// <param name="Source">Identity of the source, the same after a restart: runs of it are numbered and resumed under this name.</param>
/// <param name="Protocols">Enabled protocols and parser limits, for frames; a source of observations has done its own reading.</param>
/// <param name="Counters">Filled while the run goes on.</param>
public sealed record RunRequest(string Source, ProtocolOptions Protocols, StreamCounters Counters)
{
    /// <summary>Sees every observation in order before it is routed; null when nobody looks.</summary>
    public Action<Observation>? Observed { get; init; }

    /// <summary>The watchlist in force, asked for each handful of observations; null when there is none.</summary>
    public Func<Watchlist>? Watchlist { get; init; }
}

/// <summary>Result of a run.</summary>
/// <param name="Run">Its id.</param>
/// <param name="Resumed">It continued a run that was interrupted.</param>
/// <param name="Ended">The source was read to its end; false when stopped before.</param>
/// <param name="Frames">Frames read, those before a resume included.</param>
/// <param name="Observations">Observations made.</param>
public sealed record RunResult(string Run, bool Resumed, bool Ended, long Frames, long Observations);

/// <summary>What the engine of a cluster's node has besides; several nodes share its journal, and own some of the shards each.</summary>
/// <param name="Transport">The way of batches to the shards of all nodes; null for a node that reads no sources.</param>
/// <param name="RunJournal">Where the runs of this node keep their log: a journal of its own.</param>
/// <param name="Asks">Asks of shards that other nodes own.</param>
public sealed record EngineSharing(IShardTransport? Transport, IJournal RunJournal, IShardAsks Asks);

/// <summary>
/// The device side of a node: runs capture sources into event-sourced device actors and answers for single devices. Owns shards and
/// commits; the journal and the sources belong to the caller.
/// </summary>
public sealed class DeviceEngine : IAsyncDisposable
{
    private readonly EngineOptions _options;
    private readonly CommitCoordinator _commits;
    private readonly CommitCoordinator? _runCommits;
    private readonly ShardRegion _region;
    private readonly DeviceAsks _asks;
    private readonly CaptureRuns? _runs;

    /// <summary>Starts the shards; they recover when first needed.</summary>
    /// <param name="journal">Events; also the snapshots when it implements <see cref="ISnapshotStore"/>.</param>
    /// <param name="snapshots">Snapshots.</param>
    /// <param name="pseudonyms">Persistence ids of devices.</param>
    /// <param name="options">Limits and intervals of shards.</param>
    /// <param name="streams">Shape of the streams.</param>
    /// <param name="scheduler">Where everything runs.</param>
    /// <param name="time">Wall clock.</param>
    /// <param name="owner">Name of this node.</param>
    /// <param name="identification">Who says what devices are; null when nobody does.</param>
    /// <param name="sharing">What a node of a cluster has besides; null for a node that is alone and owns every shard.</param>
    public DeviceEngine(
        IJournal journal, ISnapshotStore snapshots, DevicePseudonyms pseudonyms, EngineOptions options, StreamOptions streams,
        EngineScheduler scheduler, TimeProvider time, string owner, DeviceIdentification? identification = null, EngineSharing? sharing = null)
    {
        _options = options;
        Metrics = new EngineMetrics(() => Status);
        _commits = new CommitCoordinator(journal, scheduler, time, options.RetryInterval, Metrics.Appended);
        _region = new ShardRegion(new ShardContext(options, journal, snapshots, _commits, pseudonyms, scheduler, time, identification, owner)
        {
            IsShared = sharing is not null,
        });
        _asks = new DeviceAsks(_region, sharing?.Asks);
        if (sharing is null) _runs = new CaptureRuns(journal, _commits, _region, options, streams, scheduler, time, Metrics);
        else if (sharing.Transport is not null)
        {
            _runCommits = new CommitCoordinator(sharing.RunJournal, scheduler, time, options.RetryInterval);
            _runs = new CaptureRuns(sharing.RunJournal, _runCommits, sharing.Transport, options, streams, scheduler, time, Metrics);
        }
    }

    /// <summary>Raised after every durable transaction; handlers must return at once.</summary>
    public event Action? Committed
    {
        add => _commits.Committed += value;
        remove => _commits.Committed -= value;
    }

    /// <summary>Why the engine cannot take work now, in one line; null when it can.</summary>
    public string? NotReadyReason => _commits.Refusal ?? _runCommits?.Refusal ?? _region.Refusal ?? (_region.Fault is { } fault ? $"a shard stopped: {fault.Message}" : null);

    /// <summary>Instruments of this engine; gone with it.</summary>
    public EngineMetrics Metrics { get; }

    /// <summary>The shards that this node hosts.</summary>
    public IShardHost Shards => _region;

    /// <summary>Answers what other nodes ask of the devices here.</summary>
    public IShardAskHandler Answers => _asks;

    /// <summary>Counters of this engine.</summary>
    public EngineStatus Status => new(_region.ActiveDevices, _region.EphemeralDevices, _region.EphemeralObservations, _region.RefusedFuture);

    /// <summary>
    /// Reads a source into the device actors. An interrupted run of the same source continues where its log allows; otherwise a new
    /// run starts. Returns when the source ends, or when <paramref name="stop"/> asks: then all that was read is committed first.
    /// </summary>
    /// <exception cref="CaptureException">The source cannot be read.</exception>
    public Task<RunResult> RunAsync(ICaptureSource source, RunRequest request, CancellationToken stop) => Runs.RunAsync(source, request, stop);

    /// <summary>Takes a source of observations into the device actors, by the same rules.</summary>
    /// <exception cref="CaptureException">The source cannot be read.</exception>
    public Task<RunResult> RunAsync(IObservationSource source, RunRequest request, CancellationToken stop) => Runs.RunAsync(source, request, stop);

    /// <summary>Asks one device; the answer comes when it is durable.</summary>
    public Task<DeviceReply> AskAsync(DeviceKey device, DeviceCommand command, CancellationToken stop) => _asks.AskAsync(device, command, stop);

    /// <summary>
    /// Erases a device: every stored payload of it is overwritten, in the journal, in snapshots, and where other devices name it. The read
    /// side follows the journal. Running sources forget it, too; observations that no shard has taken yet make it a new device. Not found when the
    /// device is unknown. Once its shard has been asked, <paramref name="stop"/> no longer ends it: what follows from an erasure belongs to it.
    /// </summary>
    public async Task<DeviceReply> EraseAsync(DeviceKey device, long atTicks, CancellationToken stop)
    {
        await ForgetAsync(device);
        return await _asks.EraseAsync(device, atTicks, stop);
    }

    /// <summary>
    /// Forgets what the sources of this node, and what waits to be sent, remember of a device that is erased on another node.
    /// </summary>
    public Task ForgetAsync(DeviceKey device) => _runs?.ForgetAsync(device) ?? Task.CompletedTask;

    /// <summary>Reads one device through its actor, or null when it is unknown.</summary>
    public Task<DeviceView?> GetAsync(DeviceKey device, CancellationToken stop) => _asks.GetAsync(device, stop);

    /// <summary>
    /// Puts a batch into the mailbox of the shard that it is for, waiting while that is full. <paramref name="applied"/> completes once its effect
    /// is durable, also when it was applied before; it fails with <see cref="BatchGapException"/> when another batch of the run has to come
    /// first, and with <see cref="ShardMovedException"/> when the shard moved on before anything was promised.
    /// </summary>
    /// <exception cref="ShardMovedException">The shard is not hosted here.</exception>
    public ValueTask ReceiveAsync(ShardBatch batch, TaskCompletionSource applied, CancellationToken stop) => _region.SendAsync(batch, applied, stop);

    /// <summary>How far a shard that is hosted here has applied a run.</summary>
    /// <exception cref="ShardMovedException">It is not hosted here.</exception>
    public Task<Watermark> WatermarkAsync(int shard, string run, CancellationToken stop) => _region.WatermarkAsync(shard, run, stop);

    /// <summary>Passivates devices idle for longer than the configured time; the node calls it every now and then.</summary>
    public Task PassivateIdleAsync(CancellationToken stop) => _region.PassivateAsync(_options.PassivateAfter, stop);

    /// <summary>Passivates devices without a message for <paramref name="idle"/>, zero for all; how many, once their snapshots are durable.</summary>
    public Task<int> PassivateAsync(TimeSpan idle, CancellationToken stop) => _region.PassivateNowAsync(idle, stop);

    /// <summary>Passivates one device; false when it is not in memory.</summary>
    public Task<bool> PassivateAsync(DeviceKey device, CancellationToken stop) => _region.PassivateNowAsync(device, stop);

    /// <summary>Snapshots what changed since it was snapshotted last; how many snapshots, once they are durable.</summary>
    public Task<int> SnapshotAsync(CancellationToken stop) => _region.SnapshotNowAsync(stop);

    private CaptureRuns Runs =>
        _runs ?? throw new CaptureException("CAPTURE_UNAVAILABLE", "this node reads no sources: add sensor to cluster.roles, or name them to a node that has it");

    /// <summary>
    /// Applies what waits, snapshots every device, and stops; while storage refuses, without. Runs must have ended or been stopped before.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        _commits.GiveUp();
        await _asks.FinishAsync();
        await _region.DisposeAsync();
        await _commits.DisposeAsync();
        if (_runCommits is not null) await _runCommits.DisposeAsync();
        Metrics.Dispose();
    }
}

/// <summary>Counters of an engine since it started.</summary>
/// <param name="ActiveDevices">Devices in memory.</param>
/// <param name="EphemeralDevices">Devices in the ephemeral buckets.</param>
/// <param name="EphemeralObservations">Observations sent there.</param>
/// <param name="RefusedFuture">Observations refused because their time lies in the future (INV-5).</param>
public sealed record EngineStatus(int ActiveDevices, int EphemeralDevices, long EphemeralObservations, long RefusedFuture);
