using ActorFingerprint.Capture.Files;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Engine;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Projections;
using ActorFingerprint.Engine.Streams;
using ActorFingerprint.Persistence.Store;
using ActorFingerprint.Protocols.Network;
using ActorFingerprint.Protocols.Tracing;

namespace ActorFingerprint.Node.Hosting;

/// <summary>Reads captures in this process: into observations alone, into devices in memory, or into a store.</summary>
internal static class Scanner
{
    /// <summary>
    /// Shards of a scan that keeps nothing, and so is free in their number: what waits in few short mailboxes is still in the processor's cache
    /// when its turn comes, and dies young. Measured (docs/performance.md) against 64 shards, and against 4 with 4 batches each.
    /// </summary>
    private const int InMemoryShards = 2;

    /// <summary>Batches that may wait for one of them.</summary>
    private const int InMemoryMailbox = 2;

    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// Scans as asked. Throws <see cref="Engine.Capture.CaptureException"/>, <see cref="Core.Watchlists.WatchlistException"/>,
    /// <see cref="StoreException"/> and, for the file to write to, <see cref="IOException"/>.
    /// </summary>
    public static async Task<ScanResult> ScanAsync(ScanRequest request, TimeProvider time, IProgress<ScanProgress> progress, CancellationToken stop)
    {
        if (request.Observed is null && request.Options.Identification.Enabled)
        {
            request = request with { Signatures = SignatureBases.Load(request.Options) };
            if (request.Signatures.Problem is { } problem) request.Told?.Invoke(problem);
        }
        if (request.WriteTo is not { } path) return await ScanAsync(request, null, time, progress, stop);
        using var file = MatchedFrameFile.Create(path, request.Files);
        var matched = new MatchedFrames();
        var result = await ScanAsync(request, matched, time, progress, stop);
        return result with { Written = await file.WriteAsync(matched, request.Files, request.Options, time, stop) };
    }

    private static async Task<ScanResult> ScanAsync(
        ScanRequest request, MatchedFrames? matched, TimeProvider time, IProgress<ScanProgress> progress, CancellationToken stop)
    {
        var watchlists = new WatchlistFiles(request.Options.Watchlists.Files, (line, _) => request.Told?.Invoke(line));
        watchlists.Load();
        await using var source = CaptureSources.Files(request.Files, request.Follow, request.Options, time);
        var counters = new StreamCounters();
        using var timer = new PeriodicTimer(ProgressInterval, time);
        var shown = ReportAsync(source, counters, timer, progress);
        using var watchTimer = new PeriodicTimer(request.Options.Watchlists.Poll, time);
        var watched = request.Follow && !watchlists.IsEmpty ? watchlists.FollowAsync(watchTimer) : Task.CompletedTask;
        var protocols = EngineSettings.Protocols(request.Options, consent: false) with { Trace = matched is null ? null : new FrameTrace() };
        var run = new RunRequest(CaptureSources.IdentityOf(request.Files), protocols, counters)
        {
            Observed = (request.Observed is { } observe ? new ObservationLocator(source, observe).Take : null)
                + (matched is null ? default(Action<Observation>) : matched.Take),
            Watchlist = watchlists.IsEmpty ? null : () => watchlists.Current,
        };
        try
        {
            if (request.KeepsStore) return await IntoStoreAsync(source, request, run, time, stop);
            return request.Observed is not null
                ? await IntoObservationsAsync(source, request, run, time, stop)
                : await IntoMemoryAsync(source, request, run, time, stop);
        }
        finally
        {
            timer.Dispose(); // ends it without an exception, the first of which costs a scan 20 ms
            watchTimer.Dispose();
            await Task.WhenAll(shown, watched);
        }
    }

    private static async Task<ScanResult> IntoObservationsAsync(
        FileCaptureSource source, ScanRequest request, RunRequest run, TimeProvider time, CancellationToken stop)
    {
        var pipeline = new CapturePipeline(EngineSettings.Streams(request.Options), run.Protocols, EngineScheduler.Default, time, run.Counters);
        await pipeline.RunAsync(source, null, 0, new ObservedBlocks(run, request.Paused), stop);
        stop.ThrowIfCancellationRequested();
        return Result([], source, run.Counters, null);
    }

    private static async Task<ScanResult> IntoMemoryAsync(
        FileCaptureSource source, ScanRequest request, RunRequest run, TimeProvider time, CancellationToken stop)
    {
        await using var journal = new InMemoryJournal(keepEvents: false, time);
        EngineStatus status;
        await using (var engine = Engine(InMemory(request), journal, journal, DevicePseudonyms.InClear, time))
        {
            await engine.RunAsync(source, run, stop);
            status = engine.Status;
        }
        stop.ThrowIfCancellationRequested();
        return Result(RowsOf(journal, request.Options.Devices.MinPackets), source, run.Counters, status);
    }

    private static async Task<ScanResult> IntoStoreAsync(
        FileCaptureSource source, ScanRequest request, RunRequest run, TimeProvider time, CancellationToken stop)
    {
        await using var store = await Stores.OpenAsync(request.Options, isShared: false, null, time, stop);
        EngineStatus status;
        using (var reading = new CancellationTokenSource())
        {
            var projections = store.Projections.RunAsync(reading.Token);
            try
            {
                await using var engine = Engine(request, store.Journal, store.Snapshots, store.Pseudonyms, time);
                engine.Committed += store.Projections.Wake;
                await engine.RunAsync(source, run, stop);
                status = engine.Status;
            }
            finally
            {
                await reading.CancelAsync();
                await projections;
            }
        }
        stop.ThrowIfCancellationRequested();
        await store.Projections.CatchUpAsync(fromZero: false, null, stop);
        return Result(request.Observed is null ? await AllAsync(store.ReadModel, stop) : [], source, run.Counters, status);
    }

