using ActorFingerprint.Persistence.Projections;
using Npgsql;

namespace ActorFingerprint.Persistence.PostgreSql.Projections;

/// <summary>The row at which a reader of PostgreSQL stands.</summary>
internal sealed class PostgresRow(NpgsqlDataReader reader) : IRow
{
    /// <inheritdoc/>
    public long Int64(int column) => reader.GetInt64(column);

    /// <inheritdoc/>
    public long? Int64OrNull(int column) => reader.IsDBNull(column) ? null : reader.GetInt64(column);

    /// <inheritdoc/>
    public double Double(int column) => reader.GetDouble(column);

    /// <inheritdoc/>
    public string Text(int column) => reader.GetString(column);

    /// <inheritdoc/>
    public string? TextOrNull(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    /// <inheritdoc/>
    public byte[]? BytesOrNull(int column) => reader.IsDBNull(column) ? null : reader.GetFieldValue<byte[]>(column);
}
