using System.Text;

namespace ActorFingerprint.Persistence.Signatures.Import;

/// <summary>A row of a CSV file and the line that it begins in.</summary>
internal readonly record struct CsvRow(int Line, IReadOnlyList<string> Fields);

/// <summary>
/// Rows of CSV (RFC 4180): fields in quotes may have commas, doubled quotes and line ends. What stands behind a closing quote is taken as
/// it is.
/// </summary>
internal static class CsvRows
{
    private const int MaxField = 64 * 1024;
    private const int MaxFields = 1000;

    /// <summary>The rows; a field that is too long ends the file with an error, for it is mostly a quote that does not close.</summary>
    public static IEnumerable<CsvRow> Read(ImportFile file)
    {
        using var reader = new StreamReader(file.OpenRead(), Encoding.UTF8, detectEncodingFromByteOrderMarks: false);
        var (line, start) = (1, 1);
        List<string> fields = [];
        var field = new StringBuilder();
        var (inQuotes, wasQuote) = (false, false);
        for (var next = reader.Read(); next >= 0; next = reader.Read())
        {
            var letter = (char)next;
            if (field.Length >= MaxField || fields.Count >= MaxFields)
                throw file.Fault(start, $"a field of more than {MaxField} characters, or {MaxFields} fields: is a quote not closed?");
            if (letter == '\n') line++;
            if (wasQuote)
            {
                wasQuote = false;
                if (letter == '"')
                {
                    field.Append('"');
                    continue;
                }
                inQuotes = false;
            }
            if (inQuotes)
            {
                if (letter == '"') wasQuote = true;
                else field.Append(letter);
            }
            else if (letter == '"' && field.Length == 0) inQuotes = true;
            else if (letter == ',') EndField();
            else if (letter == '\n')
            {
                EndField();
                if (fields is not [""]) yield return new CsvRow(start, fields);
                (fields, start) = ([], line);
            }
            else if (letter != '\r') field.Append(letter);
        }
        if (inQuotes && !wasQuote) throw file.Fault(start, "a quote is not closed");
        EndField();
        if (fields is not [""]) yield return new CsvRow(start, fields);

        void EndField()
        {
            fields.Add(field.ToString());
            field.Clear();
        }
    }
}