    /// <summary>The request with few shards and short mailboxes.</summary>
    private static ScanRequest InMemory(ScanRequest request) => request with
    {
        Options = request.Options with
        {
            Sharding = request.Options.Sharding with { Shards = InMemoryShards, MailboxCapacity = InMemoryMailbox },
        },
    };

    private static DeviceEngine Engine(ScanRequest request, IJournal journal, ISnapshotStore snapshots, DevicePseudonyms pseudonyms, TimeProvider time) =>
        new(journal, snapshots, pseudonyms, EngineSettings.Engine(request.Options), EngineSettings.Streams(request.Options), EngineScheduler.Default, time,
            request.Options.Node.Name, request.Signatures?.ForEngine(request.Options));

    /// <summary>Devices from the snapshots that a stopped engine leaves.</summary>
    private static List<DeviceRow> RowsOf(InMemoryJournal journal, int minPackets)
    {
        var rows = new List<DeviceRow>();
        foreach (var stored in journal.Snapshots)
            if (stored.Value is DeviceSnapshot { State.Exists: true } snapshot)
                rows.Add(DeviceRows.Of(snapshot.State, snapshot.Counters, minPackets));
        rows.Sort((a, b) => string.CompareOrdinal(a.Key, b.Key));
        return rows;
    }

    private static async Task<List<DeviceRow>> AllAsync(IDeviceReadModel devices, CancellationToken stop)
    {
        const int Page = 1000;
        var all = new List<DeviceRow>();
        while (true)
        {
            var (rows, _) = await devices.ListAsync(new DeviceQuery { Offset = all.Count, Limit = Page }, stop);
            all.AddRange(rows);
            if (rows.Count < Page) return all;
        }
    }

    private static ScanResult Result(IReadOnlyList<DeviceRow> devices, FileCaptureSource source, StreamCounters counters, EngineStatus? status) =>
        new(devices, counters.Frames, counters.Observations, Passed(counters, status), source.Warnings);

    /// <summary>Everything that needs a word: faults, limits, unread link types, refused and ephemeral observations.</summary>
    private static Dictionary<string, long> Passed(StreamCounters counters, EngineStatus? status)
    {
        var passed = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (fault, count) in counters.Faults) passed[$"malformed: {fault}"] = count;
        foreach (var (limit, count) in counters.Evictions)
            passed[limit == Protocols.StateLimit.Minute
                ? "announcement not told: too many different ones in its minute"
                : $"unfinished hello dropped: {limit} limit"] = count;
        foreach (var (type, count) in counters.WatchlistHits) passed[$"watchlist hit: {type}"] = count;
        if (counters.Walk is { } walk)
        {
            foreach (var fault in Enum.GetValues<Protocols.Malformed>())
                if (walk[fault] > 0)
                    passed[$"malformed: {fault}"] = passed.GetValueOrDefault($"malformed: {fault}") + walk[fault];
            foreach (var limit in Enum.GetValues<Protocols.StateLimit>())
                if (walk[limit] > 0)
                    passed[$"unfinished datagram dropped: {limit} limit"] = walk[limit];
            foreach (var (number, count) in walk.UnknownLinkTypes) passed[$"frame of link type {number}, which is not read"] = count;
            if (walk[PacketFate.Ieee80211Protected] > 0) passed["encrypted 802.11 frame"] = walk[PacketFate.Ieee80211Protected];
        }
        if (status is not null)
        {
            passed["observation refused: its time lies in the future"] = status.RefusedFuture;
            passed["observation of a device beyond the flood guard, not kept"] = status.EphemeralObservations;
        }
        return passed;
    }

    /// <summary>Until the timer is disposed.</summary>
    private static async Task ReportAsync(
        FileCaptureSource source, StreamCounters counters, PeriodicTimer timer, IProgress<ScanProgress> progress)
    {
        while (await timer.WaitForNextTickAsync(CancellationToken.None))
        {
            var read = source.Counters;
            progress.Report(new ScanProgress(counters.Frames, read.SourceBytes, read.TotalBytes, counters.Observations));
        }
    }

    /// <summary>Gives each observation its capture's name and the frame's number in it.</summary>
    private sealed class ObservationLocator(FileCaptureSource source, Action<Observation, string, long> observe)
    {
        public void Take(Observation observation)
        {
            var place = source.Locate(observation.Frame) ?? new FileFrame(source.Name, observation.Frame);
            observe(observation, place.Name, place.Frame);
        }
    }

    private sealed class ObservedBlocks(RunRequest run, Action? paused) : IMergedBlockConsumer
    {
        private readonly WatchlistMatcher? _watchlist = run.Watchlist is { } current ? new WatchlistMatcher(current, run.Counters) : null;

        public ValueTask TakeAsync(IReadOnlyList<Observation> observations, CancellationToken stop)
        {
            _watchlist?.Mark(observations);
            foreach (var observation in observations) run.Observed!(observation);
            return ValueTask.CompletedTask;
        }

        public ValueTask ConsumeAsync(MergedBlock block, CancellationToken stop) => TakeAsync(block.Observations, stop);

        public ValueTask FlushAsync(CancellationToken stop)
        {
            paused?.Invoke();
            return ValueTask.CompletedTask;
        }

        public ValueTask CompleteAsync(CancellationToken stop) => ValueTask.CompletedTask;
    }
}
