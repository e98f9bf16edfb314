namespace ActorFingerprint.Limits.Identity;

/// <summary>
/// Reduces a User-Agent to <c>family/major</c> (AF-1 §5): opera, edge, firefox, chrome, safari, tested in this order, else <c>other/0</c>.
/// No operating system, no minor version; the raw text never enters a key.
/// </summary>
public static class CanonicalUserAgent
{
    /// <summary>What any unknown or absent text becomes.</summary>
    public const string Other = "other/0";

    /// <summary>Text read at most; the rest of a longer header is ignored.</summary>
    public const int MaxHeaderLength = 1024;

    private static readonly (string Family, string[] Tokens)[] Families =
    [
        ("opera", ["OPR/"]),
        ("edge", ["EdgA/", "EdgiOS/", "Edg/", "Edge/"]),
        ("firefox", ["Firefox/", "FxiOS/"]),
        ("chrome", ["Chrome/", "CriOS/"]),
    ];

    /// <summary>The canonical form; versions above 9999 are unknown text.</summary>
    public static string Of(string? header)
    {
        var text = header.AsSpan();
        if (text.Length > MaxHeaderLength) text = text[..MaxHeaderLength];
        foreach (var (family, tokens) in Families)
            foreach (var token in tokens)
                if (TryMajor(text, token, out var major, out _)) return $"{family}/{major}";
        return TryMajor(text, "Version/", out var safari, out var rest) && rest.Contains("Safari/", StringComparison.Ordinal)
            ? $"safari/{safari}"
            : Other;
    }

    private static bool TryMajor(ReadOnlySpan<char> text, string token, out int major, out ReadOnlySpan<char> rest)
    {
        major = 0;
        rest = default;
        var at = text.IndexOf(token, StringComparison.Ordinal);
        if (at < 0) return false;
        rest = text[(at + token.Length)..];
        var digits = rest.IndexOfAnyExceptInRange('0', '9');
        if (digits < 0) digits = rest.Length;
        return digits is > 0 and <= 4 && int.TryParse(rest[..digits], out major);
    }
}
