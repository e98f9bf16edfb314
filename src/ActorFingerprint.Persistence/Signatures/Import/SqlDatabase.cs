using ActorFingerprint.Persistence.Sqlite;
using Microsoft.Data.Sqlite;

namespace ActorFingerprint.Persistence.Signatures.Import;

/// <summary>Rows of the tables of an SQLite file, which is opened for reading only; nothing in its schema is trusted.</summary>
internal static class SqlDatabase
{
    /// <summary>True for the first bytes of an SQLite file.</summary>
    public static bool IsDatabase(ReadOnlySpan<byte> head) => head.StartsWith("SQLite format 3\0"u8);

    /// <summary>The rows of these tables, one table after the other; a table that is not there has none.</summary>
    public static IEnumerable<SqlRow> Read(ImportFile file, params IEnumerable<string> tables)
    {
        if (file.Location is not { } path)
            throw new SignatureImportException($"{file.Name}: an SQLite database is read from a file, not from a stream");
        using var connection = Open(file, path);
        foreach (var table in tables)
            foreach (var row in ReadTable(file, connection, table)) yield return row;
    }

    private static SqliteConnection Open(ImportFile file, string path)
    {
        try
        {
            var connection = SqliteFile.OpenForReading(path);
            connection.Execute("PRAGMA trusted_schema = OFF");
            return connection;
        }
        catch (SqliteException error)
        {
            throw Fault(file, error);
        }
    }

    private static IEnumerable<SqlRow> ReadTable(ImportFile file, SqliteConnection connection, string table)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"""SELECT * FROM "{table}" """;
        if (!IsTable(file, connection, table)) yield break;
        using var reader = Try(file, command.ExecuteReader);
        string[] columns = [.. Enumerable.Range(0, reader.FieldCount).Select(column => reader.GetName(column).ToLowerInvariant())];
        while (Try(file, reader.Read))
        {
            string?[] values = [.. Enumerable.Range(0, columns.Length)
                .Select(column => reader.IsDBNull(column) ? null : Convert.ToString(reader.GetValue(column), null))];
            yield return new SqlRow(0, table, columns, values);
        }
    }

    /// <summary>An ordinary table: views and virtual tables would run what the file says.</summary>
    private static bool IsTable(ImportFile file, SqliteConnection connection, string table)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = $name AND sql NOT LIKE 'CREATE VIRTUAL%'";
        command.Parameters.AddWithValue("$name", table);
        return Try(file, command.ExecuteScalar) is 1L;
    }

    private static T Try<T>(ImportFile file, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (SqliteException error)
        {
            throw Fault(file, error);
        }
    }

    private static SignatureImportException Fault(ImportFile file, SqliteException error) =>
        new($"{file.Name}: the database cannot be read: fetch it again ({error.Message})", error);
}
