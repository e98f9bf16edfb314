using System.Runtime.CompilerServices;
using ActorFingerprint.Capture.Live;
using ActorFingerprint.Cluster.Membership;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Engine;
using ActorFingerprint.Engine.Capture;
using ActorFingerprint.Engine.Diagnostics;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Membership;
using ActorFingerprint.Engine.Projections;
using ActorFingerprint.Engine.Streams;
using ActorFingerprint.Node.Configuration;
using ActorFingerprint.Node.Fingerbank;
using ActorFingerprint.Persistence.Store;
using Microsoft.Extensions.Logging;

namespace ActorFingerprint.Node.Hosting;

/// <summary>The engine over a store, with its read side and its housekeeping: passivation, retention, drop alerts.</summary>
internal sealed class StoreEngine : INodeEngine
{
    private static readonly TimeSpan DropCheckInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LimiterSweepInterval = TimeSpan.FromHours(1);

    private readonly IEventStore _store;
    private readonly ClusterSeat? _seat;
    private readonly IEventStore? _runs;
    private readonly DeviceEngine _engine;
    private readonly ActorFingerprintOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly JournalNotices _notices;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConditionalWeakTable<ICaptureSource, OpenedSource> _opened = [];
    private readonly WatchlistFiles _watchlists;
    private readonly PeriodicTimer _watchTimer;
    private readonly Task _watching;
    private readonly Task _projections;
    private readonly Task _housekeeping;
    private bool _shardsStopped;

    private StoreEngine(
        NodeStores stores, LimiterService? limiter, WatchlistFiles watchlists, SignatureBases signatures, ActorFingerprintOptions options, TimeProvider time,
        ILogger log, long lastOrdering)
    {
        var store = stores.Store;
        (_seat, _runs) = (stores.Seat, stores.Runs);
        (Limiter, _watchlists, Signatures) = (limiter, watchlists, signatures);
        IdentificationMetrics = new IdentificationMetrics(signatures.LoadTime);
        (_store, _options, _time, _log) = (store, options, time, log);
        _notices = new JournalNotices(store.Journal, lastOrdering, store.HighestOrderingAsync);
        _engine = new DeviceEngine(
            store.Journal, store.Snapshots, store.Pseudonyms, EngineSettings.Engine(options), EngineSettings.Streams(options),
            EngineScheduler.Default, time, options.Node.Name, signatures.ForEngine(options, IdentificationMetrics), stores.Sharing);
        Maintenance = new StoreMaintenance(store, _engine, limiter?.Region, options.Devices.MinPackets);
        _engine.Committed += store.Projections.Wake;
        _engine.Committed += _notices.Wake;
        if (store.Signals is { } signals) signals.AppendedElsewhere += _notices.Wake;
        _projections = stores.IsShared ? Task.CompletedTask : store.Projections.RunAsync(_stop.Token);
        if (_seat is not null)
        {
            var view = new SeatView(_seat, options.Sharding.Shards, limiter is null ? 0 : options.Limiter.Shards);
            (Cluster, ClusterControl) = (view, view);
        }
        _housekeeping = Chores().RunAsync(_stop.Token);
        _watchTimer = new PeriodicTimer(options.Watchlists.Poll, time);
        _watching = watchlists.IsEmpty ? Task.CompletedTask : watchlists.FollowAsync(_watchTimer);
    }

    /// <inheritdoc />
    public IDeviceReadModel Devices => _store.ReadModel;

    /// <inheritdoc />
    public IDeviceNotices Notices => _notices;

    /// <inheritdoc />
    public SignatureBases Signatures { get; }

    /// <inheritdoc />
    public IdentificationMetrics IdentificationMetrics { get; }

    /// <inheritdoc />
    public LimiterService? Limiter { get; }

    /// <inheritdoc />
    public INodeMaintenance Maintenance { get; }

    /// <inheritdoc />
    public IClusterView? Cluster { get; }

    /// <inheritdoc />
    public IClusterControl? ClusterControl { get; }

    /// <inheritdoc />
    public Task<string>? LeaveAsked => _seat?.LeaveAsked;

    /// <inheritdoc />
    public FingerbankService? Fingerbank { get; private set; }

    /// <inheritdoc />
    public DeviceLookup? Lookup { get; private set; }

    /// <inheritdoc />
    public string? NotReadyReason => _seat?.Problem ?? _engine.NotReadyReason ?? (_store.Projections.State.Fault is { } fault ? $"the read side stands still: {fault}" : null);

    /// <inheritdoc />
    public string? Delay => _seat?.Delay;

