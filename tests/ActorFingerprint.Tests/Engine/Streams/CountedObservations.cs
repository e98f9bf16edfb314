using ActorFingerprint.Core.Observations;
using ActorFingerprint.Engine.Streams;

namespace ActorFingerprint.Tests.Engine.Streams;

/// <summary>The end of a stream that only counts observations of one kind.</summary>
internal sealed class CountedObservations<T> : IMergedBlockConsumer where T : Observation
{
    public int Count { get; private set; }

    public ValueTask TakeAsync(IReadOnlyList<Observation> observations, CancellationToken stop)
    {
        Count += observations.OfType<T>().Count();
        return ValueTask.CompletedTask;
    }

    public ValueTask ConsumeAsync(MergedBlock block, CancellationToken stop) => TakeAsync(block.Observations, stop);

    public ValueTask CompleteAsync(CancellationToken stop) => ValueTask.CompletedTask;
}
