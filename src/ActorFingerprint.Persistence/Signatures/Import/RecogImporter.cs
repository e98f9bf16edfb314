using System.Globalization;
using System.Xml.Linq;
using ActorFingerprint.Core.Identification;
using ActorFingerprint.Core.Identification.Signatures;

namespace ActorFingerprint.Persistence.Signatures.Import;

/// <summary>
/// recog's XML: regular expressions over banners with what they tell. Each fingerprint is tried on its own examples while it is read; one
/// that fails them is told and left out. Fingerprints that only name a program say nothing of the device and are not used.
/// </summary>
public sealed class RecogImporter : ISignatureImporter
{
    private const string Origin = "recog";
    private const string Root = "fingerprints";
    private const int UsualConfidence = 70;
    private const int MostConfidence = 90;

    /// <inheritdoc />
    public string Name => "recog";

    /// <inheritdoc />
    public string Describe => "rapid7 recog fingerprints (XML)";

    /// <inheritdoc />
    public bool Recognises(ImportFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return XmlEntries.RootOf(file.Head) is { } root && root.Name.LocalName == Root
            && (root.Attribute("matches") ?? root.Attribute("database_type")) is not null;
    }

    /// <inheritdoc />
    public IEnumerable<ImportedEntry> Read(ImportFile file, ImportProblems problems)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(problems);
        if (XmlEntries.RootOf(file.Head) is not { } root || root.Name.LocalName != Root)
            throw file.Fault(1, "no recog file: its root element is <fingerprints>");
        var about = root.Attribute("matches")?.Value ?? root.Attribute("protocol")?.Value ?? "";
        var target = RecogTarget.Of(about);
        return XmlEntries.Read(file, "fingerprint").Select(element => ReadFingerprint(element, target, about, problems));
    }

    private static ImportedEntry ReadFingerprint(XElement element, RecogTarget target, string about, ImportProblems problems)
    {
        var fingerprint = RecogFingerprint.Read(element, problems);
        var entry = new ImportedEntry(fingerprint.Line, []);
        var pattern = PatternOf(element, target, out var problem);
        if (pattern is null || !SignatureExpression.TryCreate(pattern, out var expression, out problem))
        {
            problems.Add(fingerprint.Line, problem!);
            return entry;
        }
        if (fingerprint.Verify(expression, target) is { } failure)
        {
            problems.Add(failure.Line, failure.Problem);
            return entry;
        }
        if (target.Kind is not { } kind) problems.CountUnused($"no kind of signature: {ImportedDevice.Clean(about) ?? "unknown"}");
        else if (DeviceOf(fingerprint) is not { } device) problems.CountUnused("names a program, not a device");
        else
            return entry with
            {
                Signatures = [new Signature(kind, SignatureMatch.Regex, pattern, device, ConfidenceOf(fingerprint), Origin)],
            };
        return entry;
    }

    private static string? PatternOf(XElement element, RecogTarget target, out string? problem)
    {
        if (element.Attribute("pattern")?.Value is not { Length: > 0 } ruby)
        {
            problem = "a fingerprint without pattern";
            return null;
        }
        return RecogExpression.TryTranslate(ruby, element.Attribute("flags")?.Value ?? "", out var expression, out problem)
            ? target.PatternOf(expression) : null;
    }

    /// <summary>What is said of hardware and operating system; null when nothing is, or it is said with certainty 0.</summary>
    private static SignatureDevice? DeviceOf(RecogFingerprint print)
    {
        var type = DeviceWords.TypeOf(print.Constant("hw.device"), print.Constant("os.device"), print.Constant("service.device"),
            print.Constant("hw.product"), print.Constant("hw.family"));
        var os = DeviceWords.OsOf(print.Constant("os.family"), print.Constant("os.product"));
        if (type == DeviceType.Unknown) type = DeviceWords.TypeOf(print.Constant("os.product"));
        if (type == DeviceType.Unknown && os is not null) type = DeviceWords.TypeOf(os);
        var isSystemMaker = os is "Windows" or "Linux" or "Android" or "FreeBSD" or "Solaris";
        var vendor = print.Constant("hw.vendor") ?? (isSystemMaker ? null : print.Constant("os.vendor"));
        var model = ModelOf(print);
        if ((type == DeviceType.Unknown && os is null && vendor is null && model is null) || CertaintyOf(print) == 0) return null;
        var name = print.Description.Length > 0 ? print.Description
            : print.Constant("hw.product") ?? print.Constant("os.product") ?? "unnamed";
        return ImportedDevice.Of(name, type, vendor, os) with { Model = model };
    }

    private static string? ModelOf(RecogFingerprint print)
    {
        if (print.Template("hw.product") is { } product) return product;
        return print.Template("hw.model") is not { } model ? null
            : print.Template("hw.family") is { } family ? $"{family} {model}" : model;
    }

    private static int ConfidenceOf(RecogFingerprint print) =>
        (int)Math.Clamp(CertaintyOf(print) * 100 ?? UsualConfidence, 1, MostConfidence);

    /// <summary>Certainty of what is said of the hardware, else of the system; null when none is given.</summary>
    private static double? CertaintyOf(RecogFingerprint print) =>
        double.TryParse(print.Constant("hw.certainty") ?? print.Constant("os.certainty"), NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture, out var certainty) ? certainty : null;
}
