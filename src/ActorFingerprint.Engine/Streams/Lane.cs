using System.Threading.Channels;
using ActorFingerprint.Protocols;

namespace ActorFingerprint.Engine.Streams;

/// <summary>One of several parallel parsers, with a queue before and after it.</summary>
internal sealed class Lane
{
    private readonly PartitionParser _parser;
    private readonly Channel<SubBatch> _in;
    private readonly Channel<LaneResult> _out;
    private readonly ChannelWriter<SubBatch> _spent;

    public Lane(int number, int lanes, int capacity, ProtocolOptions protocols, ChannelWriter<SubBatch> spent, StreamCounters counters)
    {
        _parser = new PartitionParser(number, lanes, protocols, counters);
        _in = Channel.CreateBounded<SubBatch>(new BoundedChannelOptions(capacity) { SingleReader = true, SingleWriter = true });
        _out = Channel.CreateBounded<LaneResult>(new BoundedChannelOptions(capacity) { SingleReader = true, SingleWriter = true });
        _spent = spent;
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

    private LaneResult Parse(SubBatch batch)
    {
        _parser.Observations = [];
        for (var i = 0; i < batch.Count; i++)
        {
            ref readonly var header = ref batch.Header(i);
            _parser.Parse(in header, batch.Payload(header));
        }
        return new LaneResult(_parser.Observations, _parser.Advance(batch.Time));
    }
}
