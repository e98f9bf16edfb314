using System.Globalization;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Persistence.Sqlite;
using Microsoft.Data.Sqlite;

namespace ActorFingerprint.Persistence.Projections;

/// <summary>
/// Tables of the projections (docs/journal.md, "Read side"). A device's number, <c>device_id</c>, is the journal ordering of
/// its first-seen event, so a rebuild gives the same numbers. Times are UTC ticks of frame time. Another version is not migrated
/// but built again from the journal.
/// </summary>
internal static class ProjectionSchema
{
    /// <summary>The version of the tables, in <c>PRAGMA user_version</c> or <c>projection_version</c>.</summary>
    public const long Version = 3;

    /// <summary>The tables, in SQLite's words; see <see cref="ProjectionSql.TablesForPostgres"/>.</summary>
    public const string Tables = """
        CREATE TABLE devices(
            device_id INTEGER PRIMARY KEY,
            persistence_id TEXT NOT NULL UNIQUE,
            device_key TEXT NOT NULL UNIQUE,
            mac TEXT,
            vendor TEXT,
            is_locally_administered INTEGER NOT NULL,
            via TEXT,
            is_router INTEGER NOT NULL,
            dhcp_list TEXT,
            distinct_ja4 INTEGER NOT NULL,
            type TEXT,
            confidence REAL,
            made_by TEXT,
            model TEXT,
            os_name TEXT);
        CREATE TABLE device_states(device_id INTEGER PRIMARY KEY, state BLOB NOT NULL);
        CREATE TABLE device_fingerprints(
            device_id INTEGER PRIMARY KEY,
            device_mac TEXT,
            label TEXT,
            fingerprint_hash TEXT,
            features_json TEXT,
            packets_total INTEGER NOT NULL,
            data_bytes INTEGER NOT NULL,
            first_seen INTEGER NOT NULL,
            last_seen INTEGER NOT NULL,
            updated_at INTEGER NOT NULL);
        CREATE INDEX device_fingerprints_last_seen ON device_fingerprints(last_seen);
        CREATE TABLE fingerprint_device_status(
            device_id INTEGER PRIMARY KEY,
            mac TEXT,
            status TEXT NOT NULL,
            reason TEXT NOT NULL,
            is_informative INTEGER NOT NULL);
        CREATE TABLE device_status_changes(
            device_id INTEGER NOT NULL,
            ordering INTEGER NOT NULL,
            is_ok INTEGER NOT NULL,
            PRIMARY KEY (device_id, ordering)) WITHOUT ROWID;
        CREATE TABLE dhcp_fingerprints(
            device_id INTEGER NOT NULL,
            number INTEGER NOT NULL,
            mac TEXT,
            message_type TEXT NOT NULL,
            ordered_string TEXT NOT NULL,
            fingerprint_string TEXT NOT NULL,
            hash TEXT NOT NULL,
            vendor_class TEXT,
            captured_at INTEGER NOT NULL,
            last_seen INTEGER NOT NULL,
            count INTEGER NOT NULL,
            PRIMARY KEY (device_id, number)) WITHOUT ROWID;
        CREATE TABLE tls_fingerprints(
            device_id INTEGER NOT NULL,
            number INTEGER NOT NULL,
            mac TEXT,
            ja3_hash TEXT,
            ja4_hash TEXT NOT NULL,
            sni TEXT,
            destination_ip TEXT,
            destination_port INTEGER,
            captured_at INTEGER NOT NULL,
            last_seen INTEGER NOT NULL,
            count INTEGER NOT NULL,
            PRIMARY KEY (device_id, number)) WITHOUT ROWID;
        CREATE TABLE device_addresses(
            device_id INTEGER NOT NULL,
            position INTEGER NOT NULL,
            address TEXT NOT NULL,
            captured_at INTEGER NOT NULL,
            PRIMARY KEY (device_id, position)) WITHOUT ROWID;
        CREATE TABLE device_host_names(
            device_id INTEGER NOT NULL,
            position INTEGER NOT NULL,
            name TEXT NOT NULL,
            source TEXT NOT NULL,
            captured_at INTEGER NOT NULL,
            PRIMARY KEY (device_id, position)) WITHOUT ROWID;
        CREATE TABLE device_hours(
            device_id INTEGER NOT NULL,
            hour INTEGER NOT NULL,
            count INTEGER NOT NULL,
            PRIMARY KEY (device_id, hour)) WITHOUT ROWID;
        CREATE TABLE runs(run TEXT PRIMARY KEY, source TEXT NOT NULL, min_packets INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE fingerprint_runs(
            ordering INTEGER PRIMARY KEY,
            run TEXT NOT NULL,
            source TEXT NOT NULL,
            timestamp INTEGER NOT NULL,
            stored INTEGER NOT NULL,
            insufficient INTEGER NOT NULL,
            min_packets INTEGER NOT NULL,
            frames INTEGER NOT NULL,
            observations INTEGER NOT NULL,
            ended INTEGER NOT NULL);
        CREATE TABLE projection_offset(name TEXT PRIMARY KEY, ordering INTEGER NOT NULL, min_packets INTEGER NOT NULL) WITHOUT ROWID;
        """;