    /// <summary>
    /// Reads the watchlists, opens the store and starts the engine. Throws <see cref="Core.Watchlists.WatchlistException"/> and
    /// <see cref="StoreException"/>.
    /// </summary>
    public static async Task<StoreEngine> StartAsync(ActorFingerprintOptions options, TimeProvider time, ILogger log, CancellationToken stop)
    {
        var watchlists = new WatchlistFiles(options.Watchlists.Files, (line, isRefused) =>
        {
            if (isRefused) NodeLog.WatchlistsRefused(log, line);
            else NodeLog.WatchlistsRead(log, line);
        });
        watchlists.Load();
        var signatures = SignatureBases.Load(options);
        if (signatures.Problem is { } problem) NodeLog.SignaturesMissing(log, problem);
        StoreEngine engine;
        var stores = await NodeStores.OpenAsync(options, log, time, stop);
        try
        {
            var store = stores.Store;
            var lastOrdering = await store.HighestOrderingAsync(stop);
            var limiter = stores.IsSensorAlone ? null : LimiterService.Start(options, store.Journal, store.Snapshots, time, log, stores.LimiterSharing);
            engine = new StoreEngine(stores, limiter, watchlists, signatures, options, time, log, lastOrdering);
        }
        catch
        {
            await stores.DisposeAsync();
            throw;
        }
        try
        {
            await engine.JoinAsync(stores, stop);
            engine.Fingerbank = await FingerbankService.StartAsync(
                options, engine.Devices, engine.Notices, () => engine.ActsForAll, time, log, stop);
            if (engine.Fingerbank is { } fingerbank) engine.IdentificationMetrics.CacheHits = () => fingerbank.Statistics.HitRate;
            engine.Lookup = new DeviceLookup(
                signatures.Lookup, engine.Fingerbank is { } known ? new ApiAccess(known.Cache, known.Interrogation, known.Fields) : null);
            return engine;
        }
        catch
        {
            await engine.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc />
    public string PersistenceIdOf(DeviceKey device) => _store.Pseudonyms.PersistenceIdOf(device);

    /// <inheritdoc />
    public async Task<IReadOnlyList<DeviceEvent>> AskAsync(DeviceKey device, DeviceCommand command, CancellationToken stop)
    {
        if (_engine.NotReadyReason is { } reason) throw new JournalUnavailableException(reason);
        var reply = await _engine.AskAsync(device, command, stop);
        await CatchUpAsync(stop);
        return reply.Events;
    }

    /// <inheritdoc />
    public async Task<bool> ForgetAsync(DeviceKey device, CancellationToken stop)
    {
        if (_engine.NotReadyReason is { } reason) throw new JournalUnavailableException(reason);
        _seat?.Ask(new AnnouncedRequest(ClusterRequests.Forget, device.ToString()));
        var reply = await _engine.EraseAsync(device, _time.GetUtcNow().UtcTicks, stop);
        var wasCached = Fingerbank is not null && await Fingerbank.ForgetAsync(device, CancellationToken.None);
        if (!reply.Found) return wasCached;
        if (!reply.OldBytesAreGone) NodeLog.OldBytesRemain(_log, _store.Where, _store.ErasureRemainder);
        if (reply.Untold > 0) NodeLog.ErasureUntold(_log, reply.Untold);
        try
        {
            await CatchUpAsync(stop);
        }
        catch (Exception error) when (error is OperationCanceledException or JournalUnavailableException)
        {
            // it is erased; the read side follows
        }
        return true;
    }

    /// <inheritdoc />
    public ICaptureSource Open(CaptureTarget target)
    {
        var opened = new OpenedSource(target.IsLive ? target.Name : CaptureSources.IdentityOf([target.Target]), target.Consent, target.IsLive);
        ICaptureSource source = target.IsLive
            ? CaptureSources.Live(target.Target, _options, _time, () => opened.Running.TrySetResult())
            : CaptureSources.Files([target.Target], _options.Capture.Follow, _options, _time);
        if (!target.IsLive) opened.Running.TrySetResult();
        _opened.Add(source, opened);
        return source;
    }

    /// <inheritdoc />
    public CaptureCounters CountersOf(ICaptureSource source) =>
        source.Counters with { SampledOut = _opened.TryGetValue(source, out var opened) ? opened.Counters.SampledOut : 0 };

    /// <inheritdoc />
    public async Task RunAsync(ICaptureSource source, Action started, CancellationToken stop)
    {
        if (!_opened.TryGetValue(source, out var opened)) throw new ArgumentException($"{source.Name} was not opened here", nameof(source));
        using var ended = new CancellationTokenSource();
        var announced = AnnounceAsync(opened, started, ended.Token);
        var watched = opened.IsLive ? WatchLossAsync(source, opened.Counters, ended.Token) : Task.CompletedTask;
        try
        {
            var protocols = EngineSettings.Protocols(_options, opened.Consent);
            var request = new RunRequest(SourceName(opened.Identity), protocols, opened.Counters)
            {
                Watchlist = _watchlists.IsEmpty ? null : () => _watchlists.Current,
            };
            await _engine.RunAsync(source, request, stop);
            await CatchUpAsync(CancellationToken.None);
        }
        finally
        {
            await ended.CancelAsync();
            await Task.WhenAll(announced, watched);
        }
    }

    /// <inheritdoc />
    public async Task RunAsync(IObservationSource source, CancellationToken stop)
    {
        var request = new RunRequest(SourceName(source.Name), EngineSettings.Protocols(_options, consent: false), new StreamCounters())
        {
            Watchlist = _watchlists.IsEmpty ? null : () => _watchlists.Current,
        };
        await _engine.RunAsync(source, request, stop);
    }

    /// <inheritdoc />
    public async Task StopShardsAsync(CancellationToken stop)
    {
        if (_shardsStopped) return;
        _shardsStopped = true;
        try
        {
            if (_seat is not null) await _seat.LeaveAsync(stop);
        }
        finally
        {
            await EndAsync(stop);
        }
    }

    /// <summary>Stops everything and closes the store, whatever fails on the way.</summary>
    public async ValueTask DisposeAsync()
    {
        await using var store = _store;
        await using var runs = _runs;
        await using var seat = _seat;
        try
        {
            if (_shardsStopped) return;
            _shardsStopped = true;
            await EndAsync(CancellationToken.None);
        }
        finally
        {
            IdentificationMetrics.Dispose();
            await _stop.CancelAsync();
            _watchTimer.Dispose();
            await Task.WhenAll(_projections, _housekeeping, _watching);
            _stop.Dispose();
        }
    }

    /// <summary>Ends all that write, one after the other; one that fails keeps none of the others from it.</summary>
    private async Task EndAsync(CancellationToken stop)
    {
        try
        {
            if (Fingerbank is { } fingerbank) await fingerbank.DisposeAsync().AsTask().WaitAsync(stop);
        }
        finally
        {
            try
            {
                if (Limiter is { } limiter) await limiter.DisposeAsync().AsTask().WaitAsync(stop);
            }
            finally
            {
                await _engine.DisposeAsync().AsTask().WaitAsync(stop);
            }
        }
    }

    /// <summary>What one node of a cluster does for all is done here: where the read side is kept up, and on a node alone.</summary>
    private bool ActsForAll => _seat is not { RunsProjections: false };

    private Task JoinAsync(NodeStores stores, CancellationToken stop) => _seat is null
        ? Task.CompletedTask
        : _seat.JoinAsync(_engine, Limiter?.Region, stores.IsShared ? _store.Journal : null, new(ProjectAsync, () => Maintenance.Lag), stop);

    /// <summary>Keeps the read side up while this node is the one that does.</summary>
    private async Task ProjectAsync(CancellationToken over)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over, _stop.Token);
        await _store.Projections.RunAsync(either.Token);
    }

