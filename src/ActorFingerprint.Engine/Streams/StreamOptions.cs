namespace ActorFingerprint.Engine.Streams;

/// <summary>Shape of the stream from a capture source to the mailboxes.</summary>
public sealed record StreamOptions
{
    /// <summary>Parallel parsers, 1..64. The result does not depend on it. 0 = one per processor, at most 8.</summary>
    public int Lanes { get; init; }

    /// <summary>Blocks that may wait before each lane, and before the merge; at least 1.</summary>
    public int BlocksInFlight { get; init; } = 4;

    /// <summary>
    /// New messages a second of frame time above which a live source is sampled (<see cref="FloodSampler"/>); 0 samples nothing. Sources that wait
    /// are never sampled.
    /// </summary>
    public int MaxHelloRate { get; init; }

    /// <summary>Lanes as used.</summary>
    public int EffectiveLanes => Lanes > 0 ? Math.Min(Lanes, 64) : Math.Clamp(Environment.ProcessorCount, 1, 8);
}
