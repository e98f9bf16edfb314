using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Engine.Streams;

/// <summary>The order in which observations leave the stream.</summary>
internal static class ObservationOrder
{
    /// <summary>Restores (frame, index) order over the results of several lanes.</summary>
    public static void Sort(List<Observation> observations) =>
        observations.Sort(static (a, b) => a.Frame != b.Frame ? a.Frame.CompareTo(b.Frame) : a.Index.CompareTo(b.Index));

    /// <summary>Counts the observations of each frame from 0.</summary>
    public static void Number(List<Observation> observations)
    {
        var frame = 0L;
        var index = 0;
        foreach (var observation in observations)
        {
            index = observation.Frame == frame ? index + 1 : 0;
            frame = observation.Frame;
            observation.Index = index;
        }
    }
}
