using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Engine.Streams;

/// <summary>What one lane made of one block.</summary>
/// <param name="Observations">In the order in which the lane met them: by frame.</param>
/// <param name="OldestOpenFrame">First frame of the oldest flow still open in the lane's partitions after the block.</param>
internal sealed record LaneResult(List<Observation> Observations, long OldestOpenFrame);
