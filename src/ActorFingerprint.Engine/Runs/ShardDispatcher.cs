using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Identity;
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
    private readonly ShardRegion _region;
    private readonly RunRecorder _recorder;
    private readonly RouterRule _routers;
    private readonly string _run;
    private readonly int _batchSize;
    private readonly bool _reportsHours;
    private readonly Watermark[] _applied;
    private readonly List<ShardEnvelope>?[] _open;
    private readonly List<Task> _inFlight = [];
    private readonly List<ShardEnvelope> _routed = [];
    private readonly Lock _memory;
    private long _nextFlush;

    /// <param name="region">Where batches go.</param>
    /// <param name="recorder">The run's log.</param>
    /// <param name="routers">The router rule as of the resume point.</param>
    /// <param name="memory">Over the router rule and the boundaries of the recorder, which an erasure changes from outside.</param>
    /// <param name="applied">How far each shard has applied the run.</param>
    /// <param name="options">Batch size and checkpoint interval.</param>
    /// <param name="reportsHours">Live sources: the run reports itself at every full hour of frame time.</param>
    public ShardDispatcher(
        ShardRegion region, RunRecorder recorder, RouterRule routers, Lock memory, Watermark[] applied, EngineOptions options, bool reportsHours)
    {
        (_region, _recorder, _routers, _memory, _applied, _reportsHours) = (region, recorder, routers, memory, applied, reportsHours);
        (_run, _batchSize) = (recorder.Run, options.BatchSize);
        _open = new List<ShardEnvelope>?[applied.Length];
        CheckpointFrames = options.CheckpointFrames;
    }

    /// <summary>Sees every observation in order before it is routed; null when nobody looks.</summary>
    public Action<Observation>? Observed { get; init; }

    private long CheckpointFrames { get; }

    /// <inheritdoc />
    public async ValueTask ConsumeAsync(MergedBlock block, CancellationToken stop)
    {
        lock (_memory) _recorder.BlockStarts();
        foreach (var observation in block.Observations)
        {
            Observed?.Invoke(observation);
            _routed.Clear();
            lock (_memory) Route(observation);
            foreach (var envelope in _routed)
            {
                var shard = _region.ShardOf(envelope.EntityId);
                if (observation.Frame <= _recorder.AppliedFrame || IsApplied(_applied[shard], observation)) continue;
                var open = _open[shard] ??= new List<ShardEnvelope>(_batchSize);
                open.Add(envelope);
            }
            foreach (var envelope in _routed) // only between observations: a watermark names a whole one
            {
                var shard = _region.ShardOf(envelope.EntityId);
                if (_open[shard]?.Count >= _batchSize) await SendAsync(shard, stop);
            }
        }
        lock (_memory) _recorder.BlockEnds(block, _routers);

        if (_nextFlush == 0) _nextFlush = NextFlushAfter(block.FirstFrame - 1);
        var isCheckpoint = block.LastFrame >= _nextFlush;
        var isReport = _reportsHours && _recorder.HasPassedHour;
        if (!isCheckpoint && !isReport) return;
        await FlushAsync(stop);
        var applied = EngineScheduler.WhenAll(TakeInFlight());
        if (isReport) await _recorder.ReportAsync(applied);
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

    private static bool IsApplied(Watermark mark, Observation observation) =>
        observation.Frame < mark.Frame || (observation.Frame == mark.Frame && observation.Index <= mark.Index);

    private void Route(Observation observation)
    {
        if (_routers.Observe(observation) is { } identified)
        {
            var where = new Sighting(_run, observation.Frame, observation.Index);
            var command = new DeviceCommand.IdentifyRouter(observation.AtTicks, identified.Behind, where);
            _routed.Add(new ShardEnvelope(DeviceKey.OfMac(identified.Router), null, command, observation.Frame, observation.Index));
            foreach (var earlier in identified.Earlier) _routed.Add(Envelope(earlier, observation));
        }
        _routed.Add(Envelope(observation, observation));
    }

    private static ShardEnvelope Envelope(Observation observation, Observation cause) =>
        new(observation.Device, observation, null, cause.Frame, cause.Index);

    private async ValueTask SendAsync(int shard, CancellationToken stop)
    {
        var envelopes = _open[shard]!;
        _open[shard] = null;
        _applied[shard] = _applied[shard] with { Batch = _applied[shard].Batch + 1 };
        var applied = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _region.SendAsync(shard, new ShardMessage.Batch(_run, _applied[shard].Batch, envelopes, applied), stop);
        Track(applied.Task);
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
