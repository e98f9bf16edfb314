using System.Collections.Concurrent;
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
public sealed class CaptureController(INodeEngine engine, AuditLog audit, ILogger<CaptureController> log, IReadOnlyList<CaptureTarget> targets)
{
    private readonly ConcurrentDictionary<string, Capture> _captures = new(
        targets.DistinctBy(t => t.Name).Select(t => KeyValuePair.Create(t.Name, new Capture(t))), StringComparer.Ordinal);

    /// <summary>All sources, in the order of the configuration.</summary>
    public IReadOnlyList<CaptureStatus> List() => [.. targets.DistinctBy(t => t.Name).Select(t => _captures[t.Name].Status)];

    /// <summary>One source by name, or null.</summary>
    public CaptureStatus? Find(string name) => _captures.GetValueOrDefault(name)?.Status;

    /// <summary>
    /// Starts a source and returns once frames can arrive; does nothing when it is not disabled. Throws <see cref="CaptureException"/>
    /// when it cannot be opened, and <see cref="KeyNotFoundException"/> for an unknown name.
    /// </summary>
    public async Task StartAsync(string name, string actor, CancellationToken stop)
    {
        var capture = _captures[name];
        if (capture.TryBegin(out var run)) _ = RunAsync(capture, run, actor);
        await capture.Started.WaitAsync(stop);
    }

    /// <summary>Stops a source and returns once what it read is committed; does nothing when it is disabled.</summary>
    public async Task StopAsync(string name, string actor, CancellationToken stop)
    {
        var capture = _captures[name];
        if (capture.TryStop()) Record(capture, CaptureState.Stopping, actor);
        await capture.Ended.WaitAsync(stop);
    }

    /// <summary>Starts every source; those that fail are logged and stay disabled.</summary>
    public async Task StartAllAsync(CancellationToken stop)
    {
        foreach (var name in targets.Select(t => t.Name).Distinct())
        {
            try
            {
                await StartAsync(name, "node", stop);
            }
            catch (CaptureException)
            {
                // Logged and audited where it happened; the node serves what it can.
            }
        }
    }

    /// <summary>Stops every source.</summary>
    public Task StopAllAsync(CancellationToken stop) => Task.WhenAll(_captures.Keys.Select(name => StopAsync(name, "node", stop)));

    /// <summary>Completes when the current runs of these sources have ended.</summary>
    public Task WhenEndedAsync(IEnumerable<string> names, CancellationToken stop) =>
        Task.WhenAll(names.Select(name => _captures[name].Ended)).WaitAsync(stop);

    /// <summary>A change of state that cannot be audited does not happen: the run fails with the cause.</summary>
    private async Task RunAsync(Capture capture, CaptureRun run, string actor)
    {
        Exception? failure = null;
        try
        {
            Record(capture, CaptureState.Starting, actor);
            failure = await ReadAsync(capture, run, actor);
            if (capture.TryStop()) Record(capture, CaptureState.Stopping, "node");
            Record(capture, CaptureState.Disabled, "node", (failure as CaptureException)?.Code ?? failure?.GetType().Name);
        }
        catch (IOException error)
        {
            failure ??= error;
            NodeLog.CaptureFailed(log, capture.Target.Name, error.Message);
        }
        finally
        {
            capture.TryStop();
            capture.End(failure);
        }
    }

    private async Task<Exception?> ReadAsync(Capture capture, CaptureRun run, string actor)
    {
        try
        {
            await using var source = engine.Open(capture.Target);
            capture.Source = source;
            await engine.RunAsync(source, () => OnStarted(capture, actor), run.Stop.Token);
            foreach (var warning in source.Warnings) NodeLog.CaptureWarning(log, capture.Target.Name, warning);
            return null;
        }
        catch (OperationCanceledException) when (run.Stop.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception error)
        {
            NodeLog.CaptureFailed(log, capture.Target.Name, error.Message);
            if (error is CaptureException { Code: "CAPTURE_PERMISSION_DENIED" })
                audit.Append(new AuditEntry(AuditEvents.CaptureDenied, actor, "denied") { Source = capture.Target.Name });
            return error;
        }
    }

    private void OnStarted(Capture capture, string actor)
    {
        if (capture.TryRun()) Record(capture, CaptureState.Running, actor);
    }

    private void Record(Capture capture, CaptureState state, string actor, string? detail = null)
    {
        NodeLog.CaptureState(log, capture.Target.Name, state);
        audit.Append(new AuditEntry(AuditEvents.Capture, actor, state.ToString().ToLowerInvariant()) { Source = capture.Target.Name, Detail = detail });
    }
}
