using ActorFingerprint.Persistence.Projections;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ActorFingerprint.Persistence.Sqlite.Projections;

/// <summary>
/// Projections in a SQLite file: prepared statements, run row after row. Connections that share <paramref name="turn"/> take turns from the
/// beginning of a transaction to its end, as SQLite lets only one of them write.
/// </summary>
internal sealed class SqliteProjectionDatabase(SqliteConnection connection, Lock? turn = null) : IProjectionDatabase
{
    private readonly List<(RowSet Rows, Statement Statement)> _statements = [];
    private readonly List<Statement> _questions = [];
    private readonly Statement _begin = new(connection, "BEGIN IMMEDIATE"), _commit = new(connection, "COMMIT"), _rollback = new(connection, "ROLLBACK");

    /// <inheritdoc/>
    public string Place => connection.DataSource;

    /// <inheritdoc/>
    public RowSet Prepare(string sql, params ReadOnlySpan<ColumnType> columns)
    {
        var rows = new RowSet(columns);
        _statements.Add((rows, new(connection, ProjectionSql.ForSqlite(sql, columns.Length))));
        return rows;
    }

    /// <inheritdoc/>
    public IRowQuery Query(string sql, params ReadOnlySpan<ColumnType> columns)
    {
        _questions.Add(new(connection, ProjectionSql.ForSqlite(sql, columns.Length)));
        return new Question(_questions[^1]);
    }

    /// <inheritdoc/>
    public void Begin()
    {
        turn?.Enter();
        try
        {
            _begin.Run();
        }
        catch
        {
            turn?.Exit();
            throw;
        }
    }

    /// <inheritdoc/>
    public long Run(RowSet rows)
    {
        foreach (var (waiting, statement) in _statements)
            if (ReferenceEquals(waiting, rows)) return Run(rows, statement);
        throw new ArgumentException("not a statement of this database", nameof(rows));
    }

    /// <inheritdoc/>
    public void Flush()
    {
        foreach (var (rows, statement) in _statements)
            if (rows.Count > 0) Run(rows, statement);
    }

    /// <inheritdoc/>
    public void Commit()
    {
        _commit.Run();
        turn?.Exit();
    }

    /// <inheritdoc/>
    public void Rollback()
    {
        foreach (var (rows, _) in _statements) rows.Clear();
        try
        {
            if (raw.sqlite3_get_autocommit(connection.Handle) == 0) _rollback.Run();
        }
        catch (SqliteException)
        {
            // The error that led here tells more, and closing the connection takes the transaction back.
        }
        if (turn is { IsHeldByCurrentThread: true }) turn.Exit();
    }

    /// <summary>In the header of the file, where nothing else is kept: <c>PRAGMA application_id</c>.</summary>
    public bool Owes => connection.ExecuteInt64("PRAGMA application_id") != 0;

    /// <inheritdoc/>
    public void Owe() => connection.Execute("PRAGMA application_id = 1");

    /// <inheritdoc/>
    public void Settle()
    {
        try
        {
            connection.Execute("PRAGMA application_id = 0");
        }
        catch (SqliteException)
        {
            // Another part writes: the next one that opens the file writes it anew once more.
        }
    }

    /// <inheritdoc/>
    public bool TryWriteAnew() => connection.TryWriteAnew();

    /// <inheritdoc/>
    public bool TryForget() => connection.TryEmptyLog();

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, statement) in _statements) statement.Dispose();
        foreach (var statement in (ReadOnlySpan<Statement>)[_begin, _commit, _rollback, .. _questions]) statement.Dispose();
        connection.Dispose();
    }

    private static long Run(RowSet rows, Statement statement)
    {
        var changed = 0L;
        for (var row = 0; row < rows.Count; row++)
        {
            for (var column = 0; column < rows.Columns.Length; column++) Bind(statement, column + 1, rows.Columns[column], row);
            changed += statement.Run();
        }
        rows.Clear();
        return changed;
    }

    private static void Bind(Statement statement, int parameter, RowColumn column, int row) => _ = column switch
    {
        RowColumn<long?> numbers => statement.Bind(parameter, numbers.Values[row]),
        RowColumn<string?> texts => statement.Bind(parameter, texts.Values[row]),
        RowColumn<double?> numbers => statement.Bind(parameter, numbers.Values[row]),
        RowColumn<byte[]?> blobs => blobs.Values[row] is { } bytes ? statement.BindBlob(parameter, bytes) : statement.BindNull(parameter),
        _ => throw new ArgumentException($"{column.GetType()} is no column", nameof(column)),
    };

    private sealed class Question(Statement statement) : IRowQuery
    {
        public void Read(Action<IRow> found, params ReadOnlySpan<object> values)
        {
            for (var i = 0; i < values.Length; i++) _ = values[i] is long number ? statement.Bind(i + 1, number) : statement.Bind(i + 1, (string)values[i]);
            Read(found);
        }

        public void Read(IReadOnlyList<string> keys, Action<IRow> found)
        {
            foreach (var key in keys)
            {
                statement.Bind(1, key);
                Read(found);
            }
        }

        private void Read(Action<IRow> found)
        {
            try
            {
                while (statement.Step()) found(statement);
            }
            finally
            {
                statement.Reset();
            }
        }
    }
}
