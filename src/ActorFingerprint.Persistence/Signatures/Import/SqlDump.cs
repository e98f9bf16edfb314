using System.Text;

namespace ActorFingerprint.Persistence.Signatures.Import;

/// <summary>
/// Rows that the INSERT statements of an SQL dump hold (<c>sqlite3 FILE .dump</c>). Columns are named by the statement, else by the CREATE
/// TABLE before it. Other statements are passed over.
/// </summary>
internal sealed class SqlDump
{
    private const int MaxColumns = 2000;

    private readonly SqlTokens _tokens;
    private readonly Dictionary<string, List<string>> _columns = new(StringComparer.Ordinal);
    private readonly ImportProblems _problems;
    private SqlToken? _token;

    private SqlDump(ImportFile file, TextReader reader, ImportProblems problems)
    {
        (_tokens, _problems) = (new SqlTokens(file, reader), problems);
        Advance();
    }

    /// <summary>The rows of all tables, in the order of the dump.</summary>
    public static IEnumerable<SqlRow> Read(ImportFile file, ImportProblems problems)
    {
        using var reader = new StreamReader(file.OpenRead(), Encoding.UTF8, detectEncodingFromByteOrderMarks: false);
        var dump = new SqlDump(file, reader, problems);
        while (dump._token is not null)
        {
            if (dump.TakeWord("insert"))
                foreach (var row in dump.Insert()) yield return row;
            else if (dump.TakeWord("create") && dump.TakeWord("table")) dump.CreateTable();
            dump.SkipStatement();
        }
    }

    private IEnumerable<SqlRow> Insert()
    {
        while (_token is { Kind: SqlTokenKind.Word } && !TakeWord("into")) Advance();
        var table = TakeName();
        var columns = Is("(") ? Names() : _columns.GetValueOrDefault(table);
        if (!TakeWord("values")) yield break;
        do
        {
            var line = _token?.Line ?? 0;
            if (Values() is not { } values) _problems.Add(line, $"a row of {table} that holds other things than texts, numbers and NULL");
            else if (columns is null) _problems.Add(line, $"a row of {table}, whose columns are named nowhere above it");
            else if (values.Count != columns.Count)
                _problems.Add(line, $"a row of {table} with {values.Count} values for {columns.Count} columns");
            else yield return new SqlRow(line, table, columns, values);
        }
        while (Take(","));
    }

    private void CreateTable()
    {
        if (TakeWord("if") && TakeWord("not")) TakeWord("exists");
        var table = TakeName();
        if (Is("(")) _columns[table] = Names();
    }

    /// <summary>The first word of each part of a list in parentheses, but for constraints.</summary>
    private List<string> Names()
    {
        List<string> names = [];
        var (depth, isFirst) = (0, true);
        do
        {
            if (Is("(")) depth++;
            else if (Is(")")) depth--;
            else if (Is(",") && depth == 1) isFirst = true;
            else if (isFirst && depth == 1)
            {
                var isConstraint = _token is { Kind: SqlTokenKind.Word } word
                    && word.Text.ToLowerInvariant() is "primary" or "unique" or "foreign" or "check" or "constraint" or "key";
                if (!isConstraint && names.Count < MaxColumns) names.Add(_token!.Value.Text.ToLowerInvariant());
                isFirst = false;
            }
            Advance();
        }
        while (depth > 0 && _token is not null);
        return names;
    }

    /// <summary>The values of one row; null when there is something else among them, and behind the row in any case.</summary>
    private List<string?>? Values()
    {
        List<string?>? values = [];
        if (!Take("(")) return null;
        for (var depth = 1; depth > 0 && _token is { } token && !token.Is(";"); Advance())
        {
            if (token.Is("(")) (depth, values) = (depth + 1, null);
            else if (token.Is(")")) depth--;
            else if (token.Kind is SqlTokenKind.Text or SqlTokenKind.Number && values?.Count < MaxColumns) values.Add(token.Text);
            else if (token.IsWord("null") && values?.Count < MaxColumns) values.Add(null);
            else if (!token.Is(",")) values = null;
        }
        return values;
    }

    private void SkipStatement()
    {
        while (_token is not null && !Take(";")) Advance();
    }

    private string TakeName()
    {
        var name = _token?.Text.ToLowerInvariant() ?? "";
        Advance();
        return name;
    }

    private bool TakeWord(string word)
    {
        if (_token?.IsWord(word) != true) return false;
        Advance();
        return true;
    }

    private bool Take(string mark)
    {
        if (!Is(mark)) return false;
        Advance();
        return true;
    }

    private bool Is(string mark) => _token?.Is(mark) == true;

    private void Advance() => _token = _tokens.Next();
}
