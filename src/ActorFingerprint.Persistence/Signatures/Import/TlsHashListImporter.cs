namespace ActorFingerprint.Persistence.Signatures.Import;

/// <summary>
/// CSV lists of JA3 without column names (Salesforce's <c>osx-nix-ja3.csv</c>): the MD5, and the programs in the last column. Rows before
/// the first MD5 are taken for the licence.
/// </summary>
public sealed class TlsHashListImporter : ISignatureImporter
{
    /// <inheritdoc />
    public string Name => "ja3-csv";

    /// <inheritdoc />
    public string Describe => "JA3 list as CSV without column names (md5,program)";

    /// <inheritdoc />
    public bool Recognises(ImportFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return file.Head.Split('\n').Any(line => line.Split(',') is [var hash, _, ..] && TlsHash.IsMd5(hash.Trim('"')));
    }

    /// <inheritdoc />
    public IEnumerable<ImportedEntry> Read(ImportFile file, ImportProblems problems)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(problems);
        var isList = false;
        foreach (var row in CsvRows.Read(file))
        {
            if (row.Fields[0].StartsWith('#')) continue;
            if (!isList && !TlsHash.IsMd5(row.Fields[0])) continue;
            isList = true;
            if (row.Fields.Count < 2)
            {
                problems.Add(row.Line, "write md5,program");
                continue;
            }
            var record = new TlsRecord();
            record.Set("ja3", row.Fields[0]);
            record.Set("application", row.Fields[^1]);
            if (record.Entry(row.Line, Name, problems) is { } entry) yield return entry;
        }
    }
}
