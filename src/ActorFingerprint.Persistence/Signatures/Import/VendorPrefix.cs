using ActorFingerprint.Core.Identification.Signatures;

namespace ActorFingerprint.Persistence.Signatures.Import;

/// <summary>MAC address prefixes and their owners as signatures.</summary>
internal static class VendorPrefix
{
    /// <summary>Names a vendor, but of the interface, which is a module maker's as often as the device's (reference §6).</summary>
    private const int Confidence = 50;

    private const int Group = 1;

    private static readonly string[] Nameless = ["Private", "IEEE Registration Authority"];

    /// <summary>
    /// The entry of a prefix: hex digits with or without <c>: - .</c> between them, perhaps <c>/bits</c> behind. Null when it is none,
    /// which <paramref name="problems"/> is told.
    /// </summary>
    public static ImportedEntry? EntryOf(int line, string prefix, string vendor, string origin, ImportProblems problems)
    {
        var parts = prefix.Split('/');
        var digits = string.Concat(parts[0].Where(letter => letter is not (':' or '-' or '.'))).Trim().ToUpperInvariant();
        var bits = digits.Length * 4;
        if (parts.Length > 2 || digits.Length is 0 or > 12 || !digits.All(char.IsAsciiHexDigit)
            || (parts.Length == 2 && (!int.TryParse(parts[1], out bits) || bits < 1 || bits > 48)))
        {
            problems.Add(line, $"'{prefix}' is no prefix of a MAC address");
            return null;
        }
        var entry = new ImportedEntry(line, []);
        if (ImportedDevice.Clean(vendor) is not { } name) problems.Add(line, $"{prefix} has no vendor");
        else if (Nameless.Contains(name, StringComparer.OrdinalIgnoreCase))
            problems.CountUnused("assignments that do not name their owner");
        else if (bits is not (24 or 28 or 36) || digits.Length * 4 < bits)
            problems.CountUnused("MAC address prefixes of another length than 24, 28 or 36 bits");
        else if (digits.Length > 1 && (Convert.ToInt32(digits[1..2], 16) & Group) != 0) problems.CountUnused("group addresses, which no device has");
        else
        {
            var pattern = digits[..(bits / 4)];
            return entry with
            {
                Signatures = [new Signature(SignatureKind.Oui, SignatureMatch.Prefix, pattern, ImportedDevice.Maker(name), Confidence,
                    origin)],
            };
        }
        return entry;
    }
}
