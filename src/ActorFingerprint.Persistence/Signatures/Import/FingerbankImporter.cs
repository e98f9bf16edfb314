using System.Globalization;
using ActorFingerprint.Core.Identification.Signatures;

namespace ActorFingerprint.Persistence.Signatures.Import;

/// <summary>
/// Fingerbank's database, as SQLite file or as its SQL dump: a row of <c>combination</c> is an entry and points to a device and to values.
/// Fingerbank wants all values of a combination at once; a signature is made of the value that tells the most (option 55 with the vendor
/// class, else vendor class, DHCPv6, user agent, MAC prefix), with a fifth less confidence when a user agent or MAC prefix was wanted
/// beside it.
/// </summary>
public sealed class FingerbankImporter : ISignatureImporter
{
    private const string Combination = "combination";
    private const int UnratedScore = 50;
    private const double ShareOfPart = 0.8;

    /// <inheritdoc />
    public string Name => "fingerbank";

    /// <inheritdoc />
    public string Describe => "Fingerbank database (SQLite file or SQL dump)";

    /// <inheritdoc />
    public bool Recognises(ImportFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return SqlDatabase.IsDatabase(file.HeadBytes)
            || ((file.Head.Contains("CREATE TABLE", StringComparison.OrdinalIgnoreCase)
                || file.Head.Contains("INSERT INTO", StringComparison.OrdinalIgnoreCase))
                && (file.Head.Contains(Combination, StringComparison.OrdinalIgnoreCase)
                    || file.Head.Contains("dhcp_fingerprint", StringComparison.OrdinalIgnoreCase)));
    }

    /// <inheritdoc />
    public IEnumerable<ImportedEntry> Read(ImportFile file, ImportProblems problems)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(problems);
        var isDatabase = SqlDatabase.IsDatabase(file.HeadBytes);
        var tables = new FingerbankTables(file);
        foreach (var row in isDatabase ? SqlDatabase.Read(file, FingerbankTables.Names) : SqlDump.Read(file, problems)) tables.Add(row);
        if (tables.IsEmpty) throw file.Fault(1, "no Fingerbank database: it has no devices");
        foreach (var row in isDatabase ? SqlDatabase.Read(file, Combination) : SqlDump.Read(file, new ImportProblems()))
            if (row.Table == Combination) yield return EntryOf(row, tables, problems);
    }

    private ImportedEntry EntryOf(SqlRow row, FingerbankTables tables, ImportProblems problems)
    {
        var entry = new ImportedEntry(row.Line, []);
        if (tables.Device(row["device_id"]) is not { } device)
        {
            problems.Add(row.Line, $"combination {row["id"]} points to device {row["device_id"] ?? "NULL"}, which is not there");
            return entry;
        }
        var list = tables.Value("dhcp_fingerprint", row["dhcp_fingerprint_id"]);
        var vendor = tables.Value("dhcp_vendor", row["dhcp_vendor_id"]);
        var agent = tables.Value("user_agent", row["user_agent_id"]);
        var list6 = tables.Value("dhcp6_fingerprint", row["dhcp6_fingerprint_id"]);
        var enterprise = tables.Value("dhcp6_enterprise", row["dhcp6_enterprise_id"]);
        var mac = tables.Value("mac_vendor", row["mac_vendor_id"]);
        var isAll = agent is null && mac is null;
        if ((list ?? list6) is { } codes && SignatureText.CodeList(codes) is null)
            problems.Add(row.Line, $"'{codes}' is no list of option codes");
        else if (list is not null)
            return Of(SignatureKind.DhcpList, SignatureMatch.Exact, SignatureText.CodeList(list)!, isAll,
                vendor is null ? [] : [SignatureText.Whole(vendor)]);
        else if (vendor is not null) return Of(SignatureKind.DhcpVendorClass, SignatureMatch.Exact, SignatureText.Whole(vendor), isAll);
        else if (list6 is not null) return Of(SignatureKind.Dhcpv6List, SignatureMatch.Exact, SignatureText.CodeList(list6)!, isAll);
        else if (enterprise is not null) return Of(SignatureKind.Dhcpv6Vendor, SignatureMatch.Prefix, enterprise + " ", isAll);
        else if (agent is not null) return Of(SignatureKind.UserAgent, SignatureMatch.Exact, SignatureText.Whole(agent), mac is null);
        else if (mac is not null && IsPrefix(mac)) return Of(SignatureKind.Oui, SignatureMatch.Prefix, mac.ToUpperInvariant(), isAll: true);
        else problems.CountUnused("combinations without a value that could be compared");
        return entry;

        ImportedEntry Of(SignatureKind kind, SignatureMatch match, string pattern, bool isAll, string[]? vendorPatterns = null)
        {
            var isRated = int.TryParse(row["score"], NumberStyles.None, CultureInfo.InvariantCulture, out var score) && score > 0;
            var confidence = (int)(Math.Min(100, isRated ? score : UnratedScore) * (isAll ? 1 : ShareOfPart));
            return entry with
            {
                Signatures =
                [
                    new Signature(kind, match, pattern, device, Math.Max(1, confidence), Name) { VendorPatterns = vendorPatterns ?? [] },
                ],
            };
        }
    }

    private static bool IsPrefix(string text) => text.Length is 6 or 7 or 9 && text.All(char.IsAsciiHexDigit);
}
