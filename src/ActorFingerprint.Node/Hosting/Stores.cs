using ActorFingerprint.Node.Configuration;
using ActorFingerprint.Persistence.Store;

namespace ActorFingerprint.Node.Hosting;

/// <summary>Opens the store that the configuration names. All of it throws <see cref="StoreException"/>.</summary>
internal static class Stores
{
    /// <summary>Opens it for a node that runs, and makes it when it is not there; <paramref name="warn"/> takes one line for each oddity.</summary>
    public static async Task<IEventStore> OpenAsync(ActorFingerprintOptions options, Action<string>? warn, TimeProvider time, CancellationToken stop) =>
        await SqliteStore.OpenAsync(Folder(options, time) with { Shards = options.Sharding.Shards, Warn = warn });

    /// <summary>Opens it for reading only, also beside a node.</summary>
    public static async Task<IEventStore> OpenForReadingAsync(ActorFingerprintOptions options, TimeProvider time, CancellationToken stop) =>
        await SqliteStore.OpenForReadingAsync(Folder(options, time));

    /// <summary>Opens it to change it while no node has it; refused without a store unless it may be made.</summary>
    public static async Task<IEventStore> OpenAloneAsync(ActorFingerprintOptions options, bool mayMake, TimeProvider time, CancellationToken stop)
    {
        if (!mayMake) StoreFolder.Of(options.Node.Folder).ThrowUnlessJournal();
        return await SqliteStore.OpenAsync(Folder(options, time));
    }

    private static StoreOptions Folder(ActorFingerprintOptions options, TimeProvider time) => new() { Folder = options.Node.Folder, Time = time };
}
