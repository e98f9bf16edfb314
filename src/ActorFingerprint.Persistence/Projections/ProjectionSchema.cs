using ActorFingerprint.Persistence.Sqlite;
using Microsoft.Data.Sqlite;

namespace ActorFingerprint.Persistence.Projections;

/// <summary>
/// Tables of <c>projections.db</c> (docs/journal.md, "Read side"). A device's number, <c>device_id</c>, is the journal ordering of
/// its first-seen event, so a rebuild gives the same numbers. Times are UTC ticks of frame time. Another version is not migrated
/// but built again from the journal.
/// </summary>
internal static class ProjectionSchema
{
    /// <summary>The version of the tables, in <c>PRAGMA user_version</c>.</summary>
    public const long Version = 3;

    private const string Tables = """
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
        INSERT INTO projection_offset(name, ordering, min_packets) VALUES ('devices', 0, 50);
        """;

    /// <summary>Every table with rows, in a fixed order: what a comparison of two databases has to look at.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "devices", "device_states", "device_fingerprints", "fingerprint_device_status", "device_status_changes", "dhcp_fingerprints",
        "tls_fingerprints", "device_addresses", "device_host_names", "device_hours", "runs", "fingerprint_runs", "projection_offset",
    ];

    /// <summary>Makes the tables unless they are there in this version; drops those of another.</summary>
    public static void Prepare(SqliteConnection connection)
    {
        if (connection.ExecuteInt64("PRAGMA user_version") != Version) Reset(connection);
    }

    /// <summary>Starts again from nothing, with no old byte left in the file.</summary>
    public static void Reset(SqliteConnection connection)
    {
        connection.InTransaction(() =>
        {
            foreach (var name in Names) connection.Execute($"DROP TABLE IF EXISTS {name}");
            connection.Execute(Tables);
            connection.Execute($"PRAGMA user_version = {Version}");
            return Version;
        });
        connection.TryEmptyLog();
    }
}
