using ActorFingerprint.Engine.Capture;
using ActorFingerprint.Node.Audit;
using Microsoft.Extensions.Logging;

namespace ActorFingerprint.Node.Hosting;

/// <summary>Where a capture stands. It goes round: Disabled → Starting → Running → Stopping → Disabled.</summary>
public enum CaptureState
{
    /// <summary>Not started, ended, or failed.</summary>
    Disabled,
    /// <summary>Being opened.</summary>
    Starting,
    /// <summary>Frames can arrive.</summary>
    Running,
    /// <summary>Being drained and committed.</summary>
    Stopping,
}

/// <summary>A source as the interfaces show it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Problem">Why it failed last, or null.</param>
/// <param name="Counters">What it read and lost since it was started last.</param>
public sealed record CaptureStatus(string Name, CaptureState State, string? Problem, CaptureCounters Counters);

/// <summary>
/// Starts and stops the configured sources, one run at a time each, with an audit line for every change of state. A source that cannot
/// start leaves the node and the other sources running.
/// </summary>
public sealed class CaptureController
{
    private readonly INodeEngine _engine;
    private readonly AuditLog _audit;
    private readonly ILogger<CaptureController> _log;
    private readonly Capture[] _captures;
    private readonly Lock _gate = new();
    private HashSet<string>? _held;

    /// <summary>Knows these sources; one for each name.</summary>
    public CaptureController(INodeEngine engine, AuditLog audit, ILogger<CaptureController> log, IReadOnlyList<CaptureTarget> targets)
    {
        (_engine, _audit, _log) = (engine, audit, log);
        _captures = [.. targets.DistinctBy(t => t.Name)
            .Select(t => new Capture(t, (state, actor, detail) => Record(t, state, actor, detail)))];
    }

    /// <summary>All sources, in the order of the configuration.</summary>
    public IReadOnlyList<CaptureStatus> List() => [.. _captures.Select(c => c.Status)];

    /// <summary>One source by name, or null.</summary>
    public CaptureStatus? Find(string name) => Array.Find(_captures, c => c.Target.Name == name)?.Status;

    /// <summary>
    /// Starts a source and returns once frames can arrive; does nothing when it is not disabled. Throws <see cref="CaptureException"/>
    /// when it cannot be opened or sources are held, and <see cref="KeyNotFoundException"/> for an unknown name.
    /// </summary>
    public async Task StartAsync(string name, string actor, CancellationToken stop)
    {
        var capture = Get(name);
        CaptureRun run;
        bool begins;
        lock (_gate)
        {
            if (_held is not null) throw new CaptureException("DRAINING", "the node is drained: POST /admin/undrain lets sources start");
            begins = capture.TryBegin(actor, out run);
        }
        if (begins) _ = RunAsync(capture, run, actor);
        await capture.Started.WaitAsync(stop);
    }

    /// <summary>
    /// Stops a source and returns once what it read is committed; does nothing when it is disabled. One that is held stays stopped when sources
    /// are released.
    /// </summary>
    public Task StopAsync(string name, string actor, CancellationToken stop)
    {
        var capture = Get(name);
        lock (_gate) _held?.Remove(name);
        return StopAsync(capture, actor, stop);
    }

    /// <summary>Stops every source and refuses to start one until <see cref="ReleaseAsync"/>; returns once what was read is committed.</summary>
    public Task HoldAsync(string actor, CancellationToken stop)
    {
        lock (_gate)
            _held ??= [.. _captures.Where(c => c.Status.State is CaptureState.Starting or CaptureState.Running).Select(c => c.Target.Name)];
        return Task.WhenAll(_captures.Select(capture => StopAsync(capture, actor, stop)));
    }

    /// <summary>Starts the sources that <see cref="HoldAsync"/> stopped; those that fail are logged and stay disabled.</summary>
    public async Task ReleaseAsync(string actor, CancellationToken stop)
    {
        HashSet<string> held;
        lock (_gate) (held, _held) = (_held ?? [], null);
        await StartAsync(_captures.Where(capture => held.Contains(capture.Target.Name)), actor, stop);
    }

    /// <summary>Starts every source; those that fail are logged and stay disabled.</summary>
    public Task StartAllAsync(CancellationToken stop) => StartAsync(_captures, "node", stop);

    /// <summary>Stops every source.</summary>
    public Task StopAllAsync(CancellationToken stop) => Task.WhenAll(_captures.Select(capture => StopAsync(capture, "node", stop)));

    /// <summary>Completes when the current runs of these sources have ended.</summary>
    public Task WhenEndedAsync(IEnumerable<string> names, CancellationToken stop) =>
        Task.WhenAll(names.Select(name => Get(name).Ended)).WaitAsync(stop);

    private async Task StartAsync(IEnumerable<Capture> captures, string actor, CancellationToken stop)
    {
        foreach (var capture in captures)
        {
            try
            {
                await StartAsync(capture.Target.Name, actor, stop);
            }
            catch (CaptureException)
            {
                // Logged and audited where it happened; the node serves what it can.
            }
        }
    }

    private static Task StopAsync(Capture capture, string actor, CancellationToken stop)
    {
        capture.Stop(actor);
        return capture.Ended.WaitAsync(stop);
    }

    private async Task RunAsync(Capture capture, CaptureRun run, string actor)
    {
        Exception? failure = null;
        try
        {
            failure = await ReadAsync(capture, run, actor);
            capture.Stop("node");
        }
        catch (IOException error)
        {
            failure ??= error; // the audit log cannot be written
        }
        try
        {
            capture.End(failure);
        }
        catch (IOException error)
        {
            NodeLog.CaptureFailed(_log, capture.Target.Name, error.Message);
        }
    }

    private async Task<Exception?> ReadAsync(Capture capture, CaptureRun run, string actor)
    {
        try
        {
            await using var source = _engine.Open(capture.Target);
            capture.Counters = () => _engine.CountersOf(source);
            await _engine.RunAsync(source, () => capture.Run(actor), run.Stop.Token);
            foreach (var warning in source.Warnings) NodeLog.CaptureWarning(_log, capture.Target.Name, warning);
            return null;
        }
        catch (OperationCanceledException) when (run.Stop.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception error)
        {
            NodeLog.CaptureFailed(_log, capture.Target.Name, error.Message);
            if (error is CaptureException { Code: "CAPTURE_PERMISSION_DENIED" })
                _audit.Append(new AuditEntry(AuditEvents.CaptureDenied, actor, "denied") { Source = capture.Target.Name });
            return error;
        }
    }

    private Capture Get(string name) => Array.Find(_captures, c => c.Target.Name == name)
        ?? throw new KeyNotFoundException($"{name}: no such capture source");

    private void Record(CaptureTarget target, CaptureState state, string actor, string? detail)
    {
        _audit.Append(new AuditEntry(AuditEvents.Capture, actor, state.ToString().ToLowerInvariant())
        {
            Source = target.Name,
            Detail = detail
        });
        NodeLog.CaptureState(_log, target.Name, state);
    }
}
