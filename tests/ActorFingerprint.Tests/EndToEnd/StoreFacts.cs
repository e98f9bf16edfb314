using System.Globalization;
using System.Text;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Engine.Runs;
using ActorFingerprint.Engine.Sharding;
using ActorFingerprint.Tests.Persistence;
using Microsoft.Data.Sqlite;
using Xunit;

namespace ActorFingerprint.Tests.EndToEnd;

/// <summary>
/// What a store folder says, without what may differ between an uninterrupted run and one in pieces: orderings, creation times,
/// writers, and how observations were grouped into shard rows.
/// </summary>
/// <param name="Events">Device events with all their bytes.</param>
/// <param name="Counters">The fold of the shard rows for each device, and what the shards refused.</param>
/// <param name="Runs">Runs started and ended.</param>
/// <param name="Projections">Every row of the read side.</param>
internal sealed record StoreFacts(
    IReadOnlyList<string> Events, IReadOnlyList<string> Counters, IReadOnlyList<string> Runs, IReadOnlyList<string> Projections)
{
    private static readonly string[] OrderingColumns = ["ordering", "device_id"];

    public static StoreFacts Of(string folder)
    {
        using var journal = Open(Path.Combine(folder, "journal.db"));
        using var projections = Open(Path.Combine(folder, "projections.db"));
        return new StoreFacts(
            Rows(journal, """
                SELECT persistence_id, sequence_number, manifest, tags, message FROM journal
                WHERE persistence_id LIKE 'device-%' ORDER BY persistence_id, sequence_number
                """),
            CountersOf(journal),
            Rows(journal, $"""
                SELECT persistence_id, manifest, message FROM journal
                WHERE manifest IN ('{RunManifests.Started}', '{RunManifests.Ended}') ORDER BY persistence_id, sequence_number
                """),
            ProjectionsOf(projections));
    }

    /// <summary>Fails with the first difference.</summary>
    public void AssertEqual(StoreFacts found, string where)
    {
        AssertEqual(Events, found.Events, $"{where}: device events");
        AssertEqual(Counters, found.Counters, $"{where}: counters");
        AssertEqual(Runs, found.Runs, $"{where}: runs");
        AssertEqual(Projections, found.Projections, $"{where}: read side");
    }

    /// <summary>How many events of a manifest a journal holds; 0 when there is no journal yet.</summary>
    public static long Count(string folder, string manifest)
    {
        var path = Path.Combine(folder, "journal.db");
        if (!File.Exists(path) || new FileInfo(path).Length == 0) return 0;
        try
        {
            return long.Parse(DatabaseDump.Rows(path, $"SELECT count(*) FROM journal WHERE manifest = '{manifest}'")[0], CultureInfo.InvariantCulture);
        }
        catch (SqliteException)
        {
            return 0; // killed before the tables were made
        }
    }

    private static void AssertEqual(IReadOnlyList<string> expected, IReadOnlyList<string> found, string what)
    {
        for (var i = 0; i < Math.Min(expected.Count, found.Count); i++)
            Assert.True(expected[i] == found[i], $"{what} differ:\n  expected {expected[i]}\n  found    {found[i]}");
        Assert.True(expected.Count == found.Count, $"{what}: expected {expected.Count}, found {found.Count}");
    }

    private static List<string> CountersOf(SqliteConnection journal)
    {
        var counters = new SortedDictionary<string, DeviceCounters>(StringComparer.Ordinal);
        var (ephemeral, refused) = (0L, 0L);
        using var command = journal.CreateCommand();
        command.CommandText = $"SELECT message FROM journal WHERE manifest = '{ShardRow.Manifest}' ORDER BY ordering";
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var row = ShardRowCodec.Decode(ShardRow.Manifest, (byte[])reader.GetValue(0));
            ephemeral += row.Ephemeral;
            refused += row.RefusedFuture;
            foreach (var delta in row.Deltas)
                counters[delta.PersistenceId] = counters.GetValueOrDefault(delta.PersistenceId, DeviceCounters.Empty).Apply(delta);
        }
        return
        [
            .. counters.Select(device => $"{device.Key} {Text(device.Value)}"),
            $"ephemeral {ephemeral}, refused {refused}",
        ];
    }

    private static string Text(DeviceCounters counters) =>
        Encoding.UTF8.GetString(DeviceEventCodec.Encode(new DeviceSnapshot(DeviceState.Initial, counters, 0)).Payload);

    /// <summary>Every table; rows of a device are named by its key, because its number is an ordering.</summary>
    private static List<string> ProjectionsOf(SqliteConnection projections)
    {
        var rows = new List<string>();
        foreach (var table in Rows(projections, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name"))
        {
            var columns = Rows(projections, $"SELECT name FROM pragma_table_info('{table}')");
            var kept = string.Join(", ", columns.Except(OrderingColumns).Select(column => $"t.{column}"));
            var order = columns.Contains("ordering") ? "t.ordering" : kept;
            var sql = columns.Contains("device_id")
                ? $"SELECT d.device_key, {kept} FROM {table} t JOIN devices d ON d.device_id = t.device_id ORDER BY d.device_key, {order}"
                : $"SELECT {kept} FROM {table} t ORDER BY {order}";
            rows.AddRange(Rows(projections, sql).Select(row => $"{table}: {row}"));
        }
        return rows;
    }

    private static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection($"Data Source={path};Mode=ReadOnly;Pooling=False");
        connection.Open();
        return connection;
    }

    private static List<string> Rows(SqliteConnection connection, string sql) => DatabaseDump.Rows(connection, sql);
}
