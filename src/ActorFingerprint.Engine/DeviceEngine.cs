using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Identity;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Engine.Actors;
using ActorFingerprint.Engine.Capture;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Runs;
using ActorFingerprint.Engine.Sharding;
using ActorFingerprint.Engine.Streams;
using ActorFingerprint.Protocols;

namespace ActorFingerprint.Engine;

/// <summary>What a run is asked for.</summary>
/// <param name="Source">Identity of the source, the same after a restart: runs of it are numbered and resumed under this name.</param>
/// <param name="Protocols">Enabled protocols and parser limits.</param>
/// <param name="Counters">Filled while the run goes on.</param>
public sealed record RunRequest(string Source, ProtocolOptions Protocols, StreamCounters Counters)
{
    /// <summary>Sees every observation in order before it is routed; null when nobody looks.</summary>
    public Action<Observation>? Observed { get; init; }
}

/// <summary>Result of a run.</summary>
/// <param name="Run">Its id.</param>
/// <param name="Resumed">It continued a run that was interrupted.</param>
/// <param name="Ended">The source was read to its end; false when stopped before.</param>
/// <param name="Frames">Frames read, those before a resume included.</param>
/// <param name="Observations">Observations made.</param>
public sealed record RunResult(string Run, bool Resumed, bool Ended, long Frames, long Observations);

/// <summary>
/// The device side of a node: runs capture sources into event-sourced device actors and answers for single devices. Owns shards and
/// commits; the journal and the sources belong to the caller.
/// </summary>
public sealed class DeviceEngine : IAsyncDisposable
{
    private readonly IJournal _journal;
    private readonly EngineOptions _options;
    private readonly StreamOptions _streams;
    private readonly EngineScheduler _scheduler;
    private readonly CommitCoordinator _commits;
    private readonly ShardRegion _region;

    /// <summary>Starts the shards; they recover when first needed.</summary>
    /// <param name="journal">Events; also the snapshots when it implements <see cref="ISnapshotStore"/>.</param>
    /// <param name="snapshots">Snapshots.</param>
    /// <param name="pseudonyms">Persistence ids of devices.</param>
    /// <param name="options">Limits and intervals of shards.</param>
    /// <param name="streams">Shape of the streams.</param>
    /// <param name="scheduler">Where everything runs.</param>
    /// <param name="time">Wall clock.</param>
    /// <param name="owner">Name of this node.</param>
    public DeviceEngine(
        IJournal journal, ISnapshotStore snapshots, DevicePseudonyms pseudonyms, EngineOptions options, StreamOptions streams,
        EngineScheduler scheduler, TimeProvider time, string owner)
    {
        (_journal, _options, _streams, _scheduler) = (journal, options, streams, scheduler);
        _commits = new CommitCoordinator(journal, scheduler, time, options.RetryInterval);
        _region = new ShardRegion(new ShardContext(options, journal, snapshots, _commits, pseudonyms, scheduler, time, owner));
    }

    /// <summary>Raised after every durable transaction; handlers must return at once.</summary>
    public event Action? Committed
    {
        add => _commits.Committed += value;
        remove => _commits.Committed -= value;
    }

    /// <summary>Why the engine cannot take work now, in one line; null when it can.</summary>
    public string? NotReadyReason => _commits.Refusal ?? _region.Refusal ?? (_region.Fault is { } fault ? $"a shard stopped: {fault.Message}" : null);

    /// <summary>Counters of this engine.</summary>
    public EngineStatus Status => new(_region.ActiveDevices, _region.EphemeralDevices, _region.EphemeralObservations, _region.RefusedFuture);

    /// <summary>
    /// Reads a source into the device actors. An interrupted run of the same source continues where its log allows; otherwise a new
    /// run starts. Returns when the source ends, or when <paramref name="stop"/> asks: then all that was read is committed first.
    /// </summary>
    /// <exception cref="CaptureException">The source cannot be read.</exception>
    public async Task<RunResult> RunAsync(ICaptureSource source, RunRequest request, CancellationToken stop) =>
        await _scheduler.Start(() => RunCoreAsync(source, request, stop));

