using System.Threading.Channels;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Protocols;

namespace ActorFingerprint.Engine.Streams;

/// <summary>
/// One parallel parser. It owns the stages of the partitions whose number modulo the lanes is its own, so reassembly state
/// never depends on how many lanes there are.
/// </summary>
internal sealed class Lane : IObservationSink
{
    private readonly PartitionStages?[] _stages = new PartitionStages?[PacketHeader.Partitions];
    private readonly Channel<SubBatch> _in;
    private readonly Channel<LaneResult> _out;
    private readonly ChannelWriter<SubBatch> _spent;
    private readonly StreamCounters _counters;
    private LaneResult _result = new();

    public Lane(int number, int lanes, int capacity, ProtocolOptions protocols, ChannelWriter<SubBatch> spent, StreamCounters counters)
    {
        for (var partition = number; partition < _stages.Length; partition += lanes) _stages[partition] = new PartitionStages(protocols);
        _in = Channel.CreateBounded<SubBatch>(new BoundedChannelOptions(capacity) { SingleReader = true, SingleWriter = true });
        _out = Channel.CreateBounded<LaneResult>(new BoundedChannelOptions(capacity) { SingleReader = true, SingleWriter = true });
        (_spent, _counters) = (spent, counters);
    }

    /// <summary>Blocks to parse, in order, one sub-batch each.</summary>
    public ChannelWriter<SubBatch> Input => _in.Writer;

    /// <summary>Results, one for each sub-batch, in the same order.</summary>
    public ChannelReader<LaneResult> Output => _out.Reader;

    /// <summary>Parses until the input ends; then completes the output. A fault ends it too and comes out of the task.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (await _in.Reader.WaitToReadAsync(stop)) // ReadAllAsync would continue on the thread pool
            {
                while (_in.Reader.TryRead(out var batch))
                {
                    var result = Parse(batch);
                    batch.Clear();
                    _spent.TryWrite(batch);
                    await _out.Writer.WriteAsync(result, stop);
                }
            }
            _out.Writer.TryComplete();
        }
        catch (Exception error)
        {
            _out.Writer.TryComplete(error);
            throw;
        }
    }

    void IObservationSink.Emit(Observation observation) => _result.Observations.Add(observation);

    void IObservationSink.Fault(Malformed fault) => _counters.Fault(fault);

    void IObservationSink.Evicted(StateLimit limit) => _counters.Evicted(limit);

    private LaneResult Parse(SubBatch batch)
    {
        _result = new LaneResult();
        for (var i = 0; i < batch.Count; i++)
        {
            ref readonly var header = ref batch.Header(i);
            var before = _result.Observations.Count;
            _stages[header.Partition]!.Parse(in header, batch.Payload(header), this);
            for (var n = before; n < _result.Observations.Count; n++) _result.Observations[n].Index = header.Ordinal << 8 | (n - before);
        }
        foreach (var stages in _stages)
        {
            if (stages is null) continue;
            stages.Advance(batch.StreamTicks);
            _result.OldestOpenFrame = Math.Min(_result.OldestOpenFrame, stages.OldestOpenFrame);
        }
        return _result;
    }
}
