using System.Text;

namespace ActorFingerprint.Tools.ScaleSimulator;

/// <summary>Tables in a document between <c>&lt;!-- simulated: NAME --&gt;</c> and <c>&lt;!-- end --&gt;</c>.</summary>
internal static class MarkedTables
{
    private const string End = "<!-- end -->";

    /// <summary>Puts each table anew between its marks. Throws <see cref="InvalidDataException"/> for a table without them.</summary>
    public static string Replace(string document, Costs costs)
    {
        foreach (var (name, make) in Report.Tables)
        {
            var mark = $"<!-- simulated: {name} -->\n";
            var from = document.IndexOf(mark, StringComparison.Ordinal);
            var to = from < 0 ? -1 : document.IndexOf(End, from, StringComparison.Ordinal);
            if (to < 0) throw new InvalidDataException($"the document has no {mark.TrimEnd()} … {End}");
            document = new StringBuilder(document.Length).Append(document, 0, from + mark.Length).Append(make(costs)).Append(document, to, document.Length - to).ToString();
        }
        return document;
    }
}
