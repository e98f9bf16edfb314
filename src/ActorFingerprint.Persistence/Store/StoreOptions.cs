using ActorFingerprint.Persistence.Projections;

namespace ActorFingerprint.Persistence.Store;

/// <summary>How to open a store.</summary>
public sealed record StoreOptions
{
    /// <summary>Shards of a store that is created without saying how many.</summary>
    public const int DefaultShards = 64;

    /// <summary>The folder. Created, with mode 0700, when it is not there.</summary>
    public required string Folder { get; init; }

    /// <summary>
    /// How many shards the store has, fixed when it is created; null takes what is there, or <see cref="DefaultShards"/>.
    /// </summary>
    public int? Shards { get; init; }

    /// <summary>Threads that read the journal, 1..16.</summary>
    public int Readers { get; init; } = 2;

    /// <summary>Clock of the <c>created</c> columns.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Who writes; null makes a new random one, as a process should.</summary>
    public string? WriterUuid { get; init; }

    /// <summary>Hears one line for each thing that was passed over and should be looked at (a snapshot with a bad checksum).</summary>
    public Action<string>? Warn { get; init; }

    /// <summary>Hears how the read side is doing, whenever that changes.</summary>
    public Action<ProjectionState>? ProjectionChanged { get; init; }
}