    /// <summary>Every table with rows, in a fixed order: what a comparison of two databases has to look at.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "devices", "device_states", "device_fingerprints", "fingerprint_device_status", "device_status_changes", "dhcp_fingerprints",
        "tls_fingerprints", "device_addresses", "device_host_names", "device_hours", "runs", "fingerprint_runs", "projection_offset",
    ];

    /// <summary>The tables whose rows change often.</summary>
    public static IReadOnlyList<string> Updated { get; } =
        ["device_states", "device_fingerprints", "fingerprint_device_status", "tls_fingerprints", "dhcp_fingerprints", "device_hours"];

    /// <summary>What a build keeps beside the tables while it is not shown.</summary>
    public const string BuildTable = "CREATE TABLE projection_build(parts INTEGER NOT NULL, target INTEGER NOT NULL)";

    /// <summary>The version of a file's tables; 0 without any.</summary>
    public static long VersionOf(SqliteConnection connection) => connection.ExecuteInt64("PRAGMA user_version");

    /// <summary>The ordering that the tables have reached; null while they are being built.</summary>
    public static long? OffsetOf(SqliteConnection connection)
    {
        using var read = new Statement(connection, "SELECT ordering FROM projection_offset WHERE name = 'devices'");
        return read.Scalar();
    }

    /// <summary>The build that has begun; null when there is none.</summary>
    public static ProjectionBuild? BuildOf(SqliteConnection connection)
    {
        if (connection.ExecuteInt64("SELECT count(*) FROM sqlite_schema WHERE name = 'projection_build'") == 0) return null;
        using var read = new Statement(connection, "SELECT parts, target FROM projection_build");
        var build = read.Step() ? new ProjectionBuild((int)read.Int64(0), read.Int64(1)) : null;
        read.Reset();
        return build;
    }

    /// <summary>Starts again from nothing, with no old byte left in the file, and with an offset for each part.</summary>
    public static void Begin(SqliteConnection connection, ProjectionBuild build)
    {
        connection.InTransaction(() =>
        {
            foreach (var name in (string[])[.. Names, "projection_build"]) connection.Execute($"DROP TABLE IF EXISTS {name}");
            connection.Execute(Tables);
            connection.Execute(BuildTable);
            connection.Execute(string.Create(CultureInfo.InvariantCulture, $"INSERT INTO projection_build VALUES ({build.Parts}, {build.Target})"));
            foreach (var part in ProjectionPartition.Split(build.Parts)) connection.Execute(FirstOffset(part.Name));
            connection.Execute($"PRAGMA user_version = {Version}");
            return Version;
        });
        connection.TryEmptyLog();
    }

    /// <summary>The parts become one.</summary>
    public static void Show(SqliteConnection connection, ProjectionBuild build) => connection.InTransaction(() =>
    {
        foreach (var sql in Join(build)) connection.Execute(sql);
        return Version;
    });

    /// <summary>The offset of a part of which nothing is built.</summary>
    public static string FirstOffset(string name) =>
        $"INSERT INTO projection_offset(name, ordering, min_packets) VALUES ('{name}', 0, {DeviceStatus.DefaultMinPackets})";

    /// <summary>Makes one offset of those of the parts, which have all reached the target.</summary>
    public static IReadOnlyList<string> Join(ProjectionBuild build) =>
    [
        string.Create(CultureInfo.InvariantCulture, $"""
            INSERT INTO projection_offset(name, ordering, min_packets)
            SELECT '{ProjectionPartition.Whole.Name}', {build.Target}, min(min_packets) FROM projection_offset
            """),
        $"DELETE FROM projection_offset WHERE name <> '{ProjectionPartition.Whole.Name}'",
        "DROP TABLE projection_build",
    ];
}
