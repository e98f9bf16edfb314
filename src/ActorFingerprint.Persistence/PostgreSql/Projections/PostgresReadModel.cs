using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Persistence.Projections;
using Npgsql;

namespace ActorFingerprint.Persistence.PostgreSql.Projections;

/// <summary>
/// The read side in PostgreSQL: asks the schema that is shown. Connections that break are made again for a while before a question fails.
/// </summary>
internal sealed class PostgresReadModel(PostgresDatabase shown, IJournal journal, DevicePseudonyms pseudonyms) : ReadModel(journal, pseudonyms)
{
    private protected override async Task<List<T>> AskAsync<T>(Question<T> question, CancellationToken stop, params object[] values)
    {
        try
        {
            return await shown.ReadAsync(
                async (connection, stop) =>
                {
                    await using var command = new NpgsqlCommand(ProjectionSql.QuestionForPostgres(question.Sql), connection);
                    foreach (var value in values) command.Parameters.Add(PostgresColumns.ToParameter(value, isArray: false));
                    await using var reader = await command.ExecuteReaderAsync(stop);
                    var (row, answer) = (new PostgresRow(reader), new List<T>());
                    while (await reader.ReadAsync(stop)) answer.Add(question.Read(row));
                    return answer;
                },
                stop);
        }
        catch (PostgresException error) when (PostgresProjectionSide.Explain(shown, error) is { } explained)
        {
            throw explained;
        }
    }
}
