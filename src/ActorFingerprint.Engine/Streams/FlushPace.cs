namespace ActorFingerprint.Engine.Streams;

/// <summary>
/// How long the observations of a slow source are held back: not at all after a quiet while, else until <see cref="Interval"/> has
/// passed since the last flush. So a busy interface writes a few large rows a second instead of hundreds of small ones.
/// </summary>
internal sealed class FlushPace(TimeProvider time)
{
    /// <summary>Time between two flushes at least; a shard writes a row at least this often while it is busy (design §4).</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private bool _holds;
    private long? _flushed;

    private TimeSpan Left => _flushed is { } at ? Interval - time.GetElapsedTime(at) : TimeSpan.Zero;

    /// <summary>Something is held back from now on.</summary>
    public void Hold() => _holds = true;

    /// <summary>Waits for more or for the end of the interval, whichever comes first, and flushes when it is time.</summary>
    public async ValueTask WaitAsync(Task more, IMergedBlockConsumer consumer, CancellationToken stop)
    {
        if (!_holds) return;
        while (!more.IsCompleted && !stop.IsCancellationRequested && Left is { Ticks: > 0 } left) // again: timers may be early
        {
            using var enough = CancellationTokenSource.CreateLinkedTokenSource(stop);
            await Task.WhenAny(more, Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)), time, enough.Token));
            enough.Cancel(); // not CancelAsync: that runs on the thread pool
        }
        if (Left > TimeSpan.Zero) return;
        await consumer.FlushAsync(stop);
        (_holds, _flushed) = (false, time.GetTimestamp());
    }
}
