using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Engine.Streams;

/// <summary>What one lane made of one block.</summary>
internal sealed class LaneResult
{
    /// <summary>Observations in the order in which the lane met them: by frame.</summary>
    public List<Observation> Observations { get; } = [];

    /// <summary>First frame of the oldest flow still open in the lane's partitions after the block.</summary>
    public long OldestOpenFrame { get; set; } = long.MaxValue;
}
