using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Projections;
using ActorFingerprint.Engine.Sharding;
using ActorFingerprint.Persistence.Maintenance;
using ActorFingerprint.Persistence.Store;

namespace ActorFingerprint.Node.Hosting;

/// <summary>A SQLite store for the commands that only read.</summary>
internal class SqliteStoreReader(SqliteStore store, int minPackets) : IStoreReader
{
    /// <summary>Events between two reports of progress.</summary>
    private const int ReportEvery = 4096;

    /// <inheritdoc />
    public IDeviceReadModel Devices => Store.ReadModel;

    /// <summary>The open store.</summary>
    protected SqliteStore Store { get; } = store;

    /// <inheritdoc />
    public Task<StoreStatistics> StatisticsAsync(CancellationToken stop)
    {
        var stats = StoreStats.Of(Store.Folder);
        long SizeOf(string prefix) => stats.Files.Where(f => f.Name.StartsWith(prefix, StringComparison.Ordinal)).Sum(f => f.Bytes);
        return Task.FromResult(new StoreStatistics(
            Store.Folder.Path, stats.Events, stats.HighestOrdering, stats.PersistenceIds, stats.Snapshots, stats.Devices, stats.Runs, stats.Shards,
            SizeOf("journal.db"), SizeOf("projections.db"), stats.ProjectionOffset ?? 0, stats.Manifests.ToDictionary(m => m.Manifest, m => m.Events)));
    }

    /// <inheritdoc />
    public IAsyncEnumerable<StoredEvent> ReadAsync(long afterOrdering, DeviceKey? device, CancellationToken stop) => device is { } key
        ? Store.Journal.ReplayAsync(Store.Pseudonyms.PersistenceIdOf(key), 1, stop).Where(stored => stored.Ordering > afterOrdering)
        : JournalPages.AllAsync(Store.Journal, afterOrdering, stop);

    /// <inheritdoc />
    public async Task<StoreVerification> VerifyAsync(IProgress<long> progress, CancellationToken stop)
    {
        var findings = await Task.Run(() => Persistence.Maintenance.StoreVerification.Of(Store.Folder, stop), stop);
        var stats = StoreStats.Of(Store.Folder);
        progress.Report(stats.Events);
        return new StoreVerification(stats.Events, stats.Snapshots, [.. findings.Select(f => $"{f.Where}: {f.What} ({f.Rule})")]);
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<DeviceRow>> ReplayAsOfAsync(long atTicks, IProgress<long> progress, CancellationToken stop)
    {
        var states = new Dictionary<string, DeviceState>(StringComparer.Ordinal);
        var counters = new Dictionary<string, DeviceCounters>(StringComparer.Ordinal);
        var read = 0L;
        await foreach (var stored in JournalPages.AllAsync(Store.Journal, 0, stop))
        {
            if (stored.PersistenceId.StartsWith(DevicePseudonyms.Prefix, StringComparison.Ordinal)) Evolve(stored);
            else if (stored.Manifest == ShardRow.Manifest) Count(stored);
            if (++read % ReportEvery == 0) progress.Report(read);
        }
        progress.Report(read);
        return
        [
            .. states.Where(s => s.Value.Exists)
                .Select(s => DeviceRows.Of(s.Value, counters.GetValueOrDefault(s.Key, DeviceCounters.Empty), minPackets))
                .OrderBy(row => row.Key, StringComparer.Ordinal),
        ];

        void Evolve(StoredEvent stored)
        {
            if (DeviceEventCodec.Default.Decode(stored.Manifest, stored.Payload.Span) is not { } past || past.AtTicks > atTicks) return;
            states[stored.PersistenceId] = Device.Evolve(states.GetValueOrDefault(stored.PersistenceId, DeviceState.Initial), past);
        }

        void Count(StoredEvent stored)
        {
            foreach (var delta in ShardRowCodec.Decode(stored.Manifest, stored.Payload.Span).Deltas)
                if (delta.LastTicks <= atTicks)
                    counters[delta.PersistenceId] = counters.GetValueOrDefault(delta.PersistenceId, DeviceCounters.Empty).Apply(delta);
        }
    }

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
