using ActorFingerprint.Core.Devices;
using ActorFingerprint.Engine;
using ActorFingerprint.Engine.Projections;
using ActorFingerprint.Node.Configuration;
using ActorFingerprint.Persistence.Fingerbank;
using ActorFingerprint.Persistence.Maintenance;
using ActorFingerprint.Persistence.Projections;
using ActorFingerprint.Persistence.Store;

namespace ActorFingerprint.Node.Hosting;

/// <summary>A store for the commands that change it; the device actors decide here as they do in the node.</summary>
internal sealed class StoreWriter(IEventStore store, ActorFingerprintOptions options, TimeProvider time)
    : StoreReader(store, options.Devices.MinPackets), IStoreWriter
{
    /// <summary>The node's own folder, wherever the events are.</summary>
    private StoreFolder Local { get; } = StoreFolder.Of(options.Node.Folder);

    /// <inheritdoc />
    public string PersistenceIdOf(DeviceKey device) => Store.Pseudonyms.PersistenceIdOf(device);

    /// <inheritdoc />
    public async Task<bool> LabelAsync(DeviceKey device, string? label, CancellationToken stop)
    {
        var reply = await WithEngineAsync(engine => engine.AskAsync(device, new DeviceCommand.SetLabel(time.GetUtcNow().UtcTicks, label), stop), stop);
        return reply.Found;
    }

    /// <inheritdoc />
    public async Task<Erasure> ForgetAsync(DeviceKey device, CancellationToken stop)
    {
        var reply = await WithEngineAsync(engine => engine.EraseAsync(device, time.GetUtcNow().UtcTicks, stop), CancellationToken.None);
        return new(await ForgetAnswersAsync(device, CancellationToken.None) || reply.Found, reply.OldBytesAreGone ? null : Store.ErasureRemainder);
    }

    /// <inheritdoc />
    public async Task<long> ImportAsync(Stream input, IProgress<long> progress, CancellationToken stop)
    {
        var count = await JournalTransfer.ImportAsync(Store, input, stop);
        await Store.Projections.CatchUpAsync(fromZero: true, null, stop);
        progress.Report(count);
        return count;
    }

    /// <inheritdoc />
    public Task<long> RebuildAsync(int? parts, bool resume, IProgress<RebuildProgress> progress, CancellationToken stop) =>
        Store.Projections.RebuildAsync(parts, resume, progress, stop);

    /// <inheritdoc />
    public async Task<long> ClearAsync(CancellationToken stop)
    {
        await Store.Projections.CatchUpAsync(fromZero: false, null, stop);
        var (_, devices) = await Store.ReadModel.ListAsync(new DeviceQuery { Limit = 1 }, stop);
        await Store.ClearAsync(stop);
        if (File.Exists(Local.Fingerbank))
        {
            await using var cache = await FingerbankCache.OpenAsync(Local, options.Fingerbank.Ttl, time);
            await cache.ClearAsync(stop);
        }
        return devices;
    }

    /// <summary>What the Fingerbank API said of a device is kept in the node's folder, under its address.</summary>
    private async Task<bool> ForgetAnswersAsync(DeviceKey device, CancellationToken stop)
    {
        if (device.Kind != DeviceKeyKind.Mac || !File.Exists(Local.Fingerbank)) return false;
        await using var cache = await FingerbankCache.OpenAsync(Local, options.Fingerbank.Ttl, time);
        return await cache.ForgetAsync(device.Mac, stop);
    }

    private async Task<T> WithEngineAsync<T>(Func<DeviceEngine, Task<T>> work, CancellationToken stop)
    {
        T result;
        var settings = EngineSettings.Engine(options) with { Shards = Store.Shards }; // whatever the configuration says
        await using (var engine = new DeviceEngine(
            Store.Journal, Store.Snapshots, Store.Pseudonyms, settings, EngineSettings.Streams(options), EngineScheduler.Default,
            time, options.Node.Name))
            result = await work(engine);
        await Store.Projections.CatchUpAsync(fromZero: false, null, stop);
        return result;
    }
}
