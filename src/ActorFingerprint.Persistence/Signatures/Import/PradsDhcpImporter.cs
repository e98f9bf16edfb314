using ActorFingerprint.Core.Identification;
using ActorFingerprint.Core.Identification.Signatures;

namespace ActorFingerprint.Persistence.Signatures.Import;

/// <summary>
/// PRADS's <c>dhcp.fp</c>: <c>type:ttl:all options:option 55:vendor class:system:details</c>, a dot for what is absent. PRADS wants all of
/// them to be equal but the TTL; here each part is a signature of its own, so that it speaks with what it is worth: the list (only with the
/// line's vendor class, when there is one), the order of all options, the vendor class.
/// </summary>
public sealed class PradsDhcpImporter : ISignatureImporter
{
    private const string Origin = "prads";
    private const string Absent = ".";
    private const int ListConfidence = 60;
    private const int OrderConfidence = 45;
    private const int VendorConfidence = 30;

    /// <inheritdoc />
    public string Name => "prads-dhcp";

    /// <inheritdoc />
    public string Describe => "PRADS dhcp.fp";

    /// <inheritdoc />
    public bool Recognises(ImportFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return file.Head.Split('\n', StringSplitOptions.TrimEntries).FirstOrDefault(line => line is not ([] or ['#', ..])) is { } first
            && Fields(first) is { } fields && TypeOf(fields.Type) is not null && SignatureText.CodeList(fields.Order) is not null;
    }

    /// <inheritdoc />
    public IEnumerable<ImportedEntry> Read(ImportFile file, ImportProblems problems)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(problems);
        return file.Lines(problems).Where(line => !line.IsCommentOrBlank).Select(line => ReadLine(line, problems))
            .Where(entry => entry.Signatures is not null);
    }

    private static ImportedEntry ReadLine(ImportLine line, ImportProblems problems)
    {
        if (Fields(line.Text) is not { } fields)
        {
            problems.Add(line.Number, "write type:ttl:all options:option 55:vendor class:system:details");
            return default;
        }
        var list = fields.List == Absent ? null : SignatureText.CodeList(fields.List);
        var order = SignatureText.OptionOrder(fields.Order);
        var vendor = fields.Vendor == Absent ? null : SignatureText.Whole(fields.Vendor);
        if (order is null || (list is null && fields.List != Absent))
        {
            problems.Add(line.Number, "options are numbers joined by commas");
            return default;
        }
        if (TypeOf(fields.Type) is not { } type)
        {
            problems.Add(line.Number, $"'{fields.Type}' is no DHCP message type of 1 to 8");
            return default;
        }
        if (type.Length == 0)
        {
            problems.CountUnused("no kind of signature: messages of DHCP servers");
            return new ImportedEntry(line.Number, []);
        }
        var name = $"{fields.System} {fields.Details.Trim()}".Trim();
        var device = ImportedDevice.Of(name, DeviceWords.TypeOf(fields.System, name), DeviceWords.VendorOf(name),
            DeviceWords.OsOf(fields.System, name));
        List<Signature> signatures = [];
        if (list is not null)
            Add(SignatureKind.DhcpList, list, ListConfidence, vendor is null ? [] : [vendor]);
        Add(SignatureKind.DhcpOptions, order, OrderConfidence, []);
        if (vendor is not null) Add(SignatureKind.DhcpVendorClass, vendor, VendorConfidence, []);
        return new ImportedEntry(line.Number, signatures);

        void Add(SignatureKind kind, string pattern, int confidence, string[] vendorPatterns) =>
            signatures.Add(new Signature(kind, SignatureMatch.Exact, pattern, device, confidence, Origin)
            {
                Qualifier = type,
                VendorPatterns = vendorPatterns,
            });
    }

    /// <summary>The fields; a vendor class may have colons, so the two before and the two behind it are counted from the ends.</summary>
    private static (string Type, string Order, string List, string Vendor, string System, string Details)? Fields(string line)
    {
        var fields = line.Split(':');
        return fields.Length < 7 ? null
            : (fields[0].Trim(), fields[2], fields[3], string.Join(':', fields[4..^2]), fields[^2].Trim(), fields[^1]);
    }

    /// <summary>The qualifier of a message type; empty for those of servers, null for what is none.</summary>
    private static string? TypeOf(string number) => number switch
    {
        "1" => "discover",
        "3" => "request",
        "4" => "decline",
        "7" => "release",
        "8" => "inform",
        "2" or "5" or "6" => "",
        _ => null,
    };
}
