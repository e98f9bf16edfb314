using System.Text;
using Spectre.Console;

namespace ActorFingerprint.Node.Output;

/// <summary>A table for people: drawn on a terminal, plain columns elsewhere. Every cell is escaped.</summary>
public sealed class TextTable(params string[] columns)
{
    private readonly List<string[]> _rows = [];

    /// <summary>Adds a row with one cell for each column; null is empty.</summary>
    public void Add(params ReadOnlySpan<string?> cells)
    {
        var row = new string[columns.Length];
        for (var i = 0; i < row.Length; i++) row[i] = TerminalText.Escape(i < cells.Length ? cells[i] ?? "" : "");
        _rows.Add(row);
    }

    /// <summary>Writes it.</summary>
    public void Write(TextWriter output, bool isTerminal)
    {
        if (isTerminal) Draw(output);
        else WritePlain(output);
    }

    private void Draw(TextWriter output)
    {
        var table = new Table { Border = TableBorder.Rounded };
        foreach (var column in columns) table.AddColumn(new TableColumn(new Text(column, new Style(decoration: Decoration.Bold))));
        foreach (var row in _rows) table.AddRow(row.Select(cell => new Text(cell)));
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) }).Write(table);
    }

    private void WritePlain(TextWriter output)
    {
        var widths = Array.ConvertAll(columns, name => name.Length);
        foreach (var row in _rows)
            for (var i = 0; i < widths.Length; i++) widths[i] = Math.Max(widths[i], row[i].Length);
        var line = new StringBuilder();
        WriteLine(columns);
        foreach (var row in _rows) WriteLine(row);

        void WriteLine(string[] cells)
        {
            line.Clear();
            for (var i = 0; i < widths.Length; i++) line.Append(cells[i]).Append(' ', widths[i] - cells[i].Length + 2);
            output.WriteLine(line.ToString().TrimEnd());
        }
    }
}
