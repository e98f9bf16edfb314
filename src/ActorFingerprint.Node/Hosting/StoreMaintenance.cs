using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Identification;
using ActorFingerprint.Engine;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Limiting;
using ActorFingerprint.Engine.Membership;
using ActorFingerprint.Engine.Projections;
using ActorFingerprint.Engine.Sharding;
using ActorFingerprint.Persistence.Store;

namespace ActorFingerprint.Node.Hosting;

/// <summary>Maintenance of the engine over a SQLite store.</summary>
internal sealed class StoreMaintenance(IEventStore store, DeviceEngine engine, LimiterRegion? limiter, int minPackets) : INodeMaintenance
{
    /// <inheritdoc />
    public IReadOnlyList<(string Region, IReadOnlyList<HostedShard> Shards)> Regions => limiter is null
        ? [(ShardRegions.Device, engine.Shards.Hosted)]
        : [(ShardRegions.Device, engine.Shards.Hosted), (ShardRegions.Limiter, limiter.Hosted)];

    /// <inheritdoc />
    public ProjectionLag? Lag => store.Projections.State is var (offset, lag, fault) ? new ProjectionLag(offset, lag, fault) : null;

    /// <inheritdoc />
    public Task<int> PassivateAsync(TimeSpan idle, CancellationToken stop) => Ready().PassivateAsync(idle, stop);

    /// <inheritdoc />
    public Task<bool> PassivateAsync(DeviceKey device, CancellationToken stop) => Ready().PassivateAsync(device, stop);

    /// <inheritdoc />
    public Task<int> SnapshotAsync(CancellationToken stop) => Ready().SnapshotAsync(stop);

    /// <inheritdoc />
    public async Task CatchUpAsync(CancellationToken stop)
    {
        var end = await EndAsync(stop);
        store.Projections.Wake();
        if (store.Projections.State.Fault is null) await store.Projections.WaitForAsync(end, stop);
    }

    /// <inheritdoc />
    public Task<long> EndAsync(CancellationToken stop) => store.HighestOrderingAsync(stop);

    /// <inheritdoc />
    public Task<IReadOnlyList<DeviceRow>> ReplayAsOfAsync(long atTicks, IProgress<long> progress, CancellationToken stop) =>
        Reader.ReplayAsOfAsync(atTicks, progress, stop);

    /// <inheritdoc />
    public Task<IReadOnlyList<Reclassification>> ReclassifyAsync(DeviceClassifier classifier, IProgress<long> progress, CancellationToken stop) =>
        Reader.ReclassifyAsync(classifier, progress, stop);

    /// <inheritdoc />
    public Task RebuildAsync(IProgress<long> progress, CancellationToken stop) => store.Projections.RebuildAsync(progress, stop);

    /// <summary>Reads the open store, and is never disposed: that would close it.</summary>
    private StoreReader Reader => new(store, minPackets);

    /// <summary>A mailbox whose shard cannot commit would take the message and never answer.</summary>
    private DeviceEngine Ready() => engine.NotReadyReason is { } reason ? throw new JournalUnavailableException(reason) : engine;
}
