using System.Globalization;

namespace ActorFingerprint.Limits.Identity;

/// <summary>
/// Accept-Language as the first three lower-case primary tags by q, then by appearance, comma-joined (AF-1 §5; RFC 9110 §12.5.4).
/// </summary>
public static class PreferredLanguages
{
    /// <summary>Tags kept.</summary>
    public const int MaxTags = 3;

    private const int MaxHeaderLength = 512;

    /// <summary>The canonical form; empty when the header is absent or names no language.</summary>
    public static string Of(string? acceptLanguage)
    {
        if (string.IsNullOrWhiteSpace(acceptLanguage)) return "";
        var header = acceptLanguage.Length > MaxHeaderLength ? acceptLanguage[..MaxHeaderLength] : acceptLanguage;
        return string.Join(',', header.Split(',')
            .Select(Parse)
            .Where(t => t.Thousandths > 0 && t.Tag.Length > 0)
            .OrderByDescending(t => t.Thousandths)
            .Select(t => t.Tag)
            .Distinct()
            .Take(MaxTags));
    }

    private static (string Tag, int Thousandths) Parse(string range)
    {
        var parts = range.Split(';');
        var primary = parts[0].Trim().Split('-')[0].ToLowerInvariant();
        if (primary.Length is < 1 or > 8 || primary.AsSpan().ContainsAnyExceptInRange('a', 'z')) return ("", 0);
        var quality = 1m;
        foreach (var parameter in parts.Skip(1))
            if (parameter.Trim() is ['q' or 'Q', '=', .. var value]
                && !decimal.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out quality))
                return ("", 0);
        return (primary, (int)(Math.Clamp(quality, 0m, 1m) * 1000m));
    }
}
