using ActorFingerprint.Engine.Capture;

namespace ActorFingerprint.Node.Hosting;

/// <summary>One start-to-end of a capture.</summary>
internal sealed record CaptureRun(CancellationTokenSource Stop, TaskCompletionSource Started, TaskCompletionSource Ended);

/// <summary>
/// The state machine of one source. Every method may be called from any thread; only one run exists at a time. Each step is told to
/// <paramref name="record"/> in order, before it takes effect: (new state, who, detail).
/// </summary>
internal sealed class Capture(CaptureTarget target, Action<CaptureState, string, string?> record)
{
    private readonly Lock _gate = new();
    private CaptureState _state;
    private CaptureRun? _run;
    private string? _problem;
    private volatile Func<CaptureCounters>? _counters;

    public CaptureTarget Target { get; } = target;

    /// <summary>The counters of the open source; they stay readable after its end.</summary>
    public Func<CaptureCounters>? Counters
    {
        set => _counters = value;
    }

    public CaptureStatus Status
    {
        get { lock (_gate) return new CaptureStatus(Target.Name, _state, _problem, _counters?.Invoke() ?? default); }
    }

    /// <summary>Completes when the current run takes frames or has ended; fails with what kept it from starting.</summary>
    public Task Started
    {
        get { lock (_gate) return _run?.Started.Task ?? Task.CompletedTask; }
    }

    /// <summary>Completes when the current run has ended.</summary>
    public Task Ended
    {
        get { lock (_gate) return _run?.Ended.Task ?? Task.CompletedTask; }
    }

    /// <summary>Disabled → Starting. A start that cannot be recorded does not happen.</summary>
    public bool TryBegin(string actor, out CaptureRun run)
    {
        lock (_gate)
        {
            var begins = _state == CaptureState.Disabled;
            if (begins)
            {
                record(CaptureState.Starting, actor, null);
                _run = new CaptureRun(new CancellationTokenSource(),
                    new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously),
                    new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
                (_state, _problem, _counters) = (CaptureState.Starting, null, null);
            }
            run = _run!;
            return begins;
        }
    }

    /// <summary>Starting → Running.</summary>
    public void Run(string actor)
    {
        lock (_gate)
        {
            if (_state != CaptureState.Starting) return;
            record(CaptureState.Running, actor, null);
            _state = CaptureState.Running;
            _run!.Started.TrySetResult();
        }
    }

    /// <summary>Starting or Running → Stopping. It stops even when that cannot be recorded.</summary>
    public void Stop(string actor)
    {
        CancellationTokenSource stop;
        lock (_gate)
        {
            if (_state is CaptureState.Disabled or CaptureState.Stopping) return;
            _state = CaptureState.Stopping;
            stop = _run!.Stop;
            try
            {
                record(CaptureState.Stopping, actor, null);
            }
            catch
            {
                stop.Cancel();
                throw;
            }
        }
        stop.Cancel();
    }

    /// <summary>Stopping → Disabled, with what went wrong.</summary>
    public void End(Exception? failure)
    {
        lock (_gate)
        {
            try
            {
                record(CaptureState.Disabled, "node", (failure as CaptureException)?.Code ?? failure?.GetType().Name);
            }
            finally
            {
                (_state, _problem) = (CaptureState.Disabled, failure?.Message);
                if (failure is null) _run!.Started.TrySetResult();
                else _run!.Started.TrySetException(failure);
                _ = _run.Started.Task.Exception; // observed: a failed start that nobody waits for is logged, not thrown by the finalizer
                _run.Ended.TrySetResult();
            }
        }
    }
}
