using ActorFingerprint.Core.Observations;
using ActorFingerprint.Protocols;

namespace ActorFingerprint.Benchmarks;

/// <summary>Takes observations and forgets them.</summary>
internal sealed class ObservationCounter : IObservationSink
{
    /// <summary>Observations so far.</summary>
    public int Count { get; private set; }

    public void Emit(Observation observation) => Count++;

    public void Fault(Malformed fault) => throw new InvalidOperationException($"benchmark data is malformed: {fault}");

    public void Evicted(StateLimit limit)
    {
        // Flows are never closed here, so that the oldest ones go: that is part of the work.
    }
}
