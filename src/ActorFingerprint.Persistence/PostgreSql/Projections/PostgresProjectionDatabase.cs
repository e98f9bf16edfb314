using ActorFingerprint.Persistence.Projections;
using Npgsql;

namespace ActorFingerprint.Persistence.PostgreSql.Projections;

/// <summary>
/// Projections in a schema of PostgreSQL. A flush is one round trip: every statement once, with the columns of all its rows as arrays.
/// </summary>
internal sealed class PostgresProjectionDatabase(NpgsqlConnection connection, string place, Action? forget) : IProjectionDatabase
{
    private readonly List<(RowSet Rows, string Sql)> _statements = [];
    private NpgsqlTransaction? _transaction;

    /// <inheritdoc/>
    public string Place => place;

    /// <inheritdoc/>
    public RowSet Prepare(string sql, params ReadOnlySpan<ColumnType> columns)
    {
        var rows = new RowSet(columns);
        _statements.Add((rows, ProjectionSql.ForPostgres(sql, columns)));
        return rows;
    }

    /// <inheritdoc/>
    public IRowQuery Query(string sql, params ReadOnlySpan<ColumnType> columns) => new Question(connection, ProjectionSql.ForPostgres(sql, columns));

    /// <inheritdoc/>
    public void Begin() => _transaction = connection.BeginTransaction();

    /// <inheritdoc/>
    public long Run(RowSet rows)
    {
        using var command = connection.CreateCommand();
        command.CommandText = _statements.Find(statement => ReferenceEquals(statement.Rows, rows)).Sql;
        foreach (var column in rows.Columns) command.Parameters.Add(PostgresColumns.ToParameter(column));
        var changed = command.ExecuteNonQuery();
        rows.Clear();
        return changed;
    }

    /// <inheritdoc/>
    public void Flush()
    {
        using var batch = connection.CreateBatch();
        foreach (var (rows, sql) in _statements)
        {
            if (rows.Count == 0) continue;
            var command = new NpgsqlBatchCommand(sql);
            foreach (var column in rows.Columns) command.Parameters.Add(PostgresColumns.ToParameter(column));
            batch.BatchCommands.Add(command);
        }
        if (batch.BatchCommands.Count == 0) return;
        batch.ExecuteNonQuery();
        foreach (var (rows, _) in _statements) rows.Clear();
    }

    /// <inheritdoc/>
    public void Commit()
    {
        _transaction!.Commit();
        End();
    }

    /// <inheritdoc/>
    public void Rollback()
    {
        foreach (var (rows, _) in _statements) rows.Clear();
        try
        {
            _transaction?.Rollback();
        }
        catch (Exception error) when (error is NpgsqlException or InvalidOperationException or ObjectDisposedException)
        {
            // The connection is gone, and with it the transaction.
        }
        End();
    }

    /// <summary>No: the server cleans its tables by itself, sooner or later.</summary>
    public bool Owes => false;

    /// <inheritdoc/>
    public void Owe()
    {
    }

    /// <inheritdoc/>
    public void Settle()
    {
    }

    /// <inheritdoc/>
    public bool TryWriteAnew() => true;

    /// <inheritdoc/>
    public bool TryForget()
    {
        forget?.Invoke();
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        End();
        connection.Dispose();
    }

    private void End()
    {
        _transaction?.Dispose();
        _transaction = null;
    }

    private sealed class Question(NpgsqlConnection connection, string sql) : IRowQuery
    {
        public void Read(Action<IRow> found, params ReadOnlySpan<object> values)
        {
            using var command = connection.CreateCommand();
            foreach (var value in values) command.Parameters.Add(PostgresColumns.ToParameter(value, isArray: true));
            Read(command, found);
        }

        public void Read(IReadOnlyList<string> keys, Action<IRow> found)
        {
            using var command = connection.CreateCommand();
            command.Parameters.Add(PostgresColumns.ToParameter(keys));
            Read(command, found);
        }

        private void Read(NpgsqlCommand command, Action<IRow> found)
        {
            command.CommandText = sql;
            using var reader = command.ExecuteReader();
            var row = new PostgresRow(reader);
            while (reader.Read()) found(row);
        }
    }
}
