using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Identity;
using ActorFingerprint.Engine.Capture;
using ActorFingerprint.Engine.Diagnostics;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Sharding;
using ActorFingerprint.Engine.Streams;

namespace ActorFingerprint.Engine.Runs;

/// <summary>
/// The capture side of a node: reads sources, keeps the log of their runs, and sends what they tell to the shards, wherever these are. Owns
/// nothing that it is given.
/// </summary>
/// <param name="journal">Where runs keep their log.</param>
/// <param name="commits">How it is written.</param>
/// <param name="transport">The way to the shards.</param>
/// <param name="options">Batches, checkpoints, site; the number of shards.</param>
/// <param name="streams">Shape of the streams.</param>
/// <param name="scheduler">Where everything runs.</param>
/// <param name="time">Wall clock.</param>
/// <param name="metrics">Counts what runs read.</param>
public sealed class CaptureRuns(
    IJournal journal, CommitCoordinator commits, IShardTransport transport, EngineOptions options, StreamOptions streams,
    EngineScheduler scheduler, TimeProvider time, EngineMetrics metrics)
{
    private readonly List<ShardDispatcher> _runs = [];
    private readonly Lock _gate = new();

    /// <summary>
    /// Reads a source to its end. An interrupted run of the same source continues where its log allows; otherwise a new
    /// run starts. Returns when the source ends, or when <paramref name="stop"/> asks: then all that was read is safe first.
    /// </summary>
    /// <exception cref="CaptureException">The source cannot be read.</exception>
    public Task<RunResult> RunAsync(ICaptureSource source, RunRequest request, CancellationToken stop)
    {
        var pipeline = new CapturePipeline(streams, request.Protocols, scheduler, time, request.Counters);
        return scheduler.Start(async () =>
        {
            using var counted = metrics.Follow(source, request.Counters);
            return await RunCoreAsync(
                request, source, source.CanResume, isLive: !source.IsLossless,
                (from, streamTicks, dispatcher) => pipeline.RunAsync(source, from, streamTicks, dispatcher, stop), stop);
        });
    }

    /// <summary>Takes a source of observations, by the same rules.</summary>
    /// <exception cref="CaptureException">The source cannot be read.</exception>
    public Task<RunResult> RunAsync(IObservationSource source, RunRequest request, CancellationToken stop)
    {
        var feed = new ObservationFeed(options.BatchSize, time, request.Counters);
        return scheduler.Start(() => RunCoreAsync(
            request, null, source.CanResume, isLive: !source.CanResume,
            (from, streamTicks, dispatcher) => feed.RunAsync(source, from, streamTicks, dispatcher, stop), stop));
    }

    /// <summary>
    /// Forgets what running sources and the way to the shards remember of a device, before an erasure looks into the journal.
    /// Observations that no shard has taken yet make it known again.
    /// </summary>
    public async Task ForgetAsync(DeviceKey device)
    {
        ShardDispatcher[] runs;
        lock (_gate) runs = [.. _runs];
        foreach (var run in runs) await run.ForgetAsync(device);
        if (transport.WantsReports) await ForgetInLogsAsync(device); // else their log is in the journal that the erasure goes through
        await transport.ForgetAsync(device);
    }

    /// <summary>Overwrites what checkpoints remember of the device, those of runs that ended included.</summary>
    private async Task ForgetInLogsAsync(DeviceKey device)
    {
        const int Page = 1000;
        var rewrites = new List<Rewrite>();
        for (var after = 0L; await journal.ReadAsync(after, Page, CancellationToken.None) is { Count: > 0 } page; after = page[^1].Ordering)
            foreach (var stored in page)
                if (ErasurePlan.ForMention(stored, device) is { } rewrite)
                    rewrites.Add(rewrite);
        if (rewrites.Count > 0) await commits.PersistAsync(() => journal.RewriteAsync(rewrites, [], null, CancellationToken.None));
    }

    private async Task<RunResult> RunCoreAsync(
        RunRequest request, ICaptureSource? frames, bool canResume, bool isLive, Func<SourcePosition?, long, ShardDispatcher, Task> read, CancellationToken stop)
    {
        var log = await RunLog.OpenAsync(request.Source, journal, commits, stop);
        var applied = canResume && log.History.Open is { } open ? await transport.WatermarksAsync(open.Run, stop) : null;
        var resumed = applied is not null && MayResume(applied)
            && frames?.Holds(log.History.Progress?.Resume, log.History.Open!.Beginning) != false;
        if (!resumed)
        {
            await StartAsync(log, request.Source, frames?.Beginning);
            applied = await transport.WatermarksAsync(log.History.Open!.Run, stop);
        }
        var run = log.History.Open!.Run;
        var progress = resumed ? log.History.Progress : null;

        var memory = new Lock();
        var recorder = new RunRecorder(log, run, progress, canResume && journal.KeepsEvents ? options.CheckpointFrames : 0, memory);
        var routers = progress is null ? new RouterRule(options.Site) : new RouterRule(options.Site, progress.RouterState);
        var dispatcher = new ShardDispatcher(transport, recorder, routers, memory, applied!, options, request.Source, reportsHours: isLive)
        {
            Observed = request.Observed,
            Watchlist = request.Watchlist is { } current ? new WatchlistMatcher(current, request.Counters) : null,
        };
        lock (_gate) _runs.Add(dispatcher);
        try
        {
            if (!resumed) await dispatcher.ReportAsync(log.History.Open, stop);
            await read(progress?.Resume, progress?.AtTicks ?? 0, dispatcher);
        }
        finally
        {
            lock (_gate) _runs.Remove(dispatcher);
        }

        var ended = !stop.IsCancellationRequested || !canResume;
        if (ended)
        {
            await dispatcher.ReportAsync(recorder.End, CancellationToken.None);
            await dispatcher.CompleteAsync(CancellationToken.None);
            await recorder.EndAsync();
            transport.Ended(run);
        }
        else await recorder.PauseAsync();
        return new RunResult(run, resumed, ended, recorder.Frames, recorder.Observations);
    }

    /// <summary>
    /// Batches are numbered on from the watermarks. Where runs are reported to the shards, a run without any has lost what it had sent, and its
    /// numbers would be used twice.
    /// </summary>
    private bool MayResume(Watermark[] applied) => !transport.WantsReports || Array.Exists(applied, mark => mark.Batch > 0);

    /// <summary>Starts a new run; one that was left open and cannot be resumed is ended first.</summary>
    private async Task StartAsync(RunLog log, string source, string? beginning)
    {
        if (log.History is { Open: { } left, Progress: var at })
            await log.AppendAsync(new RunEvent.Ended(left.Run, at?.AtTicks ?? 0, at?.Frames ?? 0, at?.Observations ?? 0));
        await log.AppendAsync(new RunEvent.Started($"{source}#{log.History.Started + 1}", 0, source, options.MinPackets, beginning));
    }
}
