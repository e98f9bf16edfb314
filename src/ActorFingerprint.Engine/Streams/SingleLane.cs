using ActorFingerprint.Engine.Capture;
using ActorFingerprint.Protocols;
using ActorFingerprint.Protocols.Network;

namespace ActorFingerprint.Engine.Streams;

/// <summary>
/// The stream of a lossless source on one processor: a frame is walked, parsed where it lies, and its observations are handed on before
/// much else has gone through the processor's cache. Nothing waits in between, so nothing is copied or queued. Gives what several lanes give.
/// </summary>
internal sealed class SingleLane(ProtocolOptions protocols, TimeProvider time, StreamCounters counters)
{
    /// <summary>Observations handed on together: few enough that the next step finds them in the first- or second-level cache.</summary>
    private const int Handful = 64;

    private readonly InterestTest _interest = new(protocols.Interest);
    private readonly PartitionParser _parser = new(0, 1, protocols, counters);
    private PacketHeader _header;
    private StreamTime _time;

    /// <summary>As <see cref="CapturePipeline.RunAsync"/>.</summary>
    public async Task RunAsync(
        ICaptureSource source, SourcePosition? from, long streamTicks, IMergedBlockConsumer consumer, CancellationToken stop)
    {
        counters.Walk = _interest.Counters;
        var pace = new FlushPace(time);
        _time = new StreamTime(streamTicks);
        await using var blocks = source.ReadAsync(from, stop).GetAsyncEnumerator(stop);
        while (true)
        {
            var more = HasMoreAsync(blocks, stop);
            if (!more.IsCompleted) await pace.WaitAsync(more, consumer, CancellationToken.None);
            if (!await more) break;
            using var block = blocks.Current;
            var startTicks = _time.Highest;
            for (var at = 0; at < block.Count;)
            {
                at = Walk(block, at);
                Finish();
                if (at == block.Count) break;
                await consumer.TakeAsync(_parser.Observations, CancellationToken.None);
                _parser.Observations.Clear();
            }
            await consumer.ConsumeAsync(
                new MergedBlock
                {
                    Observations = _parser.Observations,
                    FirstFrame = block.FirstFrame,
                    LastFrame = block.FirstFrame + block.Count - 1,
                    StartTicks = startTicks,
                    StreamTicks = _time.Highest,
                    OldestOpenFrame = Math.Min(_interest.OldestOpenFrame, _parser.Advance(_time.Current)),
                    IsLastForNow = block.IsLastForNow,
                    Next = block.Next,
                },
                CancellationToken.None);
            _parser.Observations.Clear();
            if (block.IsLastForNow) pace.Hold();
        }
        await consumer.CompleteAsync(CancellationToken.None);
    }

    /// <summary>As a task whose continuations stay on the scheduler. Being asked to stop ends the source.</summary>
    private static async Task<bool> HasMoreAsync(IAsyncEnumerator<FrameBlock> blocks, CancellationToken stop)
    {
        try
        {
            return await blocks.MoveNextAsync();
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Walks and parses from a frame of the block on, until there is a handful of observations. Returns the frame after.</summary>
    private int Walk(FrameBlock block, int at)
    {
        var bytes = block.Buffer;
        var frames = block.Frames[at..];
        var number = block.FirstFrame + at;
        var interesting = 0;
        var walked = 0;
        foreach (ref readonly var frame in frames)
        {
            _time.See(frame.AtTicks);
            var captured = bytes.AsSpan(frame.Offset, frame.Length);
            var wanted = _interest.Test(frame.LinkType, captured, frame.WireLength, number++, frame.AtTicks, ref _header, out var payload);
            walked++;
            for (byte ordinal = 0; ; ordinal++)
            {
                if (wanted != Interest.None)
                {
                    _header.Ordinal = ordinal;
                    _parser.Parse(in _header, payload);
                    interesting++;
                }
                if (!_interest.HasMore) break;
                wanted = _interest.TestNext(captured, ref _header, out payload);
            }
            if (_parser.Observations.Count >= Handful) break;
        }
        counters.Add(walked, interesting);
        return at + walked;
    }

    private void Finish()
    {
        ObservationOrder.Number(_parser.Observations);
        counters.Add(_parser.Observations);
    }
}
