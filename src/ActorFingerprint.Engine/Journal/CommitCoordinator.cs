using System.Threading.Channels;

namespace ActorFingerprint.Engine.Journal;

/// <summary>
/// Merges the commits of all shards of a node into one journal transaction (design §4). Storage that refuses is asked again
/// with backoff, and nothing is acknowledged meanwhile; a conflict is retried shard by shard, so that only the offender fails.
/// </summary>
public sealed class CommitCoordinator : IAsyncDisposable
{
    /// <summary>Events in one transaction at most: long enough to amortise the sync, short enough not to stall readers.</summary>
    private const int MaxEventsPerTransaction = 8192;

    private readonly IJournal _journal;
    private readonly TimeProvider _time;
    private readonly TimeSpan _maxBackoff;
    private readonly Action<TimeSpan>? _appended;
    private readonly Channel<Pending> _queue = Channel.CreateUnbounded<Pending>(new() { SingleReader = true }); // one commit per shard in flight bounds it
    private readonly CancellationTokenSource _abort = new();
    private readonly Task _loop;
    private volatile string? _refusal;

    /// <summary>
    /// Starts the commit loop; <paramref name="maxBackoff"/> is the longest pause between two tries while storage refuses, and
    /// <paramref name="appended"/> is told how long each durable transaction took.
    /// </summary>
    public CommitCoordinator(
        IJournal journal, EngineScheduler scheduler, TimeProvider time, TimeSpan maxBackoff, Action<TimeSpan>? appended = null)
    {
        (_journal, _time, _maxBackoff, _appended) = (journal, time, maxBackoff, appended);
        _loop = scheduler.Start(RunAsync);
    }

    /// <summary>Raised after every transaction that became durable; handlers must return at once.</summary>
    public event Action? Committed;

    /// <summary>Why storage refuses at the moment, or null.</summary>
    public string? Refusal => _refusal;

    /// <summary>
    /// Completes when the write is durable. Fails with <see cref="JournalConflictException"/> when this write lost its fence, and
    /// with <see cref="OperationCanceledException"/> when the coordinator stopped while storage still refused.
    /// </summary>
    public Task CommitAsync(AtomicWrite write)
    {
        if (write.Events.Count == 0 && write.Snapshots.Count == 0) return Task.CompletedTask;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Commit(write, error =>
        {
            if (error is null) done.TrySetResult();
            else done.TrySetException(error);
        });
        return done.Task;
    }

    /// <summary>
    /// The same for a caller that must hear of it at once: <paramref name="ended"/> is told the outcome, null for durable, between two
    /// transactions, so that what it commits then is part of the next one. It must not wait.
    /// </summary>
    public void Commit(AtomicWrite write, Action<Exception?> ended)
    {
        if (!_queue.Writer.TryWrite(new Pending(write, ended))) ended(new OperationCanceledException("the journal is closed"));
    }

    /// <summary>No longer waits for storage that refuses: all are tried once more, and what is refused then fails.</summary>
    public bool HasGivenUp => _abort.IsCancellationRequested;

    /// <summary>From now on <see cref="HasGivenUp"/>. For a stop that must not last as long as an outage: nothing unacknowledged was promised.</summary>
    public void GiveUp() => _abort.Cancel(); // not CancelAsync: that runs on the thread pool

    /// <summary>Writes what is queued, then stops. While storage refuses, gives up at once: nothing unacknowledged was promised.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        GiveUp();
        await _loop;
        _abort.Dispose();
    }

    private async Task RunAsync()
    {
        var batch = new List<Pending>();
        while (await _queue.Reader.WaitToReadAsync())
        {
            batch.Clear();
            var events = 0;
            while (events < MaxEventsPerTransaction && _queue.Reader.TryRead(out var pending))
            {
                batch.Add(pending);
                events += pending.Write.Events.Count;
            }
            await WriteTogetherAsync(batch);
        }
    }

    private async Task WriteTogetherAsync(List<Pending> batch)
    {
        var error = await TryWriteAsync([.. batch.Select(p => p.Write)]);
        if (error is JournalConflictException && batch.Count > 1)
        {
            foreach (var pending in batch) pending.Ended(await TryWriteAsync([pending.Write]));
            return;
        }
        foreach (var pending in batch) pending.Ended(error);
    }

    /// <summary>
    /// Changes storage in another way than by a commit (a claim, an erasure), as stubbornly. Throws what the change throws, and
    /// <see cref="OperationCanceledException"/> when the coordinator stopped while storage still refused.
    /// </summary>
    public async Task<T> PersistAsync<T>(Func<Task<T>> change)
    {
        var pause = TimeSpan.FromTicks(Math.Min(_maxBackoff.Ticks, TimeSpan.FromMilliseconds(50).Ticks));
        while (true)
        {
            try
            {
                var started = _time.GetTimestamp();
                var result = await change();
                _appended?.Invoke(_time.GetElapsedTime(started));
                _refusal = null;
                Committed?.Invoke();
                return result;
            }
            catch (JournalUnavailableException refused)
            {
                _refusal = refused.Message;
                if (HasGivenUp) throw new OperationCanceledException($"stopped while storage refuses: {refused.Message}", refused);
                await Task.Delay(pause, _time, _abort.Token).ConfigureAwait(
                    ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
                pause = pause * 2 < _maxBackoff ? pause * 2 : _maxBackoff;
            }
        }
    }

    private async Task<Exception?> TryWriteAsync(IReadOnlyList<AtomicWrite> writes)
    {
        try
        {
            return await PersistAsync<Exception?>(async () =>
            {
                await _journal.WriteAsync(writes, CancellationToken.None);
                return null;
            });
        }
        catch (Exception error)
        {
            return error;
        }
    }

    private readonly record struct Pending(AtomicWrite Write, Action<Exception?> Ended);
}
