using ActorFingerprint.Core.Identification;
using ActorFingerprint.Core.Identification.Signatures;

namespace ActorFingerprint.Persistence.Signatures.Import;

/// <summary>
/// PRADS's <c>tcp-syn.fp</c> and <c>tcp-synack.fp</c>, the language of p0f v2: <c>window:ttl:df:length:options:quirks:system:details</c>. A
/// minus sign before the system marks a program, <c>@</c> a guess, <c>*</c> a kind of system.
/// </summary>
/// <param name="isAnswer">SYN+ACK segments; otherwise SYN segments.</param>
public sealed class PradsTcpImporter(bool isAnswer) : ISignatureImporter
{
    private const string Origin = "prads";
    private const int SpecificConfidence = 55;
    private const int GenericConfidence = 35;
    private const int SignatureFields = 6;

    /// <inheritdoc />
    public string Name => isAnswer ? "prads-tcp-syn-ack" : "prads-tcp-syn";

    /// <inheritdoc />
    public string Describe => isAnswer ? "PRADS tcp-synack.fp (language of p0f v2)" : "PRADS tcp-syn.fp (language of p0f v2)";

    /// <inheritdoc />
    public bool Recognises(ImportFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var isOfAnswers = file.Head.Contains("SYN+ACK fingerprints", StringComparison.OrdinalIgnoreCase)
            || Path.GetFileName(file.Name).Contains("synack", StringComparison.OrdinalIgnoreCase);
        return isOfAnswers == isAnswer && (file.Head.Contains("SYN fingerprints", StringComparison.OrdinalIgnoreCase) || isOfAnswers
            || file.Head.Split('\n').FirstOrDefault(line => line is not ([] or ['#', ..])) is { } first && IsSignature(first));
    }

    /// <inheritdoc />
    public IEnumerable<ImportedEntry> Read(ImportFile file, ImportProblems problems)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(problems);
        foreach (var line in file.Lines(problems))
        {
            if (line.IsCommentOrBlank) continue;
            var fields = line.Text.Trim().Split(':', SignatureFields + 2);
            if (fields.Length < SignatureFields + 2) problems.Add(line.Number, "write window:ttl:df:length:options:quirks:system:details");
            else yield return new ImportedEntry(line.Number, SignaturesOf(fields, problems));
        }
    }

    private List<Signature> SignaturesOf(string[] fields, ImportProblems problems)
    {
        var (system, details) = (fields[SignatureFields], fields[SignatureFields + 1]);
        var name = $"{system.TrimStart('-', '@', '*')} {details}".Trim();
        var patterns = LegacyTcpPattern.Translate(fields[..SignatureFields], isAnswer, out var problem);
        if (patterns.Count == 0) problems.CountUnused($"no kind of signature: TCP signatures with {problem}");
        var device = system.StartsWith('-')
            ? ImportedDevice.Application(name, os: null)
            : ImportedDevice.Of(name, DeviceWords.TypeOf(name), DeviceWords.VendorOf(name), DeviceWords.OsOf(name));
        var confidence = system is ['@' or '*', ..] or ['-', '@' or '*', ..] ? GenericConfidence : SpecificConfidence;
        return [.. patterns.Select(pattern => new Signature(isAnswer ? SignatureKind.TcpSynAck : SignatureKind.TcpSyn, SignatureMatch.Exact,
            pattern, device, confidence, Origin))];
    }

    private static bool IsSignature(string line) =>
        line.Trim().Split(':') is { Length: >= SignatureFields + 2 } fields && fields[2] is "0" or "1"
            && fields[0] is [>= '0' and <= '9' or 'S' or 'T' or '*' or '%', ..];
}
