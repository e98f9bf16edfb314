using System.Buffers;
using System.Text.Json;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Protocols;
using ActorFingerprint.Protocols.Network;

namespace ActorFingerprint.Tests.Golden;

/// <summary>Frames through interest test and stages on one thread, as a lane does it.</summary>
internal sealed class StageRun : IObservationSink
{
    private readonly InterestTest _interest = new(new InterestOptions());
    private readonly PartitionStages[] _partitions =
        [.. Enumerable.Range(0, PacketHeader.Partitions).Select(_ => new PartitionStages(new ProtocolOptions()))];

    /// <summary>What was found, in frame order.</summary>
    public List<Observation> Observations { get; } = [];

    /// <summary>Faults by name.</summary>
    public SortedDictionary<Malformed, int> Faults { get; } = [];

    /// <summary>Evictions by limit.</summary>
    public SortedDictionary<StateLimit, int> Evictions { get; } = [];

    /// <summary>Runs a capture of the shared corpora.</summary>
    public static StageRun OfCorpus(string path)
    {
        var run = new StageRun();
        foreach (var frame in TestCaptures.ReadCorpus(path)) run.Add(frame);
        return run;
    }

    /// <summary>An observation as the contract writes it.</summary>
    public static JsonElement Json(Observation observation)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer)) ObservationJson.Write(writer, observation, "capture", observation.Frame);
        return JsonDocument.Parse(buffer.WrittenMemory).RootElement;
    }

    /// <summary>Runs one frame.</summary>
    public void Add(TestFrame frame)
    {
        PacketHeader header = default;
        var interest = _interest.Test(
            frame.LinkType, frame.Bytes, frame.WireLength, frame.Frame, frame.AtTicks, ref header, out var payload);
        while (true)
        {
            if (interest != Interest.None) _partitions[header.Partition].Parse(in header, payload, this);
            if (!_interest.HasMore) return;
            interest = _interest.TestNext(frame.Bytes, ref header, out payload);
        }
    }

    void IObservationSink.Emit(Observation observation) => Observations.Add(observation);

    void IObservationSink.Fault(Malformed fault) => Faults[fault] = Faults.GetValueOrDefault(fault) + 1;

    void IObservationSink.Evicted(StateLimit limit) => Evictions[limit] = Evictions.GetValueOrDefault(limit) + 1;
}
