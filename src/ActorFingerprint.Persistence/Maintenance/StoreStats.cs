using System.Globalization;
using ActorFingerprint.Persistence.Sqlite;
using ActorFingerprint.Persistence.Store;
using Microsoft.Data.Sqlite;

namespace ActorFingerprint.Persistence.Maintenance;

/// <summary>How many events and payload bytes a manifest has.</summary>
public readonly record struct ManifestStats(string Manifest, long Events, long Bytes);

/// <summary>What is in a store.</summary>
public sealed record StoreStats
{
    /// <summary>When the store was made, ISO 8601.</summary>
    public required string Created { get; init; }

    /// <summary>Schema of <c>journal.db</c>.</summary>
    public required int SchemaVersion { get; init; }

    /// <summary>Shards, fixed when it was made.</summary>
    public required int Shards { get; init; }

    /// <summary>Events.</summary>
    public required long Events { get; init; }

    /// <summary>Highest ordering.</summary>
    public required long HighestOrdering { get; init; }

    /// <summary>Distinct persistence ids.</summary>
    public required long PersistenceIds { get; init; }

    /// <summary>Of these, devices.</summary>
    public required long Devices { get; init; }

    /// <summary>Of these, shards that wrote rows.</summary>
    public required long ShardsUsed { get; init; }

    /// <summary>Of these, runs.</summary>
    public required long Runs { get; init; }

    /// <summary>Snapshots.</summary>
    public required long Snapshots { get; init; }

    /// <summary>Ordering that the read side has reached; null when it was not built.</summary>
    public required long? ProjectionOffset { get; init; }

    /// <summary>By manifest, most events first.</summary>
    public required IReadOnlyList<ManifestStats> Manifests { get; init; }

    /// <summary>Files of the folder and their sizes, bytes.</summary>
    public required IReadOnlyList<(string Name, long Bytes)> Files { get; init; }

    /// <summary>Counts a store; also beside the node that writes it. Throws <see cref="StoreException"/> when there is none.</summary>
    public static StoreStats Of(StoreFolder folder)
    {
        using var journal = folder.OpenJournal();
        var manifests = new List<ManifestStats>();
        const string ByManifest = "SELECT manifest, count(*), sum(length(message)) FROM journal GROUP BY 1 ORDER BY 2 DESC, 1";
        using (var rows = new Statement(journal, ByManifest))
            while (rows.Step()) manifests.Add(new(rows.Text(0), rows.Int64(1), rows.Int64(2)));
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
            Files =
            [
                .. new DirectoryInfo(folder.Path).GetFiles()
                    .OrderBy(file => file.Name, StringComparer.Ordinal)
                    .Select(file => (file.Name, file.Length)),
            ],
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
