using System.Text;
using ActorFingerprint.Persistence.Projections;
using Npgsql;
using NpgsqlTypes;

namespace ActorFingerprint.Persistence.PostgreSql.Projections;

/// <summary>Columns and values as parameters of PostgreSQL.</summary>
internal static class PostgresColumns
{
    /// <summary>A column as an array.</summary>
    public static NpgsqlParameter ToParameter(RowColumn column) => column switch
    {
        RowColumn<long?> numbers => new NpgsqlParameter<List<long?>> { TypedValue = numbers.Values, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint },
        RowColumn<double?> numbers => new NpgsqlParameter<List<double?>> { TypedValue = numbers.Values, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Double },
        RowColumn<string?> texts => new NpgsqlParameter<List<string?>> { TypedValue = Storable(texts.Values), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
        RowColumn<byte[]?> blobs => new NpgsqlParameter<List<byte[]?>> { TypedValue = blobs.Values, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea },
        _ => throw new ArgumentException($"{column.GetType()} is no column", nameof(column)),
    };

    /// <summary>Many keys as an array.</summary>
    public static NpgsqlParameter ToParameter(IReadOnlyList<string> keys) =>
        new NpgsqlParameter<string[]> { TypedValue = [.. keys.Select(Storable)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };

    /// <summary>A value alone, or as an array of one.</summary>
    public static NpgsqlParameter ToParameter(object value, bool isArray) => (value, isArray) switch
    {
        (long number, true) => new NpgsqlParameter<long[]> { TypedValue = [number] },
        (long number, false) => new NpgsqlParameter<long> { TypedValue = number },
        (_, true) => ToParameter([(string)value]),
        _ => new NpgsqlParameter<string> { TypedValue = Storable((string)value) },
    };

    private static List<string?> Storable(List<string?> texts)
    {
        for (var i = 0; i < texts.Count; i++)
            if (texts[i] is { } text) texts[i] = Storable(text);
        return texts;
    }

    /// <summary>PostgreSQL refuses U+0000 and half surrogates in a text: they become U+FFFD, as the latter do in SQLite.</summary>
    private static string Storable(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') && !text.Contains('\0')) return text;
        return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace('\0', '\uFFFD');
    }
}
