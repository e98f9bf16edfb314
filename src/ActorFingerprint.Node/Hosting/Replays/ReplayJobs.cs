using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Core.Identification;
using ActorFingerprint.Engine.Journal;
using Microsoft.Extensions.Logging;

namespace ActorFingerprint.Node.Hosting;

/// <summary>What became of a call for a replay.</summary>
public enum ReplayStart
{
    /// <summary>It began.</summary>
    Started,
    /// <summary>The same one runs, or was asked for under the same key: here it is.</summary>
    Repeated,
    /// <summary>Another one runs; one at a time.</summary>
    Busy,
    /// <summary>The key was used for another one.</summary>
    KeyReused,
}

/// <summary>
/// Replays of the journal beside the running node, one at a time. The last <see cref="MaxJobs"/> are remembered, with what the newest found; nothing
/// outlives a restart. Safe from any thread.
/// </summary>
public sealed class ReplayJobs : IAsyncDisposable
{
    /// <summary>Replays that are remembered.</summary>
    public const int MaxJobs = 16;

    /// <summary>Rows of a result that are kept.</summary>
    public const int MaxRows = 10_000;

    private readonly Lock _gate = new();
    private readonly List<Job> _jobs = [];
    private readonly INodeMaintenance _store;
    private readonly Func<DeviceClassifier?> _classifier;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private bool _isClosed;

    /// <summary>Makes it; <paramref name="classifier"/> gives the classifier of a dry run, null when no signatures are loaded.</summary>
    public ReplayJobs(INodeMaintenance store, Func<DeviceClassifier?> classifier, TimeProvider time, ILogger log) =>
        (_store, _classifier, _time, _log) = (store, classifier, time, log);

    /// <summary>A dry run can be made.</summary>
    public bool CanClassify => _classifier() is not null;

    /// <summary>Told of every replay that ended.</summary>
    public event Action<ReplayStatus>? Ended;

    /// <summary>The remembered ones, newest first.</summary>
    public IReadOnlyList<ReplayStatus> List()
    {
        lock (_gate) return [.. _jobs.Select(job => job.Status).Reverse()];
    }

    /// <summary>One of them; null when it is unknown.</summary>
    public ReplayStatus? Find(string id)
    {
        lock (_gate) return JobOf(id)?.Status;
    }

    /// <summary>What one found; null while it runs, when it found nothing to show, and once a newer one began.</summary>
    public ReplayRows? RowsOf(string id)
    {
        lock (_gate) return JobOf(id)?.Rows;
    }

    /// <summary>
    /// Begins a replay and returns at once. A call with a <paramref name="key"/> that was used before, or for what runs already, gives that one.
    /// Throws <see cref="JournalUnavailableException"/> while the journal cannot be read, <see cref="InvalidOperationException"/> once the node stops.
    /// </summary>
    public async Task<(ReplayStart Outcome, ReplayStatus Status)> StartAsync(ReplayRequest request, string? key, CancellationToken stop)
    {
        var end = await _store.EndAsync(stop);
        lock (_gate)
        {
            if (key is not null && _jobs.Find(job => job.Key == key) is { } known)
                return (known.Status.Request == request ? ReplayStart.Repeated : ReplayStart.KeyReused, known.Status);
            if (_jobs.Find(job => job.Status.State == ReplayState.Running) is { } running)
                return (running.Status.Request == request ? ReplayStart.Repeated : ReplayStart.Busy, running.Status);
            ObjectDisposedException.ThrowIf(_isClosed, this);
            foreach (var older in _jobs) older.Rows = null;
            if (_jobs.Count >= MaxJobs) _jobs.RemoveAt(0);
            var now = _time.GetUtcNow();
            var id = Guid.CreateVersion7(now).ToString("N");
            var job = new Job(key, new ReplayStatus(id, request, ReplayState.Running, now, null, 0, end, null, null, null));
            _jobs.Add(job);
            job.Running = Task.Run(() => RunAsync(job), CancellationToken.None);
            return (ReplayStart.Started, job.Status);
        }
    }

