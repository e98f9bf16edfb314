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
    private readonly TimeProvider _time;
    private readonly CommitCoordinator _commits;
    private readonly ShardRegion _region;
    private readonly List<ShardDispatcher> _runs = [];
    private readonly Lock _gate = new();

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
    public DeviceEngine(
        IJournal journal, ISnapshotStore snapshots, DevicePseudonyms pseudonyms, EngineOptions options, StreamOptions streams,
        EngineScheduler scheduler, TimeProvider time, string owner, DeviceIdentification? identification = null)
    {
        (_journal, _options, _streams, _scheduler, _time) = (journal, options, streams, scheduler, time);
        Metrics = new EngineMetrics(() => Status);
        _commits = new CommitCoordinator(journal, scheduler, time, options.RetryInterval, Metrics.Appended);
        _region = new ShardRegion(new ShardContext(options, journal, snapshots, _commits, pseudonyms, scheduler, time, identification, owner));
    }

    /// <summary>Raised after every durable transaction; handlers must return at once.</summary>
    public event Action? Committed
    {
        add => _commits.Committed += value;
        remove => _commits.Committed -= value;
    }

    /// <summary>Why the engine cannot take work now, in one line; null when it can.</summary>
    public string? NotReadyReason => _commits.Refusal ?? _region.Refusal ?? (_region.Fault is { } fault ? $"a shard stopped: {fault.Message}" : null);

    /// <summary>Instruments of this engine; gone with it.</summary>
    public EngineMetrics Metrics { get; }

    /// <summary>Counters of this engine.</summary>
    public EngineStatus Status => new(_region.ActiveDevices, _region.EphemeralDevices, _region.EphemeralObservations, _region.RefusedFuture);

    /// <summary>
    /// Reads a source into the device actors. An interrupted run of the same source continues where its log allows; otherwise a new
    /// run starts. Returns when the source ends, or when <paramref name="stop"/> asks: then all that was read is committed first.
    /// </summary>
    /// <exception cref="CaptureException">The source cannot be read.</exception>
    public Task<RunResult> RunAsync(ICaptureSource source, RunRequest request, CancellationToken stop)
    {
        var pipeline = new CapturePipeline(_streams, request.Protocols, _scheduler, _time, request.Counters);
        return _scheduler.Start(async () =>
        {
            using var counted = Metrics.Follow(source, request.Counters);
            return await RunCoreAsync(
                request, source.CanResume, isLive: !source.IsLossless,
                (from, streamTicks, dispatcher) => pipeline.RunAsync(source, from, streamTicks, dispatcher, stop), stop);
        });
    }

    /// <summary>Takes a source of observations into the device actors, by the same rules.</summary>
    /// <exception cref="CaptureException">The source cannot be read.</exception>
    public Task<RunResult> RunAsync(IObservationSource source, RunRequest request, CancellationToken stop)
    {
        var feed = new ObservationFeed(_options.BatchSize, _time, request.Counters);
        return _scheduler.Start(() => RunCoreAsync(
            request, source.CanResume, isLive: !source.CanResume,
            (from, streamTicks, dispatcher) => feed.RunAsync(source, from, streamTicks, dispatcher, stop), stop));
    }

    /// <summary>Asks one device; the answer comes when it is durable.</summary>
    public Task<DeviceReply> AskAsync(DeviceKey device, DeviceCommand command, CancellationToken stop) => _region.AskAsync(device, command, stop);

    /// <summary>
    /// Erases a device: every stored payload of it is overwritten, in the journal, in snapshots, and where other devices name it. The read
    /// side follows the journal. Running sources forget it, too; observations that no shard has taken yet make it a new device. Not found when the
    /// device is unknown.
    /// </summary>
    public async Task<DeviceReply> EraseAsync(DeviceKey device, long atTicks, CancellationToken stop)
    {
        ShardDispatcher[] runs;
        lock (_gate) runs = [.. _runs];
        foreach (var run in runs) await run.ForgetAsync(device);
        return await _region.EraseAsync(device, atTicks, stop);
    }

    /// <summary>Reads one device through its actor, or null when it is unknown.</summary>
    public Task<DeviceView?> GetAsync(DeviceKey device, CancellationToken stop) => _region.GetAsync(device, stop);

    /// <summary>Passivates devices idle for longer than the configured time; the node calls it every now and then.</summary>
    public Task PassivateIdleAsync(CancellationToken stop) => _region.PassivateAsync(_options.PassivateAfter, stop);

    /// <summary>The shards of this node.</summary>
    public IReadOnlyList<ShardStatus> ShardStatuses => _region.Statuses;

    /// <summary>Passivates devices without a message for <paramref name="idle"/>, zero for all; how many, once their snapshots are durable.</summary>
    public Task<int> PassivateAsync(TimeSpan idle, CancellationToken stop) => _region.PassivateNowAsync(idle, stop);

    /// <summary>Passivates one device; false when it is not in memory.</summary>
    public Task<bool> PassivateAsync(DeviceKey device, CancellationToken stop) => _region.PassivateNowAsync(device, stop);

    /// <summary>Snapshots what changed since it was snapshotted last; how many snapshots, once they are durable.</summary>
    public Task<int> SnapshotAsync(CancellationToken stop) => _region.SnapshotNowAsync(stop);

    /// <summary>Applies what waits, snapshots every device, and stops. Runs must have ended or been stopped before.</summary>
    public async ValueTask DisposeAsync()
    {
        await _region.DisposeAsync();
        await _commits.DisposeAsync();
        Metrics.Dispose();
    }

    private async Task<RunResult> RunCoreAsync(
        RunRequest request, bool canResume, bool isLive, Func<SourcePosition?, long, ShardDispatcher, Task> read, CancellationToken stop)
    {
        var log = await RunLog.OpenAsync(request.Source, _journal, _commits, stop);
        var resumed = log.History.Open is not null && canResume;
        if (!resumed) await StartAsync(log, request.Source);
        var run = log.History.Open!.Run;
        var progress = resumed ? log.History.Progress : null;

        var memory = new Lock();
        var recorder = new RunRecorder(log, run, progress, canResume && _journal.KeepsEvents ? _options.CheckpointFrames : 0, memory);
        var routers = progress is null ? new RouterRule(_options.Site) : new RouterRule(_options.Site, progress.RouterState);
        var applied = await _region.WatermarksAsync(run, stop);
        var dispatcher = new ShardDispatcher(_region, recorder, routers, memory, applied, _options, reportsHours: isLive)
        {
            Observed = request.Observed,
            Watchlist = request.Watchlist is { } current ? new WatchlistMatcher(current, request.Counters) : null,
        };
        lock (_gate) _runs.Add(dispatcher);
        try
        {
            await read(progress?.Resume, progress?.AtTicks ?? 0, dispatcher);
        }
        finally
        {
            lock (_gate) _runs.Remove(dispatcher);
        }

        var ended = !stop.IsCancellationRequested || !canResume;
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
