using System.Collections.Frozen;
using System.Globalization;
using System.Xml.Linq;
using ActorFingerprint.Core.Identification;
using ActorFingerprint.Core.Identification.Signatures;

namespace ActorFingerprint.Persistence.Signatures.Import;

/// <summary>
/// Satori's XML: one file for each protocol, <c>fingerprints/fingerprint</c> with a name and <c>*_tests/test</c>. A fingerprint is an
/// entry;
/// each of its tests gives the signatures of <see cref="SatoriTest"/>.
/// </summary>
public sealed class SatoriImporter : ISignatureImporter
{
    private const string Origin = "satori";
    private const string Entry = "fingerprint";
    private const int MostWeight = 10;
    private const int MostConfidence = 95;

    private static readonly FrozenSet<string> Roots = FrozenSet.Create(
        "DHCP", "DHCPv6", "TCP", "WEBUSERAGENT", "WEBSERVER", "SSH", "SMB", "SMBBROWSER", "NTP", "DNS", "SSL", "SIPSERVER", "ICMP");

    /// <inheritdoc />
    public string Name => "satori";

    /// <inheritdoc />
    public string Describe => "Satori fingerprints (XML of any of its protocols)";

    /// <inheritdoc />
    public bool Recognises(ImportFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return XmlEntries.RootOf(file.Head) is { } root && Roots.Contains(root.Name.LocalName);
    }

    /// <inheritdoc />
    public IEnumerable<ImportedEntry> Read(ImportFile file, ImportProblems problems)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(problems);
        if (!Recognises(file)) throw file.Fault(1, $"no Satori file: its root element is one of {string.Join(", ", Roots.Order())}");
        return XmlEntries.Read(file, Entry).Select(element => ReadFingerprint(element, problems));
    }

    private static ImportedEntry ReadFingerprint(XElement element, ImportProblems problems)
    {
        var line = XmlEntries.LineOf(element);
        List<Signature> signatures = [];
        if (ImportedDevice.Clean(Text(element, "name")) is not { } name)
        {
            problems.Add(line, "a fingerprint without name");
            return new ImportedEntry(line, signatures);
        }
        var device = DeviceOf(element, name);
        foreach (var test in element.Descendants("test"))
        {
            if (!int.TryParse(Text(test, "weight"), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var weight)
                || weight > MostWeight)
            {
                problems.Add(XmlEntries.LineOf(test), $"'{Text(test, "weight")}' is no weight of 1 to {MostWeight}");
                continue;
            }
            if (weight < 1)
            {
                problems.CountUnused("a weight below 1 speaks against a device");
                continue;
            }
            foreach (var rule in SatoriTest.Read(test, problems))
                signatures.Add(new Signature(rule.Kind, rule.Match, rule.Pattern, device, Confidence(weight, rule.Share), Origin)
                {
                    Qualifier = rule.Qualifier,
                });
        }
        return new ImportedEntry(line, signatures);
    }

    /// <summary>
    /// Weights are hints, 5 is usual and 10 nearly certain: ten percent each, less for what can be compared only in part.
    /// </summary>
    private static int Confidence(int weight, double share) => Math.Max(1, (int)(Math.Min(MostConfidence, weight * 10) * share));

    private static SignatureDevice DeviceOf(XElement element, string name)
    {
        var (kind, family, system) = (Text(element, "device_type"), Text(element, "os_class"), Text(element, "os_name"));
        var type = DeviceWords.TypeOf(kind.Equals("scanner", StringComparison.OrdinalIgnoreCase) ? "" : kind, name, family);
        var os = DeviceWords.OsOf(family, system, name);
        var vendor = ImportedDevice.Clean(Text(element, "device_vendor")) ?? DeviceWords.VendorOf(name);
        return ImportedDevice.Of(name, type, vendor, os);
    }

    private static string Text(XElement element, string attribute) => element.Attribute(attribute)?.Value ?? "";
}