    /// <summary>
    /// Asks a replay to stop, and returns once it has; one that has ended stays as it is. A rebuild goes on: half a read side is of no use to anybody.
    /// Null when it is unknown.
    /// </summary>
    public async Task<ReplayStatus?> CancelAsync(string id, CancellationToken stop)
    {
        Job? job;
        lock (_gate) job = JobOf(id);
        if (job is null) return null;
        if (job.Status.Request.Mode != ReplayMode.Rebuild)
        {
            await job.Stop.CancelAsync();
            await job.Running.WaitAsync(stop);
        }
        return Find(id) ?? job.Status;
    }

    /// <summary>Stops what runs.</summary>
    public async ValueTask DisposeAsync()
    {
        Job[] jobs;
        lock (_gate) (_isClosed, jobs) = (true, [.. _jobs]);
        foreach (var job in jobs)
        {
            await job.Stop.CancelAsync();
            await job.Running;
        }
    }

    private async Task RunAsync(Job job)
    {
        var (state, problem) = (ReplayState.Completed, default(string));
        try
        {
            await ReadAsync(job, new Reached(this, job));
        }
        catch (OperationCanceledException) when (job.Stop.IsCancellationRequested)
        {
            state = ReplayState.Cancelled;
        }
        catch (Exception error)
        {
            (state, problem) = (ReplayState.Failed, ProblemOf(error));
            NodeLog.ReplayFailed(_log, error, job.Status.Id);
        }
        ReplayStatus ended;
        lock (_gate) ended = job.Status = job.Status with { State = state, Problem = problem, EndedAt = _time.GetUtcNow() };
        Ended?.Invoke(ended);
    }

    private async Task ReadAsync(Job job, Reached reached)
    {
        switch (job.Status.Request)
        {
            case { Mode: ReplayMode.AsOf, AsOfTicks: { } ticks }:
                var devices = await _store.ReplayAsOfAsync(ticks, reached, job.Stop.Token);
                Keep(job, devices.Count, null, new ReplayRows(devices.Count, [.. devices.Take(MaxRows)], null));
                break;
            case { Mode: ReplayMode.DryRun }:
                var classifier = _classifier() ?? throw new InvalidDataException("no signature database is loaded");
                var all = await _store.ReclassifyAsync(classifier, reached, job.Stop.Token);
                var changes = all.Where(device => device.IsChanged).ToList();
                Keep(job, all.Count, changes.Count, new ReplayRows(changes.Count, null, [.. changes.Take(MaxRows)]));
                break;
            default:
                await _store.RebuildAsync(reached, job.Stop.Token);
                break;
        }
    }

    private void Keep(Job job, long devices, long? changed, ReplayRows rows)
    {
        lock (_gate) (job.Status, job.Rows) = (job.Status with { Devices = devices, Changed = changed }, rows);
    }

    private Job? JobOf(string id) => _jobs.Find(job => job.Status.Id == id);

    /// <summary>What a caller may know of a failure.</summary>
    private static string ProblemOf(Exception error) => error switch
    {
        JournalUnavailableException or JournalCorruptException or StoredEventException or InvalidDataException => error.Message,
        _ => "the node failed at this replay; its log says more",
    };

    private sealed class Job(string? key, ReplayStatus status)
    {
        public string? Key { get; } = key;

        public ReplayStatus Status { get; set; } = status;

        public ReplayRows? Rows { get; set; }

        public CancellationTokenSource Stop { get; } = new();

        public Task Running { get; set; } = Task.CompletedTask;
    }

    private sealed class Reached(ReplayJobs jobs, Job job) : IProgress<long>
    {
        public void Report(long value)
        {
            lock (jobs._gate) job.Status = job.Status with { Events = value };
        }
    }
}
