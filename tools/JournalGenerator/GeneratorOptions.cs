namespace ActorFingerprint.Tools.JournalGenerator;

/// <summary>What journal to make.</summary>
/// <param name="Seed">Everything is drawn from it.</param>
/// <param name="Devices">Devices by the end; they come evenly.</param>
/// <param name="Events">Events of all kinds, shard rows and the run's own included; the last commit may go over it by a few.</param>
/// <param name="Shards">Shards of the store.</param>
/// <param name="Days">Days of frame time that the journal tells of.</param>
internal sealed record GeneratorOptions(int Seed, int Devices, long Events, int Shards, int Days)
{
    /// <summary>Events of devices that one commit of all shards holds, about.</summary>
    public const int EventsOfCommit = 2000;

    /// <summary>Devices of a shard that a commit speaks of, at most.</summary>
    public const int DevicesOfBatch = 48;
}
