using ActorFingerprint.Node.Configuration;
using ActorFingerprint.Persistence.PostgreSql;
using ActorFingerprint.Persistence.Store;

namespace ActorFingerprint.Node.Hosting;

/// <summary>
/// Opens the store that the configuration names (<c>journal.plugin</c>). All of it throws <see cref="StoreException"/>, and
/// <see cref="Engine.Journal.JournalUnavailableException"/> while a database server refuses.
/// </summary>
internal static class Stores
{
    /// <summary>
    /// Opens it to write and makes it when it is not there; <paramref name="isShared"/> beside other nodes, else alone.
    /// <paramref name="warn"/> takes one line for each oddity.
    /// </summary>
    public static async Task<IEventStore> OpenAsync(
        ActorFingerprintOptions options, bool isShared, Action<string>? warn, TimeProvider time, CancellationToken stop)
    {
        var store = Local(options, time) with { Shards = options.Sharding.Shards, Warn = warn };
        if (options.Journal.Plugin == JournalPlugin.Sqlite) return await SqliteStore.OpenAsync(store);
        var database = PostgresSettings.Of(options.Postgresql);
        return isShared ? await PostgresStore.OpenAsync(database, store, stop) : await PostgresStore.OpenAloneAsync(database, store, stop);
    }

    /// <summary>Opens it for reading only, also beside nodes.</summary>
    public static async Task<IEventStore> OpenForReadingAsync(ActorFingerprintOptions options, TimeProvider time, CancellationToken stop) =>
        options.Journal.Plugin == JournalPlugin.Sqlite
            ? await SqliteStore.OpenForReadingAsync(Local(options, time))
            : await PostgresStore.OpenForReadingAsync(PostgresSettings.Of(options.Postgresql), Local(options, time), stop);

    /// <summary>Opens it to change it while no node has it; refused without a store unless it may be made.</summary>
    public static async Task<IEventStore> OpenAloneAsync(ActorFingerprintOptions options, bool mayMake, TimeProvider time, CancellationToken stop)
    {
        var store = Local(options, time);
        if (options.Journal.Plugin == JournalPlugin.Sqlite)
        {
            var folder = StoreFolder.Of(options.Node.Folder);
            if (!mayMake) folder.ThrowUnlessJournal();
            return await SqliteStore.OpenAsync(folder.HasJournal ? store : store with { Shards = options.Sharding.Shards });
        }
        var database = PostgresSettings.Of(options.Postgresql);
        if (mayMake) store = store with { Shards = options.Sharding.Shards };
        else await PostgresStore.ThrowUnlessStoreAsync(database, stop);
        return await PostgresStore.OpenAloneAsync(database, store, stop);
    }

    /// <summary>Where it is, for questions to the operator.</summary>
    public static string Name(ActorFingerprintOptions options) => options.Journal.Plugin == JournalPlugin.Sqlite
        ? options.Node.Folder
        : $"{options.Postgresql.Host}:{options.Postgresql.Port}/{options.Postgresql.Database} ({options.Postgresql.Schema})";

    private static StoreOptions Local(ActorFingerprintOptions options, TimeProvider time) => new() { Folder = options.Node.Folder, Time = time };
}
