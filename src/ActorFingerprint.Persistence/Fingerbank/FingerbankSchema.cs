using ActorFingerprint.Persistence.Sqlite;
using ActorFingerprint.Persistence.Store;
using Microsoft.Data.Sqlite;

namespace ActorFingerprint.Persistence.Fingerbank;

/// <summary>
/// Tables of <c>fingerbank.db</c>. Times are milliseconds since 1970 (UTC). <c>fingerprint_json</c> is the device, or <c>null</c> where the API
/// knows none; <c>mac</c> is empty for what belongs to no device; <c>fetched_at</c> is 0 for the seed.
/// </summary>
internal static class FingerbankSchema
{
    private const string Version1 = """
        CREATE TABLE fingerbank_cache(
            mac TEXT NOT NULL,
            fingerprint_json TEXT NOT NULL,
            dhcp_fingerprint TEXT,
            user_agents TEXT,
            signal_hash TEXT NOT NULL,
            fetched_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            hit_count INTEGER NOT NULL DEFAULT 0,
            last_hit_at INTEGER,
            crc32c INTEGER NOT NULL,
            PRIMARY KEY (mac, signal_hash)) WITHOUT ROWID;
        CREATE TABLE fingerbank_quota(
            window TEXT NOT NULL,
            bucket INTEGER NOT NULL,
            requests INTEGER NOT NULL,
            PRIMARY KEY (window, bucket)) WITHOUT ROWID;
        CREATE TABLE fingerbank_statistics(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        """;

    private static readonly string[] Migrations = [Version1];

    /// <summary>Brings a file, empty or older, to the newest version.</summary>
    public static void Prepare(SqliteConnection connection, string file)
    {
        var version = connection.ExecuteInt64("PRAGMA user_version");
        if (version > Migrations.Length)
            throw new StoreException(
                $"{file}: written by a newer version (schema {version}, this program knows {Migrations.Length}); update actorfp");
        if (version == Migrations.Length) return;
        connection.InTransaction(() =>
        {
            for (var next = version; next < Migrations.Length; next++) connection.Execute(Migrations[next]);
            connection.Execute($"PRAGMA user_version = {Migrations.Length}");
            return Migrations.Length;
        });
    }
}
