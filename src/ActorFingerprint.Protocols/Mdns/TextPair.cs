namespace ActorFingerprint.Protocols.Mdns;

/// <summary>A string of a TXT record as key and value (RFC 6763 §6.3 to §6.5).</summary>
internal static class TextPair
{
    /// <summary>
    /// Keys whose values change while the device stays the same: rotating identifiers, counters, what is playing. They are in the
    /// observation, but no facts about the device.
    /// </summary>
    private static readonly Dictionary<string, string[]> Passing = new(StringComparer.Ordinal)
    {
        ["_companion-link._tcp"] = ["rpHA", "rpHN", "rpHI", "rpAD", "rpBA"],
        ["_googlecast._tcp"] = ["rs", "st"],
        ["_hap._tcp"] = ["c#", "s#", "sf"],
    };

    /// <summary>The key of a string; empty for a string without one, which is to be ignored.</summary>
    public static ReadOnlySpan<char> KeyOf(ReadOnlySpan<char> text) => text.IndexOf('=') is var at and >= 0 ? text[..at] : text;

    /// <summary>Strings that count, of one record: with a key, and the first of those with equal keys.</summary>
    public static IEnumerable<string> Of(IReadOnlyList<string> strings)
    {
        HashSet<string> keys = new(StringComparer.OrdinalIgnoreCase);
        foreach (var text in strings)
            if (KeyOf(text) is { IsEmpty: false } key && keys.Add(key.ToString())) yield return text;
    }

    /// <summary>True when the value of this key passes.</summary>
    public static bool IsPassing(string type, string text)
    {
        if (!Passing.TryGetValue(type, out var keys)) return false;
        foreach (var key in keys)
            if (KeyOf(text).Equals(key, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }
}
