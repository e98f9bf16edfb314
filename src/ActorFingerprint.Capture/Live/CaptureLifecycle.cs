namespace ActorFingerprint.Capture.Live;

/// <summary>Where a live source stands.</summary>
public enum CaptureState
{
    /// <summary>Not capturing; may start.</summary>
    Disabled,
    /// <summary>Opening the interface.</summary>
    Starting,
    /// <summary>Frames are taken.</summary>
    Running,
    /// <summary>No new frames; what the kernel already has is drained.</summary>
    Stopping,
    /// <summary>Ended by an error; may start again.</summary>
    Failed,
}

/// <summary>One step of a live source: what an audit line says.</summary>
/// <param name="Source">Name of the source, such as <c>live:eth0</c>.</param>
/// <param name="From">State before.</param>
/// <param name="To">State after.</param>
/// <param name="AtTicks">UTC ticks.</param>
/// <param name="Reason">The error's line for <see cref="CaptureState.Failed"/>; else null.</param>
public sealed record CaptureTransition(string Source, CaptureState From, CaptureState To, long AtTicks, string? Reason);

/// <summary>
/// Keeps a live source to its states: Disabled → Starting → Running → Stopping → Disabled, with Failed after a start or a
/// stop that went wrong, and a new start from Failed.
/// </summary>
/// <param name="source">Name of the source.</param>
/// <param name="time">The clock that stamps the steps.</param>
/// <param name="onTransition">Told of each step, in order, before it takes effect for others; null for nobody.</param>
public sealed class CaptureLifecycle(string source, TimeProvider time, Action<CaptureTransition>? onTransition)
{
    private readonly Lock _gate = new();
    private CaptureState _state;

    /// <summary>The state now; read on any thread.</summary>
    public CaptureState State
    {
        get
        {
            lock (_gate) return _state;
        }
    }

    /// <summary>Takes a step if it is allowed from the present state; false when it is not.</summary>
    public bool TryEnter(CaptureState next, string? reason = null)
    {
        lock (_gate)
        {
            if (!IsAllowed(_state, next)) return false;
            onTransition?.Invoke(new CaptureTransition(source, _state, next, time.GetUtcNow().UtcTicks, reason));
            _state = next;
            return true;
        }
    }

    private static bool IsAllowed(CaptureState from, CaptureState to) => (from, to) switch
    {
        (CaptureState.Disabled or CaptureState.Failed, CaptureState.Starting) => true,
        (CaptureState.Starting, CaptureState.Running or CaptureState.Failed) => true,
        (CaptureState.Running, CaptureState.Stopping) => true,
        (CaptureState.Stopping, CaptureState.Disabled or CaptureState.Failed) => true,
        _ => false,
    };
}
