using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Identity;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Engine.Sharding;
using ActorFingerprint.Engine.Streams;

namespace ActorFingerprint.Engine.Runs;

/// <summary>
/// End of the stream: router rule, then batches numbered per (run, shard) into the mailboxes (design §4). What a shard had
/// already applied before a restart is suppressed here by its watermark.
/// </summary>
internal sealed class ShardDispatcher : IMergedBlockConsumer
{
    private const int RecentShards = 1024;

    private readonly (MacAddress Mac, int Shard)[] _recentShards = new (MacAddress, int)[RecentShards];
    private readonly IShardTransport _transport;
    private readonly RunRecorder _recorder;
    private readonly RouterRule _routers;
    private readonly string _run;
    private readonly string _source;
    private readonly int _batchSize;
    private readonly bool _reportsHours;
    private readonly Watermark[] _applied;
    private readonly List<ShardEnvelope>?[] _open;
    private readonly List<Task> _inFlight = [];
    private readonly List<(int Shard, ShardEnvelope Envelope)> _routed = [];
    private readonly Lock _memory;
    private long _nextFlush;

    /// <param name="transport">Where batches go.</param>
    /// <param name="recorder">The run's log.</param>
    /// <param name="routers">The router rule as of the resume point.</param>
    /// <param name="memory">Over the router rule and the boundaries of the recorder, which an erasure changes from outside.</param>
    /// <param name="applied">How far each shard has applied the run.</param>
    /// <param name="options">Batch size and checkpoint interval.</param>
    /// <param name="source">Name of the source.</param>
    /// <param name="reportsHours">Live sources: the run reports itself at every full hour of frame time.</param>
    public ShardDispatcher(
        IShardTransport transport, RunRecorder recorder, RouterRule routers, Lock memory, Watermark[] applied, EngineOptions options, string source,
        bool reportsHours)
    {
        (_transport, _recorder, _routers, _memory, _applied, _reportsHours) = (transport, recorder, routers, memory, applied, reportsHours);
        (_run, _batchSize, _source) = (recorder.Run, options.BatchSize, source);
        _open = new List<ShardEnvelope>?[applied.Length];
        CheckpointFrames = options.CheckpointFrames;
    }

    /// <summary>Sees every observation in order before it is routed; null when nobody looks.</summary>
    public Action<Observation>? Observed { get; init; }

    /// <summary>Marks what a watchlist names; null when there is none.</summary>
    public WatchlistMatcher? Watchlist { get; init; }

    private long CheckpointFrames { get; }

    /// <inheritdoc />
    public async ValueTask TakeAsync(IReadOnlyList<Observation> observations, CancellationToken stop)
    {
        Route(observations);
        for (int start = 0, end; start < _routed.Count; start = end)
        {
            for (end = start; end < _routed.Count && _routed[end].Envelope.IsCausedAs(_routed[start].Envelope); end++) Open(_routed[end]);
            for (var i = start; i < end; i++) // only between observations: a watermark names a whole one
                if (_open[_routed[i].Shard]?.Count >= _batchSize)
                    await SendAsync(_routed[i].Shard, stop);
        }
    }

    /// <inheritdoc />
    public async ValueTask ConsumeAsync(MergedBlock block, CancellationToken stop)
    {
        await TakeAsync(block.Observations, stop);
        lock (_memory) _recorder.BlockEnds(block, _routers);

        if (_nextFlush == 0) _nextFlush = NextFlushAfter(block.FirstFrame - 1);
        var isCheckpoint = block.LastFrame >= _nextFlush;
        var isReport = _reportsHours && _recorder.HasPassedHour;
        if (!isCheckpoint && !isReport) return;
        await FlushAsync(stop);
        var applied = EngineScheduler.WhenAll(TakeInFlight());
        if (isReport)
        {
            await ReportAsync(_recorder.Hour, stop);
            await _recorder.ReportAsync(applied);
        }
        if (!isCheckpoint) return;
        _nextFlush = NextFlushAfter(block.LastFrame);
        await _recorder.CheckpointAsync(block, applied);
    }

    /// <inheritdoc />
    public async ValueTask FlushAsync(CancellationToken stop)
    {
        for (var shard = 0; shard < _open.Length; shard++)
            if (_open[shard] is { Count: > 0 })
                await SendAsync(shard, stop);
    }

    /// <inheritdoc />
    public async ValueTask CompleteAsync(CancellationToken stop)
    {
        await FlushAsync(stop);
        await EngineScheduler.WhenAll(TakeInFlight());
    }

