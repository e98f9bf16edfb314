namespace ActorFingerprint.Tools.ScaleSimulator.Planning;

/// <summary>How much of everything an operator has.</summary>
internal sealed record Deployment
{
    /// <summary>Machines that read and parse.</summary>
    public int Sensors { get; init; } = 1;

    /// <summary>Nodes that own shards.</summary>
    public int Engines { get; init; } = 3;

    /// <summary>Brokers of three nodes each.</summary>
    public int Brokers { get; init; } = 1;

    /// <summary>Databases, each of one site or region of the network.</summary>
    public int Databases { get; init; } = 1;

    /// <summary>Shards of the region in each database.</summary>
    public int Shards { get; init; } = 64;

    /// <summary>Whether rows older than <see cref="Limits.KeptDays"/> leave the journal.</summary>
    public bool Archives { get; init; }
}
