using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Identification;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Projections;
using ActorFingerprint.Persistence.Projections;

namespace ActorFingerprint.Node.Hosting;

/// <summary>A store opened to read.</summary>
public interface IStoreReader : IAsyncDisposable
{
    /// <summary>The read side.</summary>
    IDeviceReadModel Devices { get; }

    /// <summary>Sizes and counts.</summary>
    Task<StoreStatistics> StatisticsAsync(CancellationToken stop);

    /// <summary>Stored events in journal order after an ordering; of one device when it is given.</summary>
    IAsyncEnumerable<StoredEvent> ReadAsync(long afterOrdering, DeviceKey? device, CancellationToken stop);

    /// <summary>Checks checksums, sequences and read side against the journal. Reports events checked.</summary>
    Task<StoreVerification> VerifyAsync(IProgress<long> progress, CancellationToken stop);

    /// <summary>Devices as they were at a time (UTC ticks of frame time), from the journal alone.</summary>
    Task<IReadOnlyList<DeviceRow>> ReplayAsOfAsync(long atTicks, IProgress<long> progress, CancellationToken stop);

    /// <summary>What the classifier says of every device in the journal today, beside what was journaled. Changes nothing.</summary>
    Task<IReadOnlyList<Reclassification>> ReclassifyAsync(DeviceClassifier classifier, IProgress<long> progress, CancellationToken stop);

    /// <summary>Writes every event as JSON lines (docs/formats.md) and returns how many.</summary>
    Task<long> ExportAsync(Stream output, IProgress<long> progress, CancellationToken stop);
}

/// <summary>A store opened to change it: no node runs on it.</summary>
public interface IStoreWriter : IStoreReader
{
    /// <summary>The pseudonym that stands for a device in the journal and the audit log.</summary>
    string PersistenceIdOf(DeviceKey device);

    /// <summary>Names a device; false when it is unknown.</summary>
    Task<bool> LabelAsync(DeviceKey device, string? label, CancellationToken stop);

    /// <summary>Erases a device from every file of the store.</summary>
    Task<Erasure> ForgetAsync(DeviceKey device, CancellationToken stop);

    /// <summary>Reads JSON lines of <see cref="IStoreReader.ExportAsync"/> into an empty store and returns how many events came.</summary>
    Task<long> ImportAsync(Stream input, IProgress<long> progress, CancellationToken stop);

    /// <summary>
    /// Builds the read side anew from the first event, in <paramref name="parts"/> parts at once (null for as many as are worth it), and returns the
    /// ordering reached. With <paramref name="resume"/> a rebuild that was cut off is gone on with.
    /// </summary>
    Task<long> RebuildAsync(int? parts, bool resume, IProgress<RebuildProgress> progress, CancellationToken stop);

    /// <summary>
    /// Removes everything captured: events, snapshots, read side. Keeps the configuration, tokens and audit log. Returns how
    /// many devices went.
    /// </summary>
    Task<long> ClearAsync(CancellationToken stop);
}

/// <summary>What an erasure did.</summary>
/// <param name="Found">Something of the device was stored.</param>
/// <param name="Remainder">What may be left of it in files, and when that goes, in words for the operator; null for nothing.</param>
public sealed record Erasure(bool Found, string? Remainder);

/// <summary>Sizes and counts of a store.</summary>
public sealed record StoreStatistics(
    string Folder, long Events, long LastOrdering, long Entities, long Snapshots, long Devices, long Runs, int Shards, long JournalBytes,
    long ProjectionBytes, long ProjectionOffset, IReadOnlyDictionary<string, long> EventsByManifest);

/// <summary>Result of a verification: how much was checked, and one line for everything that is wrong.</summary>
public sealed record StoreVerification(long Events, long Snapshots, IReadOnlyList<string> Problems);
