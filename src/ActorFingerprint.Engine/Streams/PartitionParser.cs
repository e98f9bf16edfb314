using ActorFingerprint.Core.Observations;
using ActorFingerprint.Protocols;
using ActorFingerprint.Protocols.Tracing;

namespace ActorFingerprint.Engine.Streams;

/// <summary>
/// The stages of some of the partitions, and the observations that they make. The partitions are fixed by the flow hash, so reassembly
/// state never depends on how many parsers there are. One thread at a time.
/// </summary>
internal sealed class PartitionParser : IObservationSink
{
    private readonly PartitionStages?[] _stages = new PartitionStages?[PacketHeader.Partitions];
    private readonly StreamCounters _counters;
    private readonly FlowTrails? _trails;

    /// <summary>Takes the partitions whose number modulo <paramref name="parsers"/> is <paramref name="number"/>.</summary>
    public PartitionParser(int number, int parsers, ProtocolOptions protocols, StreamCounters counters)
    {
        protocols = protocols.ForOneThread();
        for (var partition = number; partition < _stages.Length; partition += parsers) _stages[partition] = new PartitionStages(protocols);
        _counters = counters;
        _trails = protocols.Trace is { } trace ? new FlowTrails(trace) : null;
    }

    /// <summary>What was made since the list was last replaced or cleared, by frame.</summary>
    public List<Observation> Observations { get; set; } = [];

    /// <summary>Gives one packet to its stages.</summary>
    public void Parse(in PacketHeader header, ReadOnlySpan<byte> payload)
    {
        var before = Observations.Count;
        _trails?.Note(in header, payload);
        _stages[header.Partition]!.Parse(in header, payload, this);
        for (var n = before; n < Observations.Count; n++)
        {
            Observations[n].Index = header.Ordinal << 8 | (n - before);
            _trails?.Attach(in header, Observations[n]);
        }
    }

    /// <summary>A block has ended at this time. Returns the first frame of the oldest flow still open, or the highest number.</summary>
    public long Advance(long atTicks)
    {
        var oldest = long.MaxValue;
        foreach (var stages in _stages)
        {
            if (stages is not null) oldest = Math.Min(oldest, stages.Advance(atTicks));
        }
        return oldest;
    }

    void IObservationSink.Emit(Observation observation) => Observations.Add(observation);

    void IObservationSink.Fault(Malformed fault) => _counters.Fault(fault);

    void IObservationSink.Evicted(StateLimit limit) => _counters.Evicted(limit);
}
