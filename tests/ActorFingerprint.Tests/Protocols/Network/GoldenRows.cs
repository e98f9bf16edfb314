namespace ActorFingerprint.Tests.Protocols.Network;

/// <summary>Rows of a tab-separated table of the shared corpora, by column name.</summary>
internal sealed class GoldenRows
{
    private readonly Dictionary<string, int> _columns;

    private GoldenRows(string[] names) => _columns = names.Select((name, at) => (name, at)).ToDictionary(c => c.name, c => c.at);

    /// <summary>One row.</summary>
    public readonly record struct Row(GoldenRows Table, string[] Cells)
    {
        public string this[string column] => Table._columns[column] is var at && at < Cells.Length ? Cells[at] : "";
    }

    /// <summary>Reads a table below the corpora, for example <c>tls/expected.tsv</c>.</summary>
    public static List<Row> Read(string path)
    {
        var lines = File.ReadAllLines(Path.Combine(Repository.Shared!, "corpus", path));
        var table = new GoldenRows(lines[0].Split('\t'));
        return [.. lines.Skip(1).Where(line => line.Length > 0).Select(line => new Row(table, line.Split('\t')))];
    }
}
