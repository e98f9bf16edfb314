using ActorFingerprint.Persistence.Sqlite;
using ActorFingerprint.Persistence.Store;
using Microsoft.Data.Sqlite;

namespace ActorFingerprint.Persistence.Maintenance;

/// <summary>
/// Checks everything in a store folder that can be checked: the files, every row and snapshot, tags, and that the read side is not ahead. Reads
/// only; one pass over the journal.
/// </summary>
public static class SqliteVerification
{
    /// <summary>Checks a store; no findings mean that it is sound. Also beside the node that writes it.</summary>
    public static IReadOnlyList<Finding> Of(StoreFolder folder, CancellationToken stop)
    {
        using var connection = folder.OpenJournal();
        var verification = new StoreVerification();
        try
        {
            // One read transaction: a running writer's later commits stay out of every check.
            connection.Execute("BEGIN");
            CheckFile(connection, folder, verification);
            using (var rows = new Statement(connection, "SELECT persistence_id, sequence_number, manifest, snapshot, crc32c FROM snapshot"))
                while (rows.Step())
                    verification.Snapshot(rows.Text(0), rows.Int64(1), rows.Text(2), rows.Utf8(3), (uint)rows.Int64(4));
            const string InOrder = "SELECT persistence_id, sequence_number, manifest, message, crc32c FROM journal ORDER BY ordering";
            using (var rows = new Statement(connection, InOrder))
            {
                while (rows.Step())
                {
                    stop.ThrowIfCancellationRequested();
                    verification.Row(rows.Text(0), rows.Int64(1), rows.Text(2), rows.Utf8(3), (uint)rows.Int64(4));
                }
            }
            verification.Finish();
            CheckTags(connection, verification);
            CheckProjection(connection, folder, verification);
        }
        catch (SqliteException error) when (SqliteFaults.Explain(folder.Journal, error) is { } explained)
        {
            verification.Add("file", folder.Journal, explained.Message);
        }
        return verification.Findings;
    }

    private static void CheckFile(SqliteConnection connection, StoreFolder folder, StoreVerification verification)
    {
        using var check = new Statement(connection, "PRAGMA quick_check(20)");
        while (check.Step())
            if (check.Text(0) is var found && found != "ok") verification.Add("file", folder.Journal, found);
    }

    /// <summary>Tags whose row is missing, and rows of tags whose event is; the same words in every SQL store.</summary>
    internal const string StrayTags = """
        SELECT j.persistence_id, j.sequence_number, 'has a tag without a row in tags' FROM journal j
        WHERE j.tags IS NOT NULL AND NOT EXISTS (SELECT 1 FROM tags t WHERE t.ordering_id = j.ordering AND t.tag = j.tags)
        UNION ALL
        SELECT t.persistence_id, t.sequence_nr, 'has a row in tags without the event' FROM tags t
        WHERE NOT EXISTS (SELECT 1 FROM journal j WHERE j.ordering = t.ordering_id AND j.tags = t.tag
            AND j.persistence_id = t.persistence_id AND j.sequence_number = t.sequence_nr)
        """;

    private static void CheckTags(SqliteConnection connection, StoreVerification verification)
    {
        using var rows = new Statement(connection, StrayTags);
        while (rows.Step()) verification.Add("tags", $"{rows.Text(0)} {rows.Int64(1)}", rows.Text(2));
    }

    private static void CheckProjection(SqliteConnection connection, StoreFolder folder, StoreVerification verification)
    {
        var highest = connection.ExecuteInt64("SELECT max(ordering) FROM journal");
        if (SqliteStatistics.ProjectionOffsetOf(folder) is { } offset && offset > highest)
            verification.Add("projection", folder.Projections, $"is at {offset}, ahead of the journal's {highest}; run `actorfp journal replay`");
    }
}
