namespace ActorFingerprint.Engine;

/// <summary>
/// An orderly stop in phases with Akka's names, in Akka's order. Tasks of one phase run together; the next phase starts when all have
/// ended or the phase's time is over. A task that fails or is late is reported and stops nothing. Runs once.
/// </summary>
public sealed class CoordinatedShutdown
{
    /// <summary>Before anything closes: stop asking for new work (capture sources stop).</summary>
    public const string BeforeServiceUnbind = "before-service-unbind";
    /// <summary>No new connections.</summary>
    public const string ServiceUnbind = "service-unbind";
    /// <summary>Requests under way are answered.</summary>
    public const string ServiceRequestsDone = "service-requests-done";
    /// <summary>Services are gone.</summary>
    public const string ServiceStop = "service-stop";
    /// <summary>Custom work before the cluster phases.</summary>
    public const string BeforeClusterShutdown = "before-cluster-shutdown";
    /// <summary>Shards commit what they hold and stop.</summary>
    public const string ClusterShardingShutdownRegion = "cluster-sharding-shutdown-region";
    /// <summary>The node gives up its shards.</summary>
    public const string ClusterLeave = "cluster-leave";
    /// <summary>Others learn of it.</summary>
    public const string ClusterExiting = "cluster-exiting";
    /// <summary>They have.</summary>
    public const string ClusterExitingDone = "cluster-exiting-done";
    /// <summary>Connections between nodes close.</summary>
    public const string ClusterShutdown = "cluster-shutdown";
    /// <summary>Custom work before the end: projections catch up.</summary>
    public const string BeforeActorSystemTerminate = "before-actor-system-terminate";
    /// <summary>Journal, files and logs close.</summary>
    public const string ActorSystemTerminate = "actor-system-terminate";

    private readonly Lock _gate = new();
    private readonly List<Registration> _tasks = [];
    private readonly TimeProvider _time;
    private readonly Func<string, TimeSpan> _timeoutOf;
    private Task<IReadOnlyList<ShutdownProblem>>? _run;

    /// <summary>Makes the phases. <paramref name="timeoutOf"/> gives the time of each by name; every phase has one.</summary>
    public CoordinatedShutdown(TimeProvider time, Func<string, TimeSpan> timeoutOf) => (_time, _timeoutOf) = (time, timeoutOf);

    /// <summary>The phases in the order in which they run.</summary>
    public static IReadOnlyList<string> Phases { get; } =
    [
        BeforeServiceUnbind, ServiceUnbind, ServiceRequestsDone, ServiceStop, BeforeClusterShutdown, ClusterShardingShutdownRegion,
        ClusterLeave, ClusterExiting, ClusterExitingDone, ClusterShutdown, BeforeActorSystemTerminate, ActorSystemTerminate,
    ];

    /// <summary>Told at the start of every phase that has tasks; for logs.</summary>
    public event Action<string>? PhaseStarted;

    /// <summary>Adds a task to a phase. The token is cancelled when the phase's time is over. Throws once the stop has begun.</summary>
    public void AddTask(string phase, string name, Func<CancellationToken, Task> task)
    {
        if (!Phases.Contains(phase)) throw new ArgumentException($"'{phase}' is no phase of a coordinated shutdown", nameof(phase));
        lock (_gate)
        {
            if (_run is not null) throw new InvalidOperationException($"the shutdown has begun; '{name}' came too late");
            _tasks.Add(new Registration(phase, name, task));
        }
    }

    /// <summary>Runs all phases; later calls join the first. Returns what failed or was late, in order. Never throws.</summary>
    public Task<IReadOnlyList<ShutdownProblem>> RunAsync()
    {
        TaskCompletionSource<IReadOnlyList<ShutdownProblem>> done;
        lock (_gate)
        {
            if (_run is not null) return _run;
            done = new TaskCompletionSource<IReadOnlyList<ShutdownProblem>>(TaskCreationOptions.RunContinuationsAsynchronously);
            _run = done.Task;
        }
        _ = RunPhasesAsync(done);
        return done.Task;
    }

    private async Task RunPhasesAsync(TaskCompletionSource<IReadOnlyList<ShutdownProblem>> done)
    {
        var problems = new List<ShutdownProblem>();
        foreach (var phase in Phases)
        {
            var tasks = _tasks.Where(t => t.Phase == phase).ToArray();
            if (tasks.Length == 0) continue;
            PhaseStarted?.Invoke(phase);
            using var late = new CancellationTokenSource(_timeoutOf(phase), _time);
            var outcomes = await Task.WhenAll(tasks.Select(t => RunTaskAsync(t, late.Token)));
            problems.AddRange(outcomes.OfType<ShutdownProblem>());
        }
        done.SetResult(problems);
    }

    private static async Task<ShutdownProblem?> RunTaskAsync(Registration task, CancellationToken late)
    {
        try
        {
            await task.Run(late).WaitAsync(late);
            return null;
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            return new ShutdownProblem(task.Phase, task.Name, null);
        }
        catch (Exception error)
        {
            return new ShutdownProblem(task.Phase, task.Name, error);
        }
    }

    private sealed record Registration(string Phase, string Name, Func<CancellationToken, Task> Run);
}

/// <summary>A task of an orderly stop that failed, or, without an error, was not done in the phase's time.</summary>
public sealed record ShutdownProblem(string Phase, string TaskName, Exception? Error)
{
    /// <inheritdoc />
    public override string ToString() =>
        Error is null ? $"{Phase}: {TaskName} was not done in time" : $"{Phase}: {TaskName} failed: {Error.Message}";
}
