using System.Threading.Channels;
using ActorFingerprint.Persistence.Sqlite;
using Microsoft.Data.Sqlite;

namespace ActorFingerprint.Persistence;

/// <summary>
/// Runs blocking database work on threads of its own, one per session (a connection with its statements), behind one bounded
/// queue: callers await, and no thread of the pool ever waits for a disk. Work that was cancelled while it queued is not begun;
/// work that has begun is finished.
/// </summary>
internal sealed class DatabaseWorkers<TSession> : IAsyncDisposable
    where TSession : IDisposable
{
    private readonly Func<Exception, Exception?> _explain;
    private readonly Channel<Action<TSession>> _queue;
    private readonly Task[] _threads;

    /// <summary>Takes sessions on a SQLite file over; they are disposed of by their threads.</summary>
    public DatabaseWorkers(string name, string file, IReadOnlyList<TSession> sessions, int capacity = 256)
        : this(name, error => error is SqliteException refused ? SqliteFaults.Explain(file, refused) : null, sessions, capacity)
    {
    }

    /// <summary>
    /// Takes the sessions over; they are disposed of by their threads. <paramref name="explain"/> gives the journal's error for one of the
    /// database's, or null.
    /// </summary>
    public DatabaseWorkers(string name, Func<Exception, Exception?> explain, IReadOnlyList<TSession> sessions, int capacity = 256)
    {
        _explain = explain;
        _queue = Channel.CreateBounded<Action<TSession>>(new BoundedChannelOptions(capacity) { SingleReader = sessions.Count == 1 });
        _threads = [.. sessions.Select((session, index) => Start($"{name}-{index}", session))];
    }

    /// <summary>Queues work and completes when it is done. The database's errors come as the journal's.</summary>
    public async Task<T> RunAsync<T>(Func<TSession, T> work, CancellationToken stop)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        await _queue.Writer.WriteAsync(session => Run(session, work, done, stop), stop);
        return await done.Task;
    }

    /// <summary>Finishes what is queued, then closes the sessions.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await Task.WhenAll(_threads);
    }

    private void Run<T>(TSession session, Func<TSession, T> work, TaskCompletionSource<T> done, CancellationToken stop)
    {
        if (stop.IsCancellationRequested)
        {
            done.TrySetCanceled(stop);
            return;
        }
        try
        {
            done.TrySetResult(work(session));
        }
#pragma warning disable CA1031 // The caller awaits the outcome: every error belongs to it, none to this thread.
        catch (Exception error)
        {
            done.TrySetException(_explain(error) ?? error);
        }
#pragma warning restore CA1031
    }

    private Task Start(string name, TSession session)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() => Serve(session, ended)) { Name = name, IsBackground = true };
        thread.Start();
        return ended.Task;
    }

    private void Serve(TSession session, TaskCompletionSource ended)
    {
        try
        {
            while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
                while (_queue.Reader.TryRead(out var work)) work(session);
            session.Dispose();
            ended.TrySetResult();
        }
#pragma warning disable CA1031 // Closing failed: whoever disposes learns it.
        catch (Exception error)
        {
            ended.TrySetException(error);
        }
#pragma warning restore CA1031
    }
}
