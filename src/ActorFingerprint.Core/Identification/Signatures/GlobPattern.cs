using System.Text;

namespace ActorFingerprint.Core.Identification.Signatures;

/// <summary>
/// A glob in the sense of <see cref="SignatureMatch.Glob"/>. Matching takes time in the order of pattern times value at worst and allocates
/// nothing but what it captures.
/// </summary>
public sealed class GlobPattern
{
    private const int MaxCaptures = 9;

    private readonly string _pattern;
    private readonly string? _inside;

    /// <summary>A pattern; every text is one.</summary>
    public GlobPattern(string pattern)
    {
        _pattern = pattern;
        if (pattern is ['*', _, .., '*'] && pattern.AsSpan(1, pattern.Length - 2).IndexOfAny("*?#%\\") < 0) _inside = pattern[1..^1];
    }

    /// <summary>Texts, each of which stands in every value that matches, letter case apart.</summary>
    internal IEnumerable<string> RequiredTexts()
    {
        var text = new StringBuilder();
        for (var i = 0; i < _pattern.Length; i++)
        {
            if (_pattern[i] is not ('*' or '?' or '#' or '%'))
            {
                if (_pattern[i] == '\\' && i + 1 < _pattern.Length) i++;
                text.Append(_pattern[i]);
                continue;
            }
            if (text.Length > 0) yield return text.ToString();
            text.Clear();
        }
        if (text.Length > 0) yield return text.ToString();
    }

    /// <summary>True when the whole value matches.</summary>
    public bool IsMatch(ReadOnlySpan<char> value) =>
        _inside is null ? Match(value, default, out _) : value.Contains(_inside, StringComparison.OrdinalIgnoreCase);

    /// <summary>What the stars stand for, as few characters each as the rest allows, nine at most; null when the value does not match.</summary>
    public string[]? Captures(ReadOnlySpan<char> value)
    {
        Span<Range> ranges = stackalloc Range[MaxCaptures];
        if (!Match(value, ranges, out var stars)) return null;
        var captures = new string[stars];
        for (var i = 0; i < stars; i++) captures[i] = value[ranges[i]].ToString();
        return captures;
    }

    /// <summary>Greedy from the left with one point to return to: the last star seen can always take one character more.</summary>
    private bool Match(ReadOnlySpan<char> value, Span<Range> captures, out int stars)
    {
        stars = 0;
        var (at, position) = (0, 0);
        var (starAt, starFrom, starTo) = (-1, 0, 0);
        while (position < value.Length || at < _pattern.Length)
        {
            if (at < _pattern.Length && _pattern[at] == '*')
            {
                Keep(captures, stars, starFrom, starTo);
                (starAt, starFrom, starTo) = (++at, position, position);
                stars++;
                continue;
            }
            if (at < _pattern.Length && position < value.Length && MatchesOne(value[position], at, out var length))
            {
                at += length;
                position++;
                continue;
            }
            if (starAt < 0 || starTo >= value.Length) return false;
            (at, position) = (starAt, ++starTo);
        }
        Keep(captures, stars, starFrom, starTo);
        stars = Math.Min(stars, captures.Length);
        return true;
    }

    private static void Keep(Span<Range> captures, int stars, int from, int to)
    {
        if (stars > 0 && stars <= captures.Length) captures[stars - 1] = from..to;
    }

    private bool MatchesOne(char c, int at, out int length)
    {
        length = 1;
        switch (_pattern[at])
        {
            case '?': return true;
            case '#': return char.IsAsciiDigit(c);
            case '%': return char.IsAsciiHexDigit(c);
            case '\\' when at + 1 < _pattern.Length:
                length = 2;
                return Equal(_pattern[at + 1], c);
            default: return Equal(_pattern[at], c);
        }
    }

    private static bool Equal(char a, char b) => a == b || char.ToLowerInvariant(a) == char.ToLowerInvariant(b);
}
