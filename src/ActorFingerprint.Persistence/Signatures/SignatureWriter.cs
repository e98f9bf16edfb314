using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Core.Identification.Signatures;
using ActorFingerprint.Persistence.Sqlite;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ActorFingerprint.Persistence.Signatures;

/// <summary>
/// Fills a signature database, one source at a time and each in one transaction: what a source brought before goes, so reading it again
/// adds nothing twice, and a source that cannot be read to its end changes nothing.
/// </summary>
public sealed class SignatureWriter : IDisposable
{
    private readonly SqliteConnection _connection;

    private SignatureWriter(SqliteConnection connection) => _connection = connection;

    /// <summary>Opens a database for writing, and makes it (mode 0600) when it is not there.</summary>
    /// <exception cref="SignatureDatabaseException">The file is something else, or cannot be written.</exception>
    public static SignatureWriter Open(string path)
    {
        try
        {
            var connection = SqliteFile.OpenForWriting(path, Durability.Normal);
            try
            {
                connection.Execute("PRAGMA foreign_keys = ON");
                if (connection.ExecuteInt64("SELECT count(*) FROM sqlite_schema") == 0)
                    connection.InTransaction(() =>
                    {
                        connection.Execute(SignatureTables.Script);
                        connection.Execute($"PRAGMA user_version = {SignatureTables.Format}");
                        return 0;
                    });
                SignatureDatabase.CheckFormat(connection, path);
                return new SignatureWriter(connection);
            }
            catch
            {
                connection.Dispose();
                throw;
            }
        }
        catch (Exception error) when (error is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw SignatureDatabase.Refused("cannot be written", path, error);
        }
    }

    /// <summary>Says what the content is.</summary>
    public void Describe(string version, string date) => _connection.InTransaction(() =>
    {
        using var put = new Statement(_connection, "INSERT INTO metadata (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value");
        put.Bind(1, "version").Bind(2, version).Run();
        put.Bind(1, "date").Bind(2, date).Run();
        return 0;
    });

    /// <summary>
    /// Replaces everything of a source. <paramref name="signatures"/> is read once, as it is written; when it throws, nothing is changed.
    /// </summary>
    /// <returns>Signatures written; those that say the same as one before are not counted.</returns>
    public long Replace(SignatureSourceInfo source, IEnumerable<Signature> signatures, IEnumerable<SignatureDevice>? devices = null) =>
        _connection.InTransaction(() =>
        {
            Forget(source.Name);
            using var insert = new Statement(_connection,
                "INSERT INTO sources (name, version, licence, imported_at, entries) VALUES (?,?,?,?,0)");
            insert.Bind(1, source.Name).Bind(2, source.Version).Bind(3, source.Licence).Bind(4, source.ImportedAt).Run();
            var id = raw.sqlite3_last_insert_rowid(_connection.Handle);
            using var rows = new SignatureRows(_connection, id);
            foreach (var device in devices ?? []) rows.Add(device);
            foreach (var signature in signatures) rows.Add(signature);
            using var count = new Statement(_connection, "UPDATE sources SET entries = ? WHERE id = ?");
            count.Bind(1, rows.Written).Bind(2, id).Run();
            return rows.Written;
        });

    /// <summary>Ends writing: gathers statistics and leaves one file without a log, which can be opened read-only.</summary>
    public void Complete()
    {
        _connection.Execute("ANALYZE");
        _connection.Execute("PRAGMA journal_mode = DELETE");
        _connection.Execute("VACUUM");
    }

    /// <inheritdoc />
    public void Dispose() => _connection.Dispose();

    private void Forget(string source)
    {
        using var find = new Statement(_connection, "SELECT id FROM sources WHERE name = ?");
        if (find.Bind(1, source).Scalar() is not { } id) return;
        foreach (var table in SignatureTables.OfSources) _connection.Execute($"DELETE FROM {table} WHERE source_id = {id}");
        _connection.Execute($"DELETE FROM sources WHERE id = {id}");
    }
}
