using System.Runtime.CompilerServices;
using System.Threading.Channels;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Engine.Capture;
using ActorFingerprint.Protocols;
using ActorFingerprint.Protocols.Network;

namespace ActorFingerprint.Engine.Streams;

/// <summary>
/// Source → walk and interest test → numbered sub-batches → lanes → ordered merge → consumer (design §4). Everything between is
/// bounded, so a slow consumer stops the source. The first fault anywhere stops the whole graph and comes out of
/// <see cref="RunAsync"/>.
/// </summary>
public sealed class CapturePipeline(
    StreamOptions options, ProtocolOptions protocols, EngineScheduler scheduler, TimeProvider time, StreamCounters counters)
{
    /// <summary>
    /// Reads the source to its end, or until <paramref name="stop"/>, which drains what was read and returns normally. A resumed
    /// source starts at <paramref name="from"/>, where the highest frame time was <paramref name="streamTicks"/> (else null and 0).
    /// </summary>
    public Task RunAsync(
        ICaptureSource source, SourcePosition? from, long streamTicks, IMergedBlockConsumer consumer, CancellationToken stop) =>
        options.EffectiveLanes == 1 && source.IsLossless
            ? scheduler.Start(() => new SingleLane(protocols, time, counters).RunAsync(source, from, streamTicks, consumer, stop))
            : RunLanesAsync(source, from, streamTicks, consumer, stop);

    private async Task RunLanesAsync(
        ICaptureSource source, SourcePosition? from, long streamTicks, IMergedBlockConsumer consumer, CancellationToken stop)
    {
        using var abort = new CancellationTokenSource();
        var lanes = options.EffectiveLanes;
        var pool = Channel.CreateUnbounded<SubBatch>(); // holds at most the batches in flight
        var parsers = Enumerable.Range(0, lanes)
            .Select(n => new Lane(n, lanes, options.BlocksInFlight, protocols, pool.Writer, counters))
            .ToArray();
        var blocks = Channel.CreateBounded<MergedBlock>(new BoundedChannelOptions(lanes * options.BlocksInFlight + 2) { SingleReader = true, SingleWriter = true });

        Task[] loops =
        [
            scheduler.Start(() => WalkAsync(source, from, streamTicks, parsers, pool, blocks.Writer, stop, abort.Token)),
            .. parsers.Select(lane => scheduler.Start(() => lane.RunAsync(abort.Token))),
            scheduler.Start(() => MergeAsync(blocks.Reader, parsers, consumer, abort.Token)),
        ];
        try
        {
            await AllOrFirstFaultAsync(loops, abort);
        }
        finally
        {
            while (pool.Reader.TryRead(out var batch)) batch.Release();
        }
    }

    /// <summary>Waits for all loops; the first fault cancels the others and is the one that is thrown.</summary>
    private static async Task AllOrFirstFaultAsync(Task[] loops, CancellationTokenSource abort)
    {
        var open = loops.ToList();
        Exception? cause = null;
        while (open.Count > 0)
        {
            var ended = await Task.WhenAny(open);
            open.Remove(ended);
            if (ended.IsCompletedSuccessfully) continue;
            cause ??= ended.Exception?.InnerException switch
            {
                ChannelClosedException { InnerException: { } behind } => behind,
                { } fault => fault,
                null => new OperationCanceledException(),
            };
            abort.Cancel(); // not CancelAsync: that runs on the thread pool
        }
        if (cause is not null) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(cause);
    }

    private async Task WalkAsync(
        ICaptureSource source, SourcePosition? from, long streamTicks, Lane[] lanes, Channel<SubBatch> pool, ChannelWriter<MergedBlock> blocks,
        CancellationToken stop, CancellationToken abort)
    {
        var interest = new InterestTest(protocols.Interest);
        counters.Walk = interest.Counters;
        var sampler = options.MaxHelloRate > 0 && !source.IsLossless ? new FloodSampler(options.MaxHelloRate) : null;
        var number = 0L;
        var streamTime = new StreamTime(streamTicks);
        var batches = new SubBatch[lanes.Length];
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, abort);
        try
        {
            await foreach (var block in source.ReadAsync(from, either.Token).WithCancellation(either.Token))
            {
                for (var i = 0; i < batches.Length; i++) batches[i] = pool.Reader.TryRead(out var spent) ? spent : new SubBatch();
                var startTicks = streamTime.Highest;
                MergedBlock merged;
                using (block)
                {
                    Walk(block, interest, sampler, batches, ref streamTime);
                    merged = new MergedBlock
                    {
                        Observations = [],
                        FirstFrame = block.FirstFrame,
                        LastFrame = block.FirstFrame + block.Count - 1,
                        StartTicks = startTicks,
                        StreamTicks = streamTime.Highest,
                        OldestOpenFrame = interest.OldestOpenFrame,
                        IsLastForNow = block.IsLastForNow || !source.IsLossless,
                        Next = block.Next,
                    };
                }
                await blocks.WriteAsync(merged, abort);
                for (var i = 0; i < lanes.Length; i++)
                {
                    (batches[i].Block, batches[i].Time) = (number, streamTime.Current);
                    await lanes[i].Input.WriteAsync(batches[i], abort);
                }
                number++;
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested && !abort.IsCancellationRequested)
        {
            // asked to stop: what was read is drained below, like the end of the source
        }
        finally
        {
            foreach (var lane in lanes) lane.Input.TryComplete();
            blocks.TryComplete();
        }
    }

    private void Walk(FrameBlock block, InterestTest interest, FloodSampler? sampler, SubBatch[] batches, ref StreamTime streamTime)
    {
        var bytes = block.Buffer;
        var frames = block.Frames;
        var number = block.FirstFrame;
        var interesting = 0;
        var sampledOut = 0;
        PacketHeader header = default;
        foreach (ref readonly var frame in frames)
        {
            streamTime.See(frame.AtTicks);
            var captured = bytes.AsSpan(frame.Offset, frame.Length);
            var wanted = interest.Test(frame.LinkType, captured, frame.WireLength, number++, frame.AtTicks, ref header, out var payload);
            for (byte ordinal = 0; ; ordinal++)
            {
                if (wanted != Interest.None && sampler?.Passes(in header) == false)
                {
                    sampledOut++;
                }
                else if (wanted != Interest.None)
                {
                    header.Ordinal = ordinal;
                    batches[header.Partition % batches.Length].Add(header, payload);
                    interesting++;
                }
                if (!interest.HasMore) break;
                wanted = interest.TestNext(captured, ref header, out payload);
            }
        }
        counters.Add(frames.Length, interesting);
        if (sampledOut > 0) counters.AddSampledOut(sampledOut);
    }

    private async Task MergeAsync(ChannelReader<MergedBlock> blocks, Lane[] lanes, IMergedBlockConsumer consumer, CancellationToken abort)
    {
        var pace = new FlushPace(time);
        while (true)
        {
            var more = HasMoreAsync(blocks, abort);
            await pace.WaitAsync(more, consumer, abort);
            if (!await more) break;
            if (!blocks.TryRead(out var block)) continue;
            var oldest = block.OldestOpenFrame;
            List<Observation>? merged = null;
            foreach (var lane in lanes)
            {
                var result = await lane.Output.ReadAsync(abort);
                oldest = Math.Min(oldest, result.OldestOpenFrame);
                if (merged is null || merged.Count == 0) merged = result.Observations;
                else merged.AddRange(result.Observations);
            }
            merged ??= [];
            if (lanes.Length > 1) ObservationOrder.Sort(merged);
            ObservationOrder.Number(merged);
            counters.Add(merged);
            await consumer.ConsumeAsync(block with { Observations = merged, OldestOpenFrame = oldest }, abort);
            if (block.IsLastForNow) pace.Hold();
        }
        await consumer.CompleteAsync(abort);
    }

    /// <summary>As a task whose continuations stay on the scheduler, which those of <c>AsTask</c> do not.</summary>
    private static async Task<bool> HasMoreAsync(ChannelReader<MergedBlock> blocks, CancellationToken abort) => await blocks.WaitToReadAsync(abort);
}
