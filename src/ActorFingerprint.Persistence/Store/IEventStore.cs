using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Projections;
using ActorFingerprint.Persistence.Maintenance;
using ActorFingerprint.Persistence.Projections;

namespace ActorFingerprint.Persistence.Store;

/// <summary>
/// Everything in one store, opened together: journal and snapshots, pseudonyms, read side, maintenance. Errors are one line for the operator:
/// <see cref="StoreException"/> when the store cannot be used as asked, <see cref="JournalUnavailableException"/> while storage refuses.
/// </summary>
public interface IEventStore : IAsyncDisposable
{
    /// <summary>Where it is, for messages: a folder, or server, database and schema.</summary>
    string Where { get; }

    /// <summary>Where bytes that <see cref="IJournal.RewriteAsync"/> could not make unreadable may still be, in words for the operator.</summary>
    string ErasureRemainder { get; }

    /// <summary>How many shards it was made with.</summary>
    int Shards { get; }

    /// <summary>The journal.</summary>
    IJournal Journal { get; }

    /// <summary>Its snapshots.</summary>
    ISnapshotStore Snapshots { get; }

    /// <summary>Names devices in the journal.</summary>
    DevicePseudonyms Pseudonyms { get; }

    /// <summary>Tells what other processes append; null when no other can.</summary>
    IJournalSignals? Signals { get; }

    /// <summary>Keeps the read side up; the host runs it and wakes it after commits. Only for a store opened for writing.</summary>
    IProjections Projections { get; }

    /// <summary>Answers questions.</summary>
    IDeviceReadModel ReadModel { get; }

    /// <summary>The highest ordering that is committed; 0 for an empty journal.</summary>
    Task<long> HighestOrderingAsync(CancellationToken stop);

    /// <summary>
    /// Appends events with the orderings, times and writers that they had, in one transaction. Throws <see cref="JournalConflictException"/> when
    /// one does not follow. Only while nobody else writes.
    /// </summary>
    Task ImportAsync(IReadOnlyList<StoredEvent> events, CancellationToken stop);

    /// <summary>Counts what is there.</summary>
    Task<StoreStats> StatisticsAsync(CancellationToken stop);

    /// <summary>Checks everything that can be checked (<see cref="Finding"/>); no findings mean that it is sound. Reads only.</summary>
    Task<IReadOnlyList<Finding>> VerifyAsync(CancellationToken stop);

    /// <summary>Removes everything captured, key and read side included, and closes the store.</summary>
    Task ClearAsync(CancellationToken stop);
}
