using ActorFingerprint.Core.Identification.Signatures;

namespace ActorFingerprint.Persistence.Signatures.Import;

/// <summary>Fingerbank's start-up list of 2014, <c>fingerprints.csv</c>: option 55 and a device name, separated by a bar.</summary>
public sealed class FingerbankLegacyImporter : ISignatureImporter
{
    private const string Origin = "fingerbank";
    private const int Confidence = 60;

    /// <inheritdoc />
    public string Name => "fingerbank-list";

    /// <inheritdoc />
    public string Describe => "Fingerbank fingerprints.csv of 2014 (list|name)";

    /// <inheritdoc />
    public bool Recognises(ImportFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return file.Head.Split('\n')[0].Split('|') is [var list, _] && SignatureText.CodeList(list) is not null;
    }

    /// <inheritdoc />
    public IEnumerable<ImportedEntry> Read(ImportFile file, ImportProblems problems)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(problems);
        foreach (var line in file.Lines(problems))
        {
            if (line.IsCommentOrBlank) continue;
            if (line.Text.Split('|', StringSplitOptions.TrimEntries) is [var text, { Length: > 0 } name]
                && SignatureText.CodeList(text) is { } list)
            {
                var device = ImportedDevice.Of(name, DeviceWords.TypeOf(name), DeviceWords.VendorOf(name), DeviceWords.OsOf(name));
                yield return new ImportedEntry(line.Number,
                    [new Signature(SignatureKind.DhcpList, SignatureMatch.Exact, list, device, Confidence, Origin)]);
            }
            else problems.Add(line.Number, "write list|name, such as 1,3,6,15|Some device");
        }
    }
}