    /// <summary>Asks one device; the answer comes when it is durable.</summary>
    public Task<DeviceReply> AskAsync(DeviceKey device, DeviceCommand command, CancellationToken stop) => _region.AskAsync(device, command, stop);

    /// <summary>
    /// Erases a device: every stored payload of it is overwritten, in the journal, in snapshots, and where other devices name it. The read
    /// side follows the journal. Not found when the device is unknown.
    /// </summary>
    public Task<DeviceReply> EraseAsync(DeviceKey device, long atTicks, CancellationToken stop) => _region.EraseAsync(device, atTicks, stop);

    /// <summary>Reads one device through its actor, or null when it is unknown.</summary>
    public Task<DeviceView?> GetAsync(DeviceKey device, CancellationToken stop) => _region.GetAsync(device, stop);

    /// <summary>Passivates devices idle for longer than the configured time; the node calls it every now and then.</summary>
    public Task PassivateIdleAsync(CancellationToken stop) => _region.PassivateAsync(_options.PassivateAfter, stop);

    /// <summary>Applies what waits, snapshots every device, and stops. Runs must have ended or been stopped before.</summary>
    public async ValueTask DisposeAsync()
    {
        await _region.DisposeAsync();
        await _commits.DisposeAsync();
    }

    private async Task<RunResult> RunCoreAsync(ICaptureSource source, RunRequest request, CancellationToken stop)
    {
        var log = await RunLog.OpenAsync(request.Source, _journal, _commits, stop);
        var resumed = log.History.Open is not null && source.CanResume;
        if (!resumed) await StartAsync(log, request.Source);
        var run = log.History.Open!.Run;
        var progress = resumed ? log.History.Progress : null;

        var recorder = new RunRecorder(log, run, progress, source.CanResume && _journal.KeepsEvents ? _options.CheckpointFrames : 0);
        var routers = progress is null ? new RouterRule(_options.Site) : new RouterRule(_options.Site, progress.RouterState);
        var applied = await _region.WatermarksAsync(run, stop);
        var dispatcher = new ShardDispatcher(_region, recorder, routers, applied, _options, flushEachBlock: !source.IsLossless)
        {
            Observed = request.Observed,
        };
        var pipeline = new CapturePipeline(_streams, request.Protocols, _scheduler, request.Counters);
        await pipeline.RunAsync(source, progress?.Resume, progress?.AtTicks ?? 0, dispatcher, stop);

        var ended = !stop.IsCancellationRequested || !source.CanResume;
        if (ended) await recorder.EndAsync();
        else await recorder.PauseAsync();
        return new RunResult(run, resumed, ended, recorder.Frames, recorder.Observations);
    }

    /// <summary>Starts a new run; one that was left open and cannot be resumed is ended first.</summary>
    private async Task StartAsync(RunLog log, string source)
    {
        if (log.History is { Open: { } left, Progress: var at })
            await log.AppendAsync(new RunEvent.Ended(left.Run, at?.AtTicks ?? 0, at?.Frames ?? 0, at?.Observations ?? 0));
        await log.AppendAsync(new RunEvent.Started($"{source}#{log.History.Started + 1}", 0, source, _options.MinPackets));
    }
}

/// <summary>Counters of an engine since it started.</summary>
/// <param name="ActiveDevices">Devices in memory.</param>
/// <param name="EphemeralDevices">Devices in the ephemeral buckets.</param>
/// <param name="EphemeralObservations">Observations sent there.</param>
/// <param name="RefusedFuture">Observations refused because their time lies in the future (INV-5).</param>
public sealed record EngineStatus(int ActiveDevices, int EphemeralDevices, long EphemeralObservations, long RefusedFuture);
