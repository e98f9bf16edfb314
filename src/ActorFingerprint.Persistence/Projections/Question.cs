namespace ActorFingerprint.Persistence.Projections;

/// <summary>
/// A question to the read side, written once for both databases (<see cref="ProjectionSql.QuestionForSqlite"/>), and what is made of each row
/// of the answer. Everything asked for is a parameter, <c>{1}</c> the first.
/// </summary>
internal sealed record Question<T>(string Sql, Func<IRow, T> Read);
