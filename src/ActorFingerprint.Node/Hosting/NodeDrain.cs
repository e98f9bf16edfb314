namespace ActorFingerprint.Node.Hosting;

/// <summary>Whether a node takes work.</summary>
public enum DrainState
{
    /// <summary>It does.</summary>
    Serving,
    /// <summary>Its sources stop and what they read is committed.</summary>
    Draining,
    /// <summary>Nothing is read any more, and everything read is committed, snapshotted and in the read side.</summary>
    Drained,
}

/// <summary>
/// Takes a node out of work and back without stopping it: its sources stop, what they read is flushed, and it says that it is not ready. Callers are
/// answered all the while. Nothing of it outlives a restart.
/// </summary>
public sealed class NodeDrain
{
    private readonly Lock _gate = new();
    private readonly CaptureController _captures;
    private readonly Func<CancellationToken, Task> _stopOthers;
    private readonly Action _startOthers;
    private readonly Func<CancellationToken, Task> _flush;
    private Task _work = Task.CompletedTask;
    private DrainState _state;

    /// <summary>Makes it.</summary>
    /// <param name="captures">Sources to stop, and to start again.</param>
    /// <param name="stopOthers">Stops other sources.</param>
    /// <param name="startOthers">Starts them again.</param>
    /// <param name="flush">Returns once all that was read is durable and in the read side.</param>
    public NodeDrain(CaptureController captures, Func<CancellationToken, Task> stopOthers, Action startOthers, Func<CancellationToken, Task> flush) =>
        (_captures, _stopOthers, _startOthers, _flush) = (captures, stopOthers, startOthers, flush);

    /// <summary>Whether the node takes work now.</summary>
    public DrainState State
    {
        get { lock (_gate) return _state; }
    }

    /// <summary>Why the node is not ready, in one line; null while it takes work.</summary>
    public string? NotReadyReason => State == DrainState.Serving ? null : "draining: sources are stopped until POST /admin/undrain";

    /// <summary>
    /// Begins to drain, or joins; returns once drained. When <paramref name="stop"/> ends the wait, draining goes on; when it fails, the state says that
    /// it is not done, and another call tries again.
    /// </summary>
    public Task DrainAsync(string actor, CancellationToken stop)
    {
        lock (_gate)
        {
            if (_state == DrainState.Serving || _work.IsFaulted)
            {
                _state = DrainState.Draining;
                _work = DrainCoreAsync(actor);
            }
            return _work.WaitAsync(stop);
        }
    }

    /// <summary>Starts the sources that draining stopped, once it is over; does nothing while the node takes work.</summary>
    public async Task UndrainAsync(string actor, CancellationToken stop)
    {
        Task work;
        lock (_gate)
        {
            if (_state == DrainState.Serving) return;
            work = _work;
        }
        await work.WaitAsync(stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // a drain that failed is undone, too
        stop.ThrowIfCancellationRequested();
        lock (_gate)
        {
            if (_state == DrainState.Serving) return;
            _state = DrainState.Serving;
        }
        await _captures.ReleaseAsync(actor, stop);
        _startOthers();
    }

    private async Task DrainCoreAsync(string actor)
    {
        await _captures.HoldAsync(actor, CancellationToken.None);
        await _stopOthers(CancellationToken.None);
        await _flush(CancellationToken.None);
        lock (_gate) _state = DrainState.Drained;
    }
}
