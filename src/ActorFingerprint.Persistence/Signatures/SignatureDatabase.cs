using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Core.Identification;
using ActorFingerprint.Core.Identification.Signatures;
using ActorFingerprint.Persistence.Sqlite;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ActorFingerprint.Persistence.Signatures;

/// <summary>Reads signature databases; a file is opened read-only and closed again.</summary>
public static class SignatureDatabase
{
    /// <summary>All signatures of a database, arranged for search.</summary>
    /// <exception cref="SignatureDatabaseException">There is no such file, or it is something else.</exception>
    public static SignatureIndex Load(string path) => Read(path, connection => new SignatureIndex(new SignatureReader(connection).ReadAll()));

    /// <summary>All signatures of a database, and what else is in it.</summary>
    /// <exception cref="SignatureDatabaseException">There is no such file, or it is something else.</exception>
    public static (SignatureIndex Index, SignatureDatabaseInfo Info) LoadDescribed(string path) =>
        Read(path, connection => (new SignatureIndex(new SignatureReader(connection).ReadAll()), InfoOf(connection, path)));

    /// <summary>What is in a database.</summary>
    /// <exception cref="SignatureDatabaseException">There is no such file, or it is something else.</exception>
    public static SignatureDatabaseInfo Describe(string path) => Read(path, connection => InfoOf(connection, path));

    internal static void CheckFormat(SqliteConnection connection, string path)
    {
        var format = connection.ExecuteInt64("PRAGMA user_version");
        if (format > SignatureTables.Format)
            throw new SignatureDatabaseException($"{path}: signature database of format {format}, written by a newer version; this one reads {SignatureTables.Format}");
        if (format != SignatureTables.Format)
            throw new SignatureDatabaseException($"{path}: no signature database; make one with `actorfp db build` or `actorfp db import`");
    }

    internal static SignatureDatabaseException Refused(string what, string path, Exception error) => error switch
    {
        SqliteException { SqliteErrorCode: raw.SQLITE_NOTADB } => new SignatureDatabaseException($"{path}: no signature database", error),
        _ => new SignatureDatabaseException($"{path}: {what}: {error.Message.ReplaceLineEndings(" ")}", error),
    };

    private static T Read<T>(string path, Func<SqliteConnection, T> read)
    {
        if (!File.Exists(path)) throw new SignatureDatabaseException($"{path}: no such signature database");
        try
        {
            using var connection = SqliteFile.OpenForReading(path);
            CheckFormat(connection, path);
            return read(connection);
        }
        catch (Exception error) when (error is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw Refused("cannot be read", path, error);
        }
    }

    private static SignatureDatabaseInfo InfoOf(SqliteConnection connection, string path) => new(
        path, Metadata(connection, "version"), Metadata(connection, "date"), connection.ExecuteInt64("SELECT count(*) FROM devices"),
        [.. Tables().Select(table => KeyValuePair.Create(table, connection.ExecuteInt64($"SELECT count(*) FROM {table}")))], Sources(connection));

    private static IEnumerable<string> Tables() => SignatureTables.OfSources.Append("variants").Append("vendor_patterns").Order(StringComparer.Ordinal);

    private static string Metadata(SqliteConnection connection, string key)
    {
        using var find = new Statement(connection, "SELECT value FROM metadata WHERE key = ?");
        var value = find.Bind(1, key).Step() ? find.Text(0) : "";
        find.Reset();
        return value;
    }

    private static List<SignatureSourceInfo> Sources(SqliteConnection connection)
    {
        List<SignatureSourceInfo> sources = [];
        using var rows = new Statement(connection, "SELECT name, version, licence, imported_at, entries FROM sources ORDER BY id");
        while (rows.Step())
            sources.Add(new SignatureSourceInfo(rows.Text(0), rows.Text(1), rows.Text(2)) { ImportedAt = rows.Text(3), Entries = rows.Int64(4) });
        return sources;
    }
}
