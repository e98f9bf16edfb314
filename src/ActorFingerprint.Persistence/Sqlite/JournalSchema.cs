using System.Globalization;
using ActorFingerprint.Persistence.Store;
using Microsoft.Data.Sqlite;

namespace ActorFingerprint.Persistence.Sqlite;

/// <summary>
/// Tables of <c>journal.db</c>: Akka.Persistence.Sql's default columns, a checksum beside them, shard ownership, and what was fixed
/// when the store was made. Migrations only go forward; each is one entry of <see cref="Migrations"/>.
/// </summary>
internal static class JournalSchema
{
    private const string Version1 = """
        CREATE TABLE journal(
            ordering INTEGER PRIMARY KEY AUTOINCREMENT,
            persistence_id TEXT NOT NULL,
            sequence_number INTEGER NOT NULL,
            created INTEGER NOT NULL,
            is_deleted INTEGER NOT NULL,
            manifest TEXT NOT NULL,
            message BLOB NOT NULL,
            writer_uuid TEXT NOT NULL,
            tags TEXT,
            identifier INTEGER NOT NULL,
            crc32c INTEGER NOT NULL);
        CREATE UNIQUE INDEX journal_uq ON journal(persistence_id, sequence_number);
        CREATE TABLE tags(
            ordering_id INTEGER NOT NULL,
            tag TEXT NOT NULL,
            persistence_id TEXT NOT NULL,
            sequence_nr INTEGER NOT NULL,
            PRIMARY KEY (tag, ordering_id)) WITHOUT ROWID;
        CREATE TABLE snapshot(
            persistence_id TEXT NOT NULL,
            sequence_number INTEGER NOT NULL,
            created INTEGER NOT NULL,
            manifest TEXT NOT NULL,
            snapshot BLOB NOT NULL,
            serializer_id INTEGER NOT NULL,
            crc32c INTEGER NOT NULL,
            PRIMARY KEY (persistence_id, sequence_number));
        CREATE TABLE shard_owner(
            region TEXT NOT NULL,
            shard INTEGER NOT NULL,
            epoch INTEGER NOT NULL,
            owner TEXT NOT NULL,
            PRIMARY KEY (region, shard)) WITHOUT ROWID;
        CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        """;

    private static readonly string[] Migrations = [Version1];

    /// <summary>The version that this program reads and writes.</summary>
    public static int Current => Migrations.Length;

    /// <summary>What <c>identifier</c> and <c>serializer_id</c> hold: UTF-8 JSON.</summary>
    public const long Json = 1001;

    /// <summary>Brings a database, empty or older, to <see cref="Current"/>, and fixes the shard count at creation.</summary>
    public static void Prepare(SqliteConnection connection, string file, int? shards, DateTimeOffset now)
    {
        var version = VersionOf(connection);
        if (version > Current)
            throw new StoreException(
                $"{file}: written by a newer version (schema {version}, this program knows {Current}); update actorfp");
        if (version == Current) return;
        connection.InTransaction(() =>
        {
            for (var next = version; next < Current; next++) connection.Execute(Migrations[next]);
            if (version == 0)
            {
                SetMeta(connection, "shards", (shards ?? StoreOptions.DefaultShards).ToString(CultureInfo.InvariantCulture));
                SetMeta(connection, "created", now.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
            }
            SetMeta(connection, "schema_version", Current.ToString(CultureInfo.InvariantCulture));
            return Current;
        });
    }

    /// <summary>The schema version of a database; 0 when it is empty.</summary>
    public static int VersionOf(SqliteConnection connection) =>
        connection.ExecuteInt64("SELECT count(*) FROM sqlite_schema WHERE name = 'meta'") == 0
            ? 0
            : int.Parse(Meta(connection, "schema_version") ?? "0", CultureInfo.InvariantCulture);

    /// <summary>
    /// Key of <c>meta</c> that is there from an erasure until the file has been written anew and the log emptied. A program that does not know it
    /// leaves it alone.
    /// </summary>
    public const string HoldsErased = "holds_erased";

    /// <summary>A value of <c>meta</c>, or null.</summary>
    public static string? Meta(SqliteConnection connection, string key)
    {
        using var read = new Statement(connection, "SELECT value FROM meta WHERE key = ?1");
        var value = read.Bind(1, key).Step() ? read.Text(0) : null;
        read.Reset();
        return value;
    }

    private static void SetMeta(SqliteConnection connection, string key, string value)
    {
        using var write = new Statement(
            connection, "INSERT INTO meta(key, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value");
        write.Bind(1, key).Bind(2, value).Run();
    }
}
