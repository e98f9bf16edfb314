namespace ActorFingerprint.Node.Output;

/// <summary>Comma-separated values by RFC 4180, safe to open in a spreadsheet.</summary>
public static class Csv
{
    /// <summary>
    /// One row with CRLF. A field that a spreadsheet would run as a formula (it starts with <c>= + - @</c>, a tab or a return) gets a
    /// leading apostrophe; quotes, commas and line ends are quoted; null is an empty field.
    /// </summary>
    public static string Row(params ReadOnlySpan<string?> fields)
    {
        var row = new System.Text.StringBuilder();
        for (var i = 0; i < fields.Length; i++)
        {
            if (i > 0) row.Append(',');
            AppendField(row, fields[i] ?? "");
        }
        return row.Append("\r\n").ToString();
    }

    private static void AppendField(System.Text.StringBuilder row, string field)
    {
        if (field is ['=' or '+' or '-' or '@' or '\t' or '\r', ..]) field = "'" + field;
        if (!field.AsSpan().ContainsAny("\",\r\n")) row.Append(field);
        else row.Append('"').Append(field.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
    }
}
