namespace ActorFingerprint.Persistence.Signatures.Import;

/// <summary>
/// CSV lists of TLS fingerprints with a row of column names (JA4's <c>ja4plus-mapping.csv</c>): <c>ja3</c>, <c>ja3s</c> and <c>ja4</c> are
/// read, with <c>Application</c>, <c>Library</c>, <c>Device</c> and <c>OS</c>.
/// </summary>
public sealed class TlsCsvImporter : ISignatureImporter
{
    /// <inheritdoc />
    public string Name => "tls-csv";

    /// <inheritdoc />
    public string Describe => "JA3/JA4 list as CSV with column names";

    /// <inheritdoc />
    public bool Recognises(ImportFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return file.Head.Split('\n')[0].Split(',').Any(name => TlsRecord.IsFingerprintName(name.Trim('"', '\r')));
    }

    /// <inheritdoc />
    public IEnumerable<ImportedEntry> Read(ImportFile file, ImportProblems problems)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(problems);
        IReadOnlyList<string>? names = null;
        foreach (var row in CsvRows.Read(file))
        {
            if (names is null)
            {
                names = row.Fields;
                if (!names.Any(TlsRecord.IsFingerprintName))
                    throw file.Fault(row.Line, "no column is called ja3, ja3s or ja4: name the columns in the first row");
                continue;
            }
            var record = new TlsRecord();
            for (var i = 0; i < Math.Min(names.Count, row.Fields.Count); i++) record.Set(names[i], row.Fields[i]);
            if (record.Entry(row.Line, Name, problems) is { } entry) yield return entry;
        }
    }
}
