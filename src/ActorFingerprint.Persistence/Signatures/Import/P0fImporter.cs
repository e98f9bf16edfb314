using ActorFingerprint.Core.Identification;
using ActorFingerprint.Core.Identification.Signatures;

namespace ActorFingerprint.Persistence.Signatures.Import;

/// <summary>
/// p0f v3's database. Each <c>sig</c> line is an entry under the label above it. Signatures keep p0f's notation (<see cref="P0fPattern"/>,
/// <see cref="HttpPattern"/>); labels are mapped to families of systems, for the list ends in 2014 and newer systems fall on old labels.
/// </summary>
public sealed class P0fImporter : ISignatureImporter
{
    /// <summary>Of labels that name a system (<c>s:</c>).</summary>
    private const int SpecificConfidence = 70;

    /// <summary>Of labels that name its kind (<c>g:</c>).</summary>
    private const int GenericConfidence = 45;

    private const string Origin = "p0f";
    private const string Tool = "!";

    /// <inheritdoc />
    public string Name => "p0f";

    /// <inheritdoc />
    public string Describe => "p0f v3 fingerprints (p0f.fp)";

    /// <inheritdoc />
    public bool Recognises(ImportFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var lines = file.Head.Split('\n', StringSplitOptions.TrimEntries);
        return lines.Any(line => line.StartsWith("classes", StringComparison.Ordinal) && line.Contains('='))
            && lines.Any(line => IsSection(line) && KindOf(line, out _));
    }

    /// <inheritdoc />
    public IEnumerable<ImportedEntry> Read(ImportFile file, ImportProblems problems)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(problems);
        return ReadLines(file, problems);
    }

    private static IEnumerable<ImportedEntry> ReadLines(ImportFile file, ImportProblems problems)
    {
        SignatureKind? kind = null;
        var (inSection, isKnown) = (false, false);
        Label? label = null;
        foreach (var line in file.Lines(problems))
        {
            var text = line.Text.Trim();
            if (text.Length == 0 || text[0] == ';') continue;
            if (IsSection(text))
            {
                inSection = true;
                label = null;
                isKnown = KindOf(text, out kind);
                if (!isKnown) problems.Add(line.Number, $"'{text}' is no section of p0f v3");
                continue;
            }
            if (text.Split('=', 2, StringSplitOptions.TrimEntries) is not [var name, var value])
            {
                if (!inSection) throw file.Fault(line.Number, "no p0f v3 database: sections in brackets, then label = … and sig = …");
                problems.Add(line.Number, "neither a section nor name = value");
                continue;
            }
            switch (name)
            {
                case "label":
                    label = Label.Read(value, isMtu: kind is null);
                    if (label is null) problems.Add(line.Number, $"'{value}' is no label: write type:class:name:flavor");
                    break;
                case "sys" when label is not null:
                    label = label with { System = OneSystem(value) };
                    break;
                case "sig" when isKnown:
                    if (label is null) problems.Add(line.Number, "a sig without a label above it");
                    else yield return new ImportedEntry(line.Number, SignaturesOf(kind, label, value, line.Number, problems));
                    break;
            }
        }
        if (!inSection) throw file.Fault(1, "no p0f v3 database: it has no section");
    }

    private static Signature[] SignaturesOf(SignatureKind? kind, Label label, string pattern, int line, ImportProblems problems)
    {
        if (kind is null)
        {
            problems.CountUnused("no kind of signature: MTU");
            return [];
        }
        var isTcp = kind is SignatureKind.TcpSyn or SignatureKind.TcpSynAck;
        string? problem;
        var isRight = isTcp ? P0fPattern.TryParse(pattern, out _, out problem) : HttpPattern.TryParse(pattern, out _, out problem);
        if (!isRight)
        {
            problems.Add(line, problem!);
            return [];
        }
        var confidence = label.IsGeneric ? GenericConfidence : SpecificConfidence;
        return [new Signature(kind.Value, SignatureMatch.Exact, pattern, label.Device, confidence, Origin)];
    }

    private static bool IsSection(string line) => line is ['[', .., ']'];

    private static bool KindOf(string section, out SignatureKind? kind)
    {
        kind = section switch
        {
            "[tcp:request]" => SignatureKind.TcpSyn,
            "[tcp:response]" => SignatureKind.TcpSynAck,
            "[http:request]" => SignatureKind.HttpRequest,
            "[http:response]" => SignatureKind.HttpResponse,
            _ => null,
        };
        return kind is not null || section == "[mtu]";
    }

    /// <summary>The system that a program runs on when the list names just one; classes (<c>@unix</c>) are none.</summary>
    private static string? OneSystem(string list) =>
        list.Contains(',') || list.StartsWith('@') ? null : DeviceWords.OsOf(list);

    private sealed record Label(bool IsGeneric, string Class, string Name)
    {
        public string? System { get; init; }

        public SignatureDevice Device => Class == Tool
            ? ImportedDevice.Application(Name, System)
            : ImportedDevice.Of(Name, DeviceWords.TypeOf(Name), DeviceWords.VendorOf(Name), DeviceWords.OsOf(Name));

        public static Label? Read(string text, bool isMtu)
        {
            if (isMtu) return new Label(IsGeneric: false, "", text);
            var fields = text.Split(':', 4);
            return fields is [("s" or "g") and var type, { Length: > 0 } system, { Length: > 0 } name, var flavor]
                ? new Label(type == "g", system, $"{name} {flavor}".Trim()) : null;
        }
    }
}