    /// <summary>In a cluster two nodes may have sources of the same name.</summary>
    private string SourceName(string name) => _seat is null ? name : NodeStores.SourceName(_options.Node.Name, name);

    /// <summary>Waits until the read side shows what is committed.</summary>
    private async Task CatchUpAsync(CancellationToken stop)
    {
        var end = await _store.HighestOrderingAsync(stop);
        _store.Projections.Wake();
        if (_store.Projections.State.Fault is null) await _store.Projections.WaitForAsync(end, stop);
    }

    private static async Task AnnounceAsync(OpenedSource opened, Action started, CancellationToken ended)
    {
        try
        {
            await opened.Running.Task.WaitAsync(ended);
            started();
        }
        catch (OperationCanceledException)
        {
            // it ended before a frame could arrive
        }
    }

    private async Task WatchLossAsync(ICaptureSource source, StreamCounters counters, CancellationToken ended)
    {
        var monitor = new DropRateMonitor(_options.Capture.DropAlertPercent / 100.0);
        var notice = new SamplingNotice();
        using var timer = new PeriodicTimer(DropCheckInterval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(ended))
            {
                var now = _time.GetElapsedTime(0).Ticks; // not the wall clock, which may be set back
                var alert = monitor.Feed(source.Counters, now);
                if (alert == DropAlert.Raised) NodeLog.DropAlertRaised(_log, source.Name, monitor.Rate * 100);
                else if (alert == DropAlert.Cleared) NodeLog.DropAlertCleared(_log, source.Name);
                if (notice.Feed(counters.SampledOut, now) is var leftOut and > 0)
                    NodeLog.SampledOut(_log, source.Name, leftOut, _options.Streams.MaxHelloRate);
            }
        }
        catch (OperationCanceledException)
        {
            // the source has ended
        }
    }

    private Housekeeping Chores() => new(
        [
            new("passivation", TimeSpan.Zero, () => IsServing, _engine.PassivateIdleAsync),
            new("limiter sweep", LimiterSweepInterval, () => IsServing && Limiter is not null, stop => Limiter!.SweepAsync(stop)),
            new(
                "retention", _options.Retention.SweepInterval, () => IsServing && ActsForAll && _options.Retention.Fingerprints > TimeSpan.Zero,
                RetainAsync),
        ],
        _time, _log);

    private bool IsServing => !_shardsStopped && _engine.NotReadyReason is null;

    private async Task RetainAsync(CancellationToken stop)
    {
        var swept = await RetentionSweep.RunAsync(_engine, _store.ReadModel, _time.GetUtcNow(), _options.Retention.Fingerprints, stop);
        if (swept.Problem is { } problem) NodeLog.RetentionSkipped(_log, swept.Skipped, problem);
    }

    /// <summary>What is known of a source besides its frames.</summary>
    private sealed record OpenedSource(string Identity, bool Consent, bool IsLive)
    {
        public StreamCounters Counters { get; } = new();

        public TaskCompletionSource Running { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
