using System.Globalization;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Core.Watchlists;

/// <summary>Forms of values: what a type's values look like, and which types a value looks like.</summary>
internal static class WatchlistValue
{
    /// <summary>Longest value, in characters: that of a full option 55.</summary>
    public const int MaxLength = 1024;

    private const int HashLength = 32;
    private const int Ja4Length = 36;

    private static readonly WatchlistType[] Md5Types =
        [WatchlistType.Ja3, WatchlistType.Ja3S, WatchlistType.Of(FactKind.Hassh), WatchlistType.Of(FactKind.HasshServer)];

    /// <summary>
    /// The types that a value can be of by its form: a JA4, an MD5 (JA3, JA3S, HASSH or HASSHServer), a DHCP list, a server name. Empty when
    /// it looks like none.
    /// </summary>
    public static IReadOnlyList<WatchlistType> TypesOf(string value)
    {
        if (IsJa4(value)) return [WatchlistType.Ja4];
        if (IsHash(value)) return Md5Types;
        if (value.Contains(',', StringComparison.Ordinal) && TryReadList(value, out _)) return [WatchlistType.Dhcp];
        return IsHostName(value) ? [WatchlistType.Sni] : [];
    }

    /// <summary>Brings a value into the form that observations have. Gives what is wrong with it, or null.</summary>
    public static string? Canonicalise(WatchlistType type, string value, out string canonical)
    {
        canonical = value;
        if (value.Length > MaxLength) return $"longer than {MaxLength} characters";
        if (Array.IndexOf(Md5Types, type) >= 0) return IsHash(value) ? null : $"'{value}' is no {type}: write 32 hex digits";
        if (type == WatchlistType.Ja4)
            return IsJa4(value) ? null : $"'{value}' is no ja4: write it as t13d1516h2_8daaf6152771_02713d6af862";
        if (type == WatchlistType.Sni) canonical = value.TrimEnd('.');
        if (type == WatchlistType.Dhcp && !TryReadList(value, out canonical))
            return $"'{value}' is no list of option codes: write 1,3,6,15";
        return null;
    }

    private static bool IsHash(string value) => value.Length == HashLength && value.All(char.IsAsciiHexDigit);

    private static bool IsJa4(string value) =>
        value.Length == Ja4Length && value is [('t' or 'q' or 'd' or 'T' or 'Q' or 'D'), _, _, ('d' or 'i' or 'D' or 'I'), ..]
        && value.AsSpan(1, 2).ContainsOnly(char.IsAsciiLetterOrDigit) && value.AsSpan(4, 4).ContainsOnly(char.IsAsciiDigit)
        && value[10] == '_' && value.AsSpan(11, 12).ContainsOnly(char.IsAsciiHexDigit)
        && value[23] == '_' && value.AsSpan(24).ContainsOnly(char.IsAsciiHexDigit);

    private static bool IsHostName(string value) =>
        value.Length <= 255 && value.Contains('.', StringComparison.Ordinal) && value.Any(char.IsAsciiLetter)
        && value.AsSpan().ContainsOnly(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');

    private static bool TryReadList(string value, out string canonical)
    {
        canonical = value;
        var codes = value.Split(',', StringSplitOptions.TrimEntries);
        var numbers = new byte[codes.Length];
        for (var i = 0; i < codes.Length; i++)
            if (!byte.TryParse(codes[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]))
                return false;
        canonical = string.Join(',', numbers);
        return true;
    }

    private static bool ContainsOnly(this ReadOnlySpan<char> text, Func<char, bool> allowed)
    {
        foreach (var c in text)
            if (!allowed(c)) return false;
        return true;
    }
}
