using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Identification;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Projections;
using ActorFingerprint.Persistence.Maintenance;
using ActorFingerprint.Persistence.Store;

namespace ActorFingerprint.Node.Hosting;

/// <summary>A store for the commands that only read.</summary>
internal class StoreReader(IEventStore store, int minPackets) : IStoreReader
{
    /// <inheritdoc />
    public IDeviceReadModel Devices => Store.ReadModel;

    /// <summary>The open store.</summary>
    protected IEventStore Store { get; } = store;

    /// <inheritdoc />
    public async Task<StoreStatistics> StatisticsAsync(CancellationToken stop)
    {
        var stats = await Store.StatisticsAsync(stop);
        return new StoreStatistics(
            Store.Where, stats.Events, stats.HighestOrdering, stats.PersistenceIds, stats.Snapshots, stats.Devices, stats.Runs, stats.Shards,
            stats.JournalBytes, stats.ProjectionBytes, stats.ProjectionOffset ?? 0, stats.Manifests.ToDictionary(m => m.Manifest, m => m.Events));
    }

    /// <inheritdoc />
    public IAsyncEnumerable<StoredEvent> ReadAsync(long afterOrdering, DeviceKey? device, CancellationToken stop) => device is { } key
        ? Store.Journal.ReplayAsync(Store.Pseudonyms.PersistenceIdOf(key), 1, stop).Where(stored => stored.Ordering > afterOrdering)
        : JournalPages.AllAsync(Store.Journal, afterOrdering, stop);

    /// <inheritdoc />
    public async Task<StoreVerification> VerifyAsync(IProgress<long> progress, CancellationToken stop)
    {
        var findings = await Store.VerifyAsync(stop);
        var stats = await Store.StatisticsAsync(stop);
        progress.Report(stats.Events);
        return new StoreVerification(stats.Events, stats.Snapshots, [.. findings.Select(f => $"{f.Where}: {f.What} ({f.Rule})")]);
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<DeviceRow>> ReplayAsOfAsync(long atTicks, IProgress<long> progress, CancellationToken stop) =>
        [.. (await JournalReplay.DevicesAsOfAsync(Store.Journal, atTicks, progress, stop)).Select(device => DeviceRows.Of(device.State, device.Counters, minPackets))];

    /// <inheritdoc />
    public async Task<IReadOnlyList<Reclassification>> ReclassifyAsync(DeviceClassifier classifier, IProgress<long> progress, CancellationToken stop) =>
        [.. (await JournalReplay.DevicesAsOfAsync(Store.Journal, long.MaxValue, progress, stop)).Select(device => Reclassification.Of(device, classifier))];

    /// <inheritdoc />
    public async Task<long> ExportAsync(Stream output, IProgress<long> progress, CancellationToken stop)
    {
        var count = await JournalTransfer.ExportAsync(Store.Journal, output, 0, stop);
        progress.Report(count);
        return count;
    }

    /// <inheritdoc />
    public virtual ValueTask DisposeAsync() => Store.DisposeAsync();
}
