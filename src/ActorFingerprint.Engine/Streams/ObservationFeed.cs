using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Engine.Capture;

namespace ActorFingerprint.Engine.Streams;

/// <summary>
/// Observations that were made elsewhere → blocks → consumer: the way around the parsers. A block is handed over when it is full, and
/// earlier when the source has to be waited for. Waiting for the consumer stops the source.
/// </summary>
/// <param name="blockLength">Observations in a block.</param>
/// <param name="time">Clock of the flushes while the source is slow.</param>
/// <param name="counters">Counts what passes.</param>
public sealed class ObservationFeed(int blockLength, TimeProvider time, StreamCounters counters)
{
    /// <summary>
    /// Reads the source to its end, or until <paramref name="stop"/>, which hands over what was read and returns normally. A resumed
    /// source starts at <paramref name="from"/>, where the highest time was <paramref name="streamTicks"/> (else null and 0).
    /// </summary>
    /// <exception cref="CaptureException">The source cannot be read, or its frame numbers do not rise.</exception>
    public async Task RunAsync(
        IObservationSource source, SourcePosition? from, long streamTicks, IMergedBlockConsumer consumer, CancellationToken stop)
    {
        using var abort = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var lastFrame = from is null ? 0 : from.Frame - 1;
        var open = new Block(lastFrame, streamTicks);
        var pace = new FlushPace(time);
        await using var observations = source.ReadAsync(lastFrame, abort.Token).GetAsyncEnumerator(abort.Token);
        var next = Task.FromResult(true);
        try
        {
            while (true)
            {
                next = HasMoreAsync(observations);
                if (open.Count == blockLength || (open.Count > 0 && !next.IsCompleted))
                {
                    open = await HandOverAsync(open, consumer);
                    pace.Hold();
                }
                if (!next.IsCompleted) await pace.WaitAsync(next, consumer, CancellationToken.None);
                if (!await next) break;
                if (!open.TryAdd(observations.Current))
                    throw new CaptureException("CAPTURE_UNAVAILABLE",
                        $"{source.Name}: observation {observations.Current.Frame} comes after {open.LastFrame}; the source must give rising numbers");
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // asked to stop: what was read is handed over below, like the end of the source
        }
        catch (ChannelClosedException closed) when (closed.InnerException is { } cause)
        {
            ExceptionDispatchInfo.Throw(cause); // what stopped the shard
        }
        finally
        {
            abort.Cancel(); // not CancelAsync: that runs on the thread pool
            await Task.WhenAny(next); // the iterator may not be disposed while it runs
        }
        if (open.Count > 0) await HandOverAsync(open, consumer);
        await consumer.CompleteAsync(CancellationToken.None);
    }

    /// <summary>As a task whose continuations stay on the scheduler.</summary>
    private static async Task<bool> HasMoreAsync(IAsyncEnumerator<Observation> observations) => await observations.MoveNextAsync();

    private async ValueTask<Block> HandOverAsync(Block full, IMergedBlockConsumer consumer)
    {
        counters.Add(full.Observations);
        await consumer.ConsumeAsync(full.Close(), CancellationToken.None);
        return new Block(full.LastFrame, full.StreamTicks);
    }

    /// <summary>Observations gathered after <paramref name="before"/>.</summary>
    private sealed class Block(long before, long startTicks)
    {
        private readonly long _firstFrame = before + 1;
        private readonly long _startTicks = startTicks;
        public List<Observation> Observations { get; } = [];

        public int Count => Observations.Count;

        public long LastFrame { get; private set; } = before;

        public long StreamTicks { get; private set; } = startTicks;

        public bool TryAdd(Observation observation)
        {
            if (observation.Frame <= LastFrame) return false;
            observation.Index = 0;
            Observations.Add(observation);
            (LastFrame, StreamTicks) = (observation.Frame, Math.Max(StreamTicks, observation.AtTicks));
            return true;
        }

        public MergedBlock Close() => new()
        {
            Observations = Observations,
            FirstFrame = _firstFrame,
            LastFrame = LastFrame,
            StartTicks = _startTicks,
            StreamTicks = StreamTicks,
            OldestOpenFrame = long.MaxValue,
            Next = new SourcePosition(LastFrame + 1, ""),
        };
    }
}
