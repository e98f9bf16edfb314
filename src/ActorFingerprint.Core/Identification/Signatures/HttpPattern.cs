using System.Diagnostics.CodeAnalysis;

namespace ActorFingerprint.Core.Identification.Signatures;

/// <summary>
/// An HTTP signature of p0f v3's database (its README, section 5), <c>ver:fields:absent fields:software</c>: fields in their order,
/// <c>?name</c> may be missing, <c>name=[text]</c> must have the text in its value. What a header has besides does not matter, what the
/// software calls itself neither. Immutable.
/// </summary>
public sealed class HttpPattern
{
    private readonly char _version;
    private readonly HttpPatternField[] _fields;
    private readonly string[] _absent;

    private HttpPattern(char version, HttpPatternField[] fields, string[] absent) =>
        (_version, _fields, _absent) = (version, fields, absent);

    /// <summary>Reads a pattern; otherwise says what is wrong with it.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out HttpPattern? pattern, [NotNullWhen(false)] out string? problem)
    {
        ArgumentNullException.ThrowIfNull(text);
        (pattern, problem) = (null, null);
        if (text is not ['0' or '1' or '*', ':', ..]) problem = "an HTTP signature begins with 0:, 1: or *:";
        else if (!TrySplit(text, out var fields, out var absent)) problem = "no version:fields:absent fields:software";
        else pattern = new HttpPattern(text[0], fields, absent);
        return pattern is not null;
    }

    /// <summary>True when a signature as the facts <c>http-request</c> and <c>http-response</c> have it fits.</summary>
    public bool IsMatch(string signature)
    {
        ArgumentNullException.ThrowIfNull(signature);
        if (signature is not ['0' or '1', ':', ..] || !TrySplit(signature, out var observed, out _)) return false;
        if (_version != '*' && _version != signature[0]) return false;
        foreach (var name in _absent)
            if (Array.Exists(observed, field => field.HasName(name))) return false;
        var at = 0;
        foreach (var expected in _fields)
        {
            var found = Array.FindIndex(observed, at, field => field.HasName(expected.Name));
            if (found >= 0 && observed[found].Value.Contains(expected.Value, StringComparison.Ordinal)) at = found + 1;
            else if (found >= 0 || !expected.IsOptional || Array.Exists(observed, field => field.HasName(expected.Name))) return false;
        }
        return true;
    }

    private static bool TrySplit(string text, out HttpPatternField[] fields, out string[] absent)
    {
        (fields, absent) = ([], []);
        var list = new List<HttpPatternField>();
        var at = 2;
        while (at < text.Length && text[at] != ':')
        {
            if (!HttpPatternField.TryRead(text, ref at, out var field)) return false;
            list.Add(field);
        }
        if (at >= text.Length || text.IndexOf(':', at + 1) is not (var end and >= 0)) return false;
        fields = [.. list];
        absent = text[(at + 1)..end].Split(',', StringSplitOptions.RemoveEmptyEntries);
        return true;
    }
}
