namespace ActorFingerprint.Persistence.Signatures.Curated;

/// <summary>One line of a table and where it stands.</summary>
internal sealed class TableRow(string file, int line, string[] cells)
{
    /// <summary>The text of a column; null where the table says nothing (<c>-</c>, or a last column that is left out).</summary>
    public string? this[int column] => column < cells.Length && cells[column] != TableFile.NotSaid ? cells[column] : null;

    /// <summary>The text of a column that must be there.</summary>
    public string Need(int column, string name) => this[column] ?? throw Error($"no {name}");

    /// <summary>An error that names this line.</summary>
    public CuratedTableException Error(string problem) => new($"{file}:{line}: {problem}");
}

/// <summary>
/// A text file of tab-separated columns: UTF-8, a header line, <c>#</c> at the start of a line for remarks, empty lines between.
/// </summary>
internal sealed class TableFile(string path)
{
    /// <summary>What stands in a column that says nothing.</summary>
    public const string NotSaid = "-";

    private readonly string _name = Path.GetFileName(path);

    /// <summary>Reads the lines below the header, which names these columns; the last <paramref name="optional"/> may be missing.</summary>
    public IEnumerable<TableRow> Read(string[] columns, int optional = 0)
    {
        var number = 0;
        var hasHeader = false;
        foreach (var line in Lines())
        {
            number++;
            if (line.Length == 0 || line[0] == '#') continue;
            var cells = line.Split('\t');
            var row = new TableRow(_name, number, cells);
            if (!hasHeader)
            {
                if (!cells.AsSpan().SequenceEqual(columns)) throw row.Error($"the header must be {string.Join(" TAB ", columns)}");
                hasHeader = true;
                continue;
            }
            if (cells.Length > columns.Length || cells.Length < columns.Length - optional)
                throw row.Error($"{cells.Length} columns, not {columns.Length}: {string.Join(" TAB ", columns)}");
            if (Array.FindIndex(cells, cell => cell.Length == 0 || cell.AsSpan().Trim().Length < cell.Length) is var bad and >= 0)
                throw row.Error($"{columns[bad]} is empty or has blanks around it: write {NotSaid} for nothing");
            yield return row;
        }
        if (!hasHeader) throw new CuratedTableException($"{_name}:1: no header: write {string.Join(" TAB ", columns)}");
    }

    private string[] Lines()
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CuratedTableException($"{path}: cannot be read ({error.Message})", error);
        }
    }
}
