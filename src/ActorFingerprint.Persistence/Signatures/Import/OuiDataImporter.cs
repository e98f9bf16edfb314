namespace ActorFingerprint.Persistence.Signatures.Import;

/// <summary>
/// The npm package <c>oui-data</c> (<c>index.json</c>): an object of prefixes, each with the owner's name and address in lines.
/// </summary>
public sealed class OuiDataImporter : ISignatureImporter
{
    /// <inheritdoc />
    public string Name => "oui-data";

    /// <inheritdoc />
    public string Describe => "npm oui-data (index.json)";

    /// <inheritdoc />
    public bool Recognises(ImportFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return file.Head.AsSpan().TrimStart() is ['{', .. var rest] && rest.TrimStart() is ['"', .. var name]
            && name.IndexOf('"') is (6 or 7 or 9) and var end && name[..end].ToString().All(char.IsAsciiHexDigit);
    }

    /// <inheritdoc />
    public IEnumerable<ImportedEntry> Read(ImportFile file, ImportProblems problems)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(problems);
        foreach (var item in JsonItems.Read(file))
        {
            if (item.Name.Length == 0 || JsonItems.TextOf(item.Value) is not { } text)
                problems.Add(item.Line, "write \"prefix\": \"name\\naddress\"");
            else if (VendorPrefix.EntryOf(item.Line, item.Name, text.Split('\n')[0], Name, problems) is { } entry)
                yield return entry;
        }
    }
}
