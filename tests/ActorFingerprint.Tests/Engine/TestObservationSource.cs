using System.Runtime.CompilerServices;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Engine.Capture;

namespace ActorFingerprint.Tests.Engine;

/// <summary>Observations in memory; every reading makes them anew, because the router rule changes them.</summary>
/// <param name="make">The whole source.</param>
internal sealed class TestObservationSource(Func<IEnumerable<Observation>> make) : IObservationSource
{
    /// <summary>Awaited before each observation; a test stops, waits or throws here. Null goes on at once.</summary>
    public Func<Observation, CancellationToken, Task>? Before { get; init; }

    /// <summary>From where each reading started.</summary>
    public List<long> Readings { get; } = [];

    public string Name => "observations";

    public async IAsyncEnumerable<Observation> ReadAsync(long afterFrame, [EnumeratorCancellation] CancellationToken stop)
    {
        Readings.Add(afterFrame);
        foreach (var observation in make().Where(o => o.Frame > afterFrame))
        {
            if (Before is { } before) await before(observation, stop);
            stop.ThrowIfCancellationRequested();
            yield return observation;
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
