namespace ActorFingerprint.Persistence.Signatures.Import;

/// <summary>
/// Lists of MAC address prefixes, one a line: Wireshark's <c>manuf</c> (prefix, short name, long name), nmap's <c>nmap-mac-prefixes</c>
/// (prefix, vendor), arp-scan's <c>mac-vendor.txt</c> and <c>ieee-oui.txt</c> (prefix, tab, vendor), PRADS's <c>mac.sig</c> (an old
/// <c>manuf</c>).
/// </summary>
/// <param name="name">Name of the format.</param>
/// <param name="describe">The format in a few words.</param>
/// <param name="hasSeparators">Prefixes are written with <c>: - .</c> (otherwise as plain hex digits), by which the format is
/// recognised.</param>
/// <param name="mark">A text that the beginning of the file has; empty for none.</param>
public sealed class PrefixListImporter(string name, string describe, bool hasSeparators, string mark = "") : ISignatureImporter
{
    /// <inheritdoc />
    public string Name => name;

    /// <inheritdoc />
    public string Describe => describe;

    /// <inheritdoc />
    public bool Recognises(ImportFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (!file.Head.Contains(mark, StringComparison.Ordinal)
            || file.Head.Split('\n').FirstOrDefault(line => line.Trim() is not ([] or ['#', ..])) is not { } first
            || Split(first) is not { } fields) return false;
        var digits = fields.Prefix.Split('/')[0].Where(char.IsAsciiHexDigit).Count();
        return digits is >= 4 and <= 12 && fields.Prefix.Any(letter => letter is ':' or '-' or '.') == hasSeparators
            && fields.Prefix.All(letter => char.IsAsciiHexDigit(letter) || letter is ':' or '-' or '.' or '/');
    }

    /// <inheritdoc />
    public IEnumerable<ImportedEntry> Read(ImportFile file, ImportProblems problems)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(problems);
        foreach (var line in file.Lines(problems))
        {
            if (line.IsCommentOrBlank) continue;
            if (Split(line.Text) is not { } fields) problems.Add(line.Number, "write a prefix and its vendor");
            else if (VendorPrefix.EntryOf(line.Number, fields.Prefix, fields.Vendor, name, problems) is { } entry) yield return entry;
        }
    }

    /// <summary>Prefix and vendor, the long name where there are two; a comment behind them is cut off.</summary>
    private static (string Prefix, string Vendor)? Split(string line)
    {
        var text = line.Trim();
        var end = text.AsSpan().IndexOfAny(' ', '\t');
        if (end <= 0) return null;
        var rest = text[end..];
        var comment = rest.IndexOf('#', StringComparison.Ordinal);
        var names = (comment < 1 || rest[comment - 1] is not (' ' or '\t') ? rest : rest[..comment])
            .Split('\t', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return names.Length == 0 ? null : (text[..end], names[^1]);
    }
}
