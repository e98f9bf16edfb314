using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace ActorFingerprint.Persistence.Projections;

/// <summary>
/// One text for two databases. In it, <c>{1}</c> is the first column of the rows given and <c>{rows}</c>, <c>{from}</c>, <c>{using}</c> and
/// <c>{cross}</c> stand where PostgreSQL names these rows (in INSERT, UPDATE, DELETE, SELECT): SQLite is run once a row with parameters,
/// PostgreSQL once for all with arrays. <c>{least}</c> and <c>{greatest}</c> are the functions of two values. Types are mapped here, too.
/// </summary>
internal static partial class ProjectionSql
{
    /// <summary>The text for SQLite.</summary>
    public static string ForSqlite(string sql, int columns)
    {
        var values = string.Join(", ", Enumerable.Range(1, columns).Select(n => string.Create(CultureInfo.InvariantCulture, $"?{n}")));
        var text = new StringBuilder(sql).Replace("{rows}", $"VALUES ({values})")
            .Replace("{from}", "").Replace("{using}", "").Replace("{cross}", "").Replace("{least}", "min").Replace("{greatest}", "max");
        for (var n = 1; n <= columns; n++) text.Replace($"{{{n}}}", $"?{n}");
        return text.ToString();
    }

    /// <summary>The text for PostgreSQL, with one array for each column.</summary>
    public static string ForPostgres(string sql, ReadOnlySpan<ColumnType> columns)
    {
        var names = string.Join(", ", Enumerable.Range(1, columns.Length).Select(n => $"c{n}"));
        var arrays = new string[columns.Length];
        for (var i = 0; i < arrays.Length; i++) arrays[i] = $"${i + 1}::{TypeOf(columns[i])}[]";
        var rows = $"unnest({string.Join(", ", arrays)}) AS r({names})";
        var text = new StringBuilder(sql).Replace("{rows}", $"SELECT {names} FROM {rows}").Replace("{from}", $"FROM {rows}")
            .Replace("{using}", $"USING {rows}").Replace("{cross}", $"CROSS JOIN {rows}")
            .Replace("{least}", "least").Replace("{greatest}", "greatest");
        for (var n = 1; n <= columns.Length; n++) text.Replace($"{{{n}}}", $"r.c{n}");
        return text.ToString();
    }

    /// <summary>A question for SQLite.</summary>
    public static string QuestionForSqlite(string sql) => Parameter().Replace(sql, "?$1").Replace("{like}", "LIKE", StringComparison.Ordinal)
        .Replace("{greatest}", "max", StringComparison.Ordinal).Replace("{join}", "group_concat", StringComparison.Ordinal)
        .Replace("{newline}", "char(10)", StringComparison.Ordinal);

    /// <summary>A question for PostgreSQL. Its ILIKE ignores the case of ASCII letters alone, as SQLite's LIKE does: the columns' collation is "C".</summary>
    public static string QuestionForPostgres(string sql) => Parameter().Replace(sql, "$$$1").Replace("{like}", "ILIKE", StringComparison.Ordinal)
        .Replace("{greatest}", "greatest", StringComparison.Ordinal).Replace("{join}", "string_agg", StringComparison.Ordinal)
        .Replace("{newline}", "chr(10)", StringComparison.Ordinal);

    /// <summary>The table definitions, which are written for SQLite, for PostgreSQL. Texts sort by their bytes, as SQLite's do.</summary>
    public static string TablesForPostgres(string tables) => new StringBuilder(tables)
        .Replace(" INTEGER", " bigint").Replace(" REAL", " double precision").Replace(" BLOB", " bytea")
        .Replace(" TEXT", " text COLLATE \"C\"").Replace(" WITHOUT ROWID", "").ToString();

    [GeneratedRegex(@"\{(\d+)\}")]
    private static partial Regex Parameter();

    private static string TypeOf(ColumnType type) => type switch
    {
        ColumnType.BigInt => "bigint",
        ColumnType.Real => "double precision",
        ColumnType.Text => "text",
        _ => "bytea",
    };
}
