using System.Text;
using ActorFingerprint.Persistence.Projections;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ActorFingerprint.Persistence.Sqlite;

/// <summary>
/// A prepared statement on the bare SQLite interface: no reader object, no boxed parameter and no string copy per row, which is
/// what keeps the append loop near SQLite's own speed. Parameters count from 1 and stay bound until bound anew; columns count
/// from 0. Not thread-safe, like its connection.
/// </summary>
internal sealed class Statement : IRow, IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;

    public Statement(SqliteConnection connection, string sql)
    {
        _database = connection.Handle ?? throw new InvalidOperationException("the connection is closed");
        SqliteException.ThrowExceptionForRC(
            raw.sqlite3_prepare_v3(_database, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement), _database);
    }

    public Statement Bind(int parameter, long value) => Checked(raw.sqlite3_bind_int64(_statement, parameter, value));

    public Statement Bind(int parameter, long? value) => value is { } number ? Bind(parameter, number) : BindNull(parameter);

    public Statement Bind(int parameter, double? value) =>
        value is { } number ? Checked(raw.sqlite3_bind_double(_statement, parameter, number)) : BindNull(parameter);

    public Statement Bind(int parameter, string? value)
    {
        if (value is null) return BindNull(parameter);
        Span<byte> utf8 = stackalloc byte[512];
        return Encoding.UTF8.TryGetBytes(value, utf8, out var written)
            ? BindText(parameter, utf8[..written])
            : BindText(parameter, Encoding.UTF8.GetBytes(value));
    }

    public Statement BindText(int parameter, ReadOnlySpan<byte> utf8) => utf8.IsEmpty
        ? Checked(raw.sqlite3_bind_text(_statement, parameter, ""))
        : Checked(raw.sqlite3_bind_text(_statement, parameter, utf8));

    public Statement BindBlob(int parameter, ReadOnlySpan<byte> bytes) => bytes.IsEmpty
        ? Checked(raw.sqlite3_bind_zeroblob(_statement, parameter, 0))
        : Checked(raw.sqlite3_bind_blob(_statement, parameter, bytes));

    public Statement BindNull(int parameter) => Checked(raw.sqlite3_bind_null(_statement, parameter));

    /// <summary>Moves to the next row. False at the end, and the statement is ready to run again.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(_statement);
        if (code == raw.SQLITE_ROW) return true;
        raw.sqlite3_reset(_statement);
        if (code != raw.SQLITE_DONE) SqliteException.ThrowExceptionForRC(code, _database);
        return false;
    }

    /// <summary>Runs to the end and gives the number of rows changed.</summary>
    public int Run()
    {
        while (Step()) { }
        return raw.sqlite3_changes(_database);
    }

    /// <summary>The first column of the first row, or null.</summary>
    public long? Scalar()
    {
        if (!Step()) return null;
        var value = IsNull(0) ? (long?)null : Int64(0);
        Reset();
        return value;
    }

    /// <summary>Leaves the rows that were not read.</summary>
    public void Reset() => raw.sqlite3_reset(_statement);

    public bool IsNull(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;

    public long Int64(int column) => raw.sqlite3_column_int64(_statement, column);

    public long? Int64OrNull(int column) => IsNull(column) ? null : Int64(column);

    public double Double(int column) => raw.sqlite3_column_double(_statement, column);

    public string Text(int column) => Encoding.UTF8.GetString(Utf8(column));

    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    public byte[]? BytesOrNull(int column) => IsNull(column) ? null : Utf8(column).ToArray();

    /// <summary>The bytes of a text or blob; valid until the next step.</summary>
    public ReadOnlySpan<byte> Utf8(int column) => raw.sqlite3_column_blob(_statement, column);

    public void Dispose() => _statement.Dispose();

    private Statement Checked(int code)
    {
        if (code != raw.SQLITE_OK) SqliteException.ThrowExceptionForRC(code, _database);
        return this;
    }
}
