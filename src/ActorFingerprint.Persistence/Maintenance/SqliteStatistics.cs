using System.Globalization;
using ActorFingerprint.Persistence.Sqlite;
using ActorFingerprint.Persistence.Store;
using Microsoft.Data.Sqlite;

namespace ActorFingerprint.Persistence.Maintenance;

/// <summary>Counts a store folder.</summary>
public static class SqliteStatistics
{
    /// <summary>Counts a store; also beside the node that writes it. Throws <see cref="StoreException"/> when there is none.</summary>
    public static StoreStats Of(StoreFolder folder)
    {
        using var journal = folder.OpenJournal();
        var manifests = new List<ManifestStats>();
        const string ByManifest = "SELECT manifest, count(*), sum(length(message)) FROM journal GROUP BY 1 ORDER BY 2 DESC, 1";
        using (var rows = new Statement(journal, ByManifest))
            while (rows.Step()) manifests.Add(new(rows.Text(0), rows.Int64(1), rows.Int64(2)));
        var files = new DirectoryInfo(folder.Path).GetFiles()
            .OrderBy(file => file.Name, StringComparer.Ordinal).Select(file => (file.Name, Bytes: file.Length)).ToList();
        long SizeOf(string prefix) => files.Where(file => file.Name.StartsWith(prefix, StringComparison.Ordinal)).Sum(file => file.Bytes);
        const string Ids = "SELECT count(DISTINCT persistence_id) FROM journal WHERE persistence_id";
        return new StoreStats
        {
            Created = JournalSchema.Meta(journal, "created") ?? "",
            SchemaVersion = JournalSchema.VersionOf(journal),
            Shards = int.Parse(JournalSchema.Meta(journal, "shards") ?? "0", CultureInfo.InvariantCulture),
            Events = manifests.Sum(manifest => manifest.Events),
            HighestOrdering = journal.ExecuteInt64("SELECT max(ordering) FROM journal"),
            PersistenceIds = journal.ExecuteInt64("SELECT count(DISTINCT persistence_id) FROM journal"),
            Devices = journal.ExecuteInt64($"{Ids} >= 'device-' AND persistence_id < 'device.'"),
            ShardsUsed = journal.ExecuteInt64($"{Ids} >= 'shard-' AND persistence_id < 'shard.'"),
            Runs = journal.ExecuteInt64($"{Ids} >= 'run-' AND persistence_id < 'run.'"),
            Snapshots = journal.ExecuteInt64("SELECT count(*) FROM snapshot"),
            ProjectionOffset = ProjectionOffsetOf(folder),
            Manifests = manifests,
            JournalBytes = SizeOf("journal.db"),
            ProjectionBytes = SizeOf("projections.db"),
            Files = files,
        };
    }

    /// <summary>The ordering that the read side of a folder has reached; null when it was not built.</summary>
    internal static long? ProjectionOffsetOf(StoreFolder folder)
    {
        if (!File.Exists(folder.Projections)) return null;
        try
        {
            using var projections = SqliteFile.OpenForReading(folder.Projections);
            return projections.ExecuteInt64("SELECT ordering FROM projection_offset WHERE name = 'devices'");
        }
        catch (SqliteException)
        {
            return null;
        }
    }
}

/// <summary>Opens a folder's journal for the commands that look at its rows themselves.</summary>
internal static class StoreFolderConnections
{
    /// <summary>A connection that only reads. Throws <see cref="StoreException"/> when there is no journal.</summary>
    public static SqliteConnection OpenJournal(this StoreFolder folder)
    {
        folder.ThrowUnlessJournal();
        try
        {
            return SqliteFile.OpenForReading(folder.Journal);
        }
        catch (SqliteException error)
        {
            throw SqliteFaults.Explain(folder.Journal, error) ?? error;
        }
    }
}
