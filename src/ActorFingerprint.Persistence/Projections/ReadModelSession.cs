using ActorFingerprint.Persistence.Sqlite;
using Microsoft.Data.Sqlite;

namespace ActorFingerprint.Persistence.Projections;

/// <summary>A connection that reads <c>projections.db</c>, with the statements of questions asked before. Belongs to one thread.</summary>
internal sealed class ReadModelSession(SqliteConnection connection) : IDisposable
{
    /// <summary>Statements kept: all fixed questions, and some of lists, whose words differ with what is asked for.</summary>
    private const int KeptStatements = 64;

    private readonly Dictionary<string, Statement> _statements = new(StringComparer.Ordinal);

    /// <summary>Every row of the answer.</summary>
    public List<T> Ask<T>(Question<T> question, IReadOnlyList<object> values)
    {
        var statement = StatementOf(question.Sql);
        var answer = new List<T>();
        try
        {
            for (var i = 0; i < values.Count; i++)
                _ = values[i] is long number ? statement.Bind(i + 1, number) : statement.Bind(i + 1, (string)values[i]);
            while (statement.Step()) answer.Add(question.Read(statement));
            return answer;
        }
        finally
        {
            statement.Reset();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Clear();
        connection.Dispose();
    }

    private Statement StatementOf(string sql)
    {
        if (_statements.TryGetValue(sql, out var known)) return known;
        if (_statements.Count >= KeptStatements) Clear();
        return _statements[sql] = new(connection, ProjectionSql.QuestionForSqlite(sql));
    }

    private void Clear()
    {
        foreach (var statement in _statements.Values) statement.Dispose();
        _statements.Clear();
    }
}