    /// <summary>Tells the journal of the shards of an event of the run, when that is not where the run keeps its log.</summary>
    public ValueTask ReportAsync(RunEvent @event, CancellationToken stop)
    {
        if (!_transport.WantsReports) return ValueTask.CompletedTask;
        var shard = ShardId.Of(RunLog.PersistenceIdOf(_source), _applied.Length);
        return SendAsync(shard, [], new RunReport(_source, @event), stop);
    }

    /// <summary>
    /// Forgets what the run remembers of a device besides its actor, before an erasure looks into the journal: when the task completes, no
    /// checkpoint from before is on its way there. Observations that no shard has taken yet make it known again. Any thread.
    /// </summary>
    public Task ForgetAsync(DeviceKey device)
    {
        lock (_memory)
        {
            _routers.Forget(device);
            _recorder.Forget(device);
        }
        return _recorder.SettleAsync();
    }

    private long NextFlushAfter(long frame) => (frame / CheckpointFrames + 1) * CheckpointFrames;

    private static bool IsApplied(Watermark mark, in ShardEnvelope envelope) =>
        envelope.Frame < mark.Frame || (envelope.Frame == mark.Frame && envelope.Index <= mark.Index);

    /// <summary>Puts a block through the router rule, in order.</summary>
    private void Route(IReadOnlyList<Observation> observations)
    {
        _routed.Clear();
        Watchlist?.Mark(observations);
        lock (_memory)
        {
            _recorder.Routes(observations);
            for (var i = 0; i < observations.Count; i++)
            {
                Observed?.Invoke(observations[i]);
                Route(observations[i]);
            }
        }
    }

    /// <summary>An observation of no device (a server of the internet) is for those who look at the stream alone.</summary>
    private void Route(Observation observation)
    {
        if (observation.Device.IsNone) return;
        if (_routers.Observe(observation) is { } identified)
        {
            var where = new Sighting(_run, observation.Frame, observation.Index);
            var command = new DeviceCommand.IdentifyRouter(observation.AtTicks, identified.Behind, where);
            var notice = new RouterNotice(DeviceKey.OfMac(identified.Router), command);
            Add(new ShardEnvelope(null, notice, observation.Frame, observation.Index));
            foreach (var earlier in identified.Earlier)
            {
                Watchlist?.MarkAgain(earlier);
                Add(Envelope(earlier, observation));
            }
        }
        Add(Envelope(observation, observation));
    }

    private void Open((int Shard, ShardEnvelope Envelope) routed)
    {
        var (shard, envelope) = routed;
        if (envelope.Frame <= _recorder.AppliedFrame || IsApplied(_applied[shard], envelope)) return;
        (_open[shard] ??= new List<ShardEnvelope>(_batchSize)).Add(envelope);
    }

    private void Add(in ShardEnvelope envelope) => _routed.Add((ShardOf(envelope.EntityId), envelope));

    /// <summary>The shard of a device. Hashing a MAC address as text costs more than the rest of the way: recent ones are remembered.</summary>
    private int ShardOf(DeviceKey device)
    {
        if (device.Kind != DeviceKeyKind.Mac) return ShardId.Of(device, _applied.Length);
        ref var recent = ref _recentShards[(int)device.Mac.Value & (RecentShards - 1)];
        if (recent.Mac != device.Mac) recent = (device.Mac, ShardId.Of(device, _applied.Length));
        return recent.Shard;
    }

    private static ShardEnvelope Envelope(Observation observation, Observation cause) =>
        new(observation, null, cause.Frame, cause.Index);

    private ValueTask SendAsync(int shard, CancellationToken stop)
    {
        var envelopes = _open[shard]!;
        _open[shard] = null;
        return SendAsync(shard, envelopes, null, stop);
    }

    private async ValueTask SendAsync(int shard, IReadOnlyList<ShardEnvelope> envelopes, RunReport? report, CancellationToken stop)
    {
        _applied[shard] = _applied[shard] with { Batch = _applied[shard].Batch + 1 };
        var safe = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _transport.SendAsync(new ShardBatch(_run, _applied[shard].Batch, shard, envelopes) { Report = report }, safe, stop);
        Track(safe.Task);
    }

    /// <summary>Keeps what is not applied yet; a batch that failed stops the run at the next send.</summary>
    private void Track(Task applied)
    {
        if (_inFlight.Count >= 256) _inFlight.RemoveAll(t => t.IsCompletedSuccessfully);
        foreach (var task in _inFlight)
            if (task.IsFaulted)
                task.GetAwaiter().GetResult();
        _inFlight.Add(applied);
    }

    private Task[] TakeInFlight()
    {
        Task[] taken = [.. _inFlight];
        _inFlight.Clear();
        return taken;
    }
}
