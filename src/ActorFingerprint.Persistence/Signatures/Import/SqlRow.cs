namespace ActorFingerprint.Persistence.Signatures.Import;

/// <summary>A row of a table in a dump or database.</summary>
/// <param name="Line">The line that it begins in; 0 in database files.</param>
/// <param name="Table">Name of the table, lower case.</param>
/// <param name="Columns">Names of the columns, lower case.</param>
/// <param name="Values">As many texts; null for NULL.</param>
internal readonly record struct SqlRow(int Line, string Table, IReadOnlyList<string> Columns, IReadOnlyList<string?> Values)
{
    /// <summary>The text of a column; null when it is NULL, empty or not there.</summary>
    public string? this[string column]
    {
        get
        {
            for (var i = 0; i < Math.Min(Columns.Count, Values.Count); i++)
                if (Columns[i] == column) return string.IsNullOrWhiteSpace(Values[i]) ? null : Values[i];
            return null;
        }
    }
}
