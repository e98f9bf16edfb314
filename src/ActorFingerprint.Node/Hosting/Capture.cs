using ActorFingerprint.Engine.Capture;

namespace ActorFingerprint.Node.Hosting;

/// <summary>One start-to-end of a capture.</summary>
internal sealed record CaptureRun(CancellationTokenSource Stop, TaskCompletionSource Started, TaskCompletionSource Ended);

/// <summary>The state machine of one source. Every method may be called from any thread; only one run exists at a time.</summary>
internal sealed class Capture(CaptureTarget target)
{
    private readonly Lock _gate = new();
    private CaptureState _state;
    private CaptureRun? _run;
    private string? _problem;
    private volatile ICaptureSource? _source;

    public CaptureTarget Target { get; } = target;

    /// <summary>The open source, for its counters; they stay readable after its end.</summary>
    public ICaptureSource? Source
    {
        set => _source = value;
    }

    public CaptureStatus Status
    {
        get { lock (_gate) return new CaptureStatus(Target.Name, _state, _problem, _source?.Counters ?? default); }
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

    public bool TryBegin(out CaptureRun run)
    {
        lock (_gate)
        {
            var begins = _state == CaptureState.Disabled;
            if (begins)
            {
                _run = new CaptureRun(new CancellationTokenSource(),
                    new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously),
                    new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
                (_state, _problem, _source) = (CaptureState.Starting, null, null);
            }
            run = _run!;
            return begins;
        }
    }

    public bool TryRun()
    {
        lock (_gate)
        {
            if (_state != CaptureState.Starting) return false;
            _state = CaptureState.Running;
            _run!.Started.TrySetResult();
            return true;
        }
    }

    public bool TryStop()
    {
        CancellationTokenSource stop;
        lock (_gate)
        {
            if (_state is CaptureState.Disabled or CaptureState.Stopping) return false;
            _state = CaptureState.Stopping;
            stop = _run!.Stop;
        }
        stop.Cancel();
        return true;
    }

    public void End(Exception? failure)
    {
        lock (_gate)
        {
            (_state, _problem) = (CaptureState.Disabled, failure?.Message);
            if (failure is null) _run!.Started.TrySetResult();
            else _run!.Started.TrySetException(failure);
            _ = _run.Started.Task.Exception; // observed: a failed start that nobody waits for is logged, not thrown by the finalizer
            _run.Ended.TrySetResult();
        }
    }
}
