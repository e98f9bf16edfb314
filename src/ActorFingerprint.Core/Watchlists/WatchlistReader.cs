using System.Text.Json;

namespace ActorFingerprint.Core.Watchlists;

/// <summary>A watchlist that cannot be read: <c>file:line: what, and what to write</c>.</summary>
public sealed class WatchlistException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// Reads the lines of a watchlist. Plain: a value, then perhaps a label after a blank. JSON: <c>{"type":…,"value":…,"label":…}</c>, other
/// members passed over. Both may stand in one file; empty lines and lines that begin with <c>#</c> are passed over.
/// </summary>
public static class WatchlistReader
{
    /// <summary>Entries in all lists together.</summary>
    public const int MaxEntries = 1_000_000;

    /// <summary>Longest line, in characters.</summary>
    public const int MaxLine = 8192;

    /// <summary>Longest label, in characters.</summary>
    public const int MaxLabel = 200;

    private const string JsonForm = """{"type":"ja4","value":"…","label":"…"}""";

    /// <summary>Adds the entries of one list. Throws <see cref="WatchlistException"/> at the first line that cannot be read.</summary>
    /// <param name="lines">The list.</param>
    /// <param name="name">Its name in errors.</param>
    /// <param name="type">Type of every value that names none; null guesses it by the value's form.</param>
    /// <param name="entries">Where to, up to <see cref="MaxEntries"/> in all.</param>
    public static void Read(IEnumerable<string> lines, string name, WatchlistType? type, ICollection<WatchlistEntry> entries)
    {
        var number = 0;
        foreach (var raw in lines)
        {
            number++;
            var line = raw.Trim();
            if (line.Length == 0 || line[0] == '#') continue;
            var problem = line.Length > MaxLine ? $"longer than {MaxLine} characters"
                : line[0] == '{' ? ReadJson(line, type, entries) : ReadPlain(line, type, entries);
            if (problem is null && entries.Count > MaxEntries) problem = $"more than {MaxEntries} entries in all watchlists";
            if (problem is not null) throw new WatchlistException($"{name}:{number}: {problem}");
        }
    }

    private static string? ReadPlain(string line, WatchlistType? type, ICollection<WatchlistEntry> entries)
    {
        var end = line.AsSpan().IndexOfAny(' ', '\t');
        return end < 0 ? Add(type, line, "", entries) : Add(type, line[..end], line[end..].Trim(), entries);
    }

    private static string? ReadJson(string line, WatchlistType? type, ICollection<WatchlistEntry> entries)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            if (TextOf(json.RootElement, "value") is not { Length: > 0 } value)
                return $"no \"value\": write {JsonForm}";
            if (TextOf(json.RootElement, "type") is { } typeName)
            {
                if (!WatchlistType.TryParse(typeName, out var named))
                    return $"'{typeName}' is no type: write one of {string.Join(", ", WatchlistType.Known)}";
                type = named;
            }
            return Add(type, value, TextOf(json.RootElement, "label") ?? "", entries);
        }
        catch (JsonException)
        {
            return $"not JSON: write {JsonForm}";
        }
    }

    private static string? TextOf(JsonElement json, string name) =>
        json.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;

    private static string? Add(WatchlistType? type, string value, string label, ICollection<WatchlistEntry> entries)
    {
        if (label.Length > MaxLabel) return $"the label is longer than {MaxLabel} characters";
        var types = type is { } known ? [known] : WatchlistValue.TypesOf(value);
        if (types.Count == 0)
            return $"'{Shortened(value)}' looks like no JA4, MD5, DHCP list or host name: "
                + "name the type of the file (ja3=FILE) or write JSON lines";
        foreach (var each in types)
        {
            if (WatchlistValue.Canonicalise(each, value, out var canonical) is { } problem) return problem;
            entries.Add(new WatchlistEntry(each, canonical, label));
        }
        return null;
    }

    private static string Shortened(string value) => value.Length <= 64 ? value : value[..64] + "…";
}
