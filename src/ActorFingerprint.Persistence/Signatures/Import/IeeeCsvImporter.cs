namespace ActorFingerprint.Persistence.Signatures.Import;

/// <summary>
/// IEEE's registries as CSV (<c>oui.csv</c>, <c>mam.csv</c>, <c>oui36.csv</c>, <c>iab.csv</c>, <c>cid.csv</c>):
/// <c>Registry,Assignment,Organization Name,Organization Address</c>.
/// </summary>
public sealed class IeeeCsvImporter : ISignatureImporter
{
    /// <inheritdoc />
    public string Name => "ieee";

    /// <inheritdoc />
    public string Describe => "IEEE oui.csv, mam.csv, oui36.csv, iab.csv";

    /// <inheritdoc />
    public bool Recognises(ImportFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return file.Head.StartsWith("Registry,Assignment,", StringComparison.Ordinal);
    }

    /// <inheritdoc />
    public IEnumerable<ImportedEntry> Read(ImportFile file, ImportProblems problems)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(problems);
        foreach (var row in CsvRows.Read(file))
        {
            if (row.Fields is ["Registry", ..]) continue;
            if (row.Fields is not [_, var assignment, var organization, ..])
                problems.Add(row.Line, "write Registry,Assignment,Organization Name,Organization Address");
            else if (VendorPrefix.EntryOf(row.Line, assignment, organization, Name, problems) is { } entry) yield return entry;
        }
    }
}
