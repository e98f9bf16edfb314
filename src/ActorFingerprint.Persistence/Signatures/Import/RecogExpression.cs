using System.Diagnostics.CodeAnalysis;
using System.Text;
using ActorFingerprint.Core.Identification.Signatures;
using ActorFingerprint.Core.Text;

namespace ActorFingerprint.Persistence.Signatures.Import;

/// <summary>
/// A regular expression of recog (Ruby's language) in the language of .NET, for escaped values. What differs and is translated: <c>\h</c>,
/// <c>\H</c>, <c>\A</c>, <c>\z</c>, <c>(?m)</c> (Ruby: the dot matches line ends), a literal backslash and characters outside of ASCII,
/// which
/// stand escaped in values. Possessive quantifiers, nested classes and Unicode properties have no counterpart.
/// </summary>
internal sealed class RecogExpression
{
    private RecogExpression(string options, string body, bool isAnchoredAtStart, bool isAnchoredAtEnd) =>
        (Options, Body, IsAnchoredAtStart, IsAnchoredAtEnd) = (options, body, isAnchoredAtStart, isAnchoredAtEnd);

    /// <summary>Inline options: <c>(?i)</c>, <c>(?s)</c>, both or nothing.</summary>
    public string Options { get; }

    /// <summary>The expression without options and without anchors at its ends.</summary>
    public string Body { get; }

    /// <summary>Matches at the beginning of a value only.</summary>
    public bool IsAnchoredAtStart { get; }

    /// <summary>Matches up to the end of a value only.</summary>
    public bool IsAnchoredAtEnd { get; }

    /// <summary>The whole expression, behind a text that values begin with.</summary>
    /// <param name="before">Expression for what stands before the part of the value that is compared.</param>
    public string Behind(string before = "") => before.Length == 0
        ? $"{Options}{(IsAnchoredAtStart ? "^" : "")}(?:{Body}){(IsAnchoredAtEnd ? "$" : "")}"
        : $"{Options}^{before}{(IsAnchoredAtStart ? "" : ".*?")}(?:{Body}){(IsAnchoredAtEnd ? "$" : "")}";

    /// <summary>Translates; otherwise says what cannot be.</summary>
    /// <param name="ruby">The pattern.</param>
    /// <param name="flags">Names of flags: REG_ICASE, REG_DOT_NEWLINE, REG_MULTI_LINE, separated by commas.</param>
    /// <param name="expression">The result.</param>
    /// <param name="problem">What is wrong.</param>
    public static bool TryTranslate(string ruby, string flags, [NotNullWhen(true)] out RecogExpression? expression,
        [NotNullWhen(false)] out string? problem)
    {
        (expression, problem) = (null, null);
        var ignoresCase = flags.Contains("REG_ICASE", StringComparison.Ordinal);
        var dotIsAll = flags.Contains("REG_DOT_NEWLINE", StringComparison.Ordinal)
            || flags.Contains("REG_MULTI_LINE", StringComparison.Ordinal);
        var rest = ruby;
        while (rest is ['(', '?', ..] && rest.IndexOf(')', StringComparison.Ordinal) is var end and > 2
            && rest[2..end].All(letter => letter is 'i' or 'm'))
        {
            ignoresCase |= rest[2..end].Contains('i');
            dotIsAll |= rest[2..end].Contains('m');
            rest = rest[(end + 1)..];
        }
        if (!TryBody(rest, out var body, out problem)) return false;
        var hasAlternatives = HasTopLevelAlternatives(body);
        var starts = !hasAlternatives && body.StartsWith('^');
        if (starts) body = body[1..];
        var ends = !hasAlternatives && body.EndsWith('$') && Backslashes(body, body.Length - 1) % 2 == 0;
        if (ends) body = body[..^1];
        var options = (ignoresCase, dotIsAll) switch { (true, true) => "(?is)", (true, false) => "(?i)", (false, true) => "(?s)", _ => "" };
        var translated = new RecogExpression(options, body, starts, ends);
        if (!SignatureExpression.TryCreate(translated.Behind(), out _, out problem)) return false;
        expression = translated;
        return true;
    }

    private static bool TryBody(string ruby, out string body, [NotNullWhen(false)] out string? problem)
    {
        var text = new StringBuilder(ruby.Length + 16);
        (body, problem) = ("", null);
        var inClass = false;
        for (var i = 0; i < ruby.Length; i++)
        {
            var letter = ruby[i];
            if (letter == '\\' && i + 1 < ruby.Length)
            {
                if (!TryEscape(ruby[++i], inClass, text)) problem = $"\\{ruby[i]} has no counterpart";
            }
            else if (letter == '[' && inClass) problem = "nested character classes have no counterpart";
            else if (letter is '[' or ']') text.Append(letter);
            else if (letter > 0x7E && inClass) problem = "a character outside of ASCII in a class";
            else if (letter > 0x7E) text.Append(System.Text.RegularExpressions.Regex.Escape(Escaped(ruby, ref i)));
            else if (letter == '+' && !inClass && i > 0 && ruby[i - 1] is '+' or '*' or '?' && !IsEscaped(ruby, i - 1))
                problem = "possessive quantifiers have no counterpart";
            else text.Append(letter);
            if (letter == '[' && !inClass)
            {
                inClass = true;
                if (i + 1 < ruby.Length && ruby[i + 1] == '^') text.Append(ruby[++i]);
            }
            else if (letter == ']') inClass = false;
            if (problem is not null) return false;
        }
        body = text.ToString();
        return true;
    }

    private static bool TryEscape(char letter, bool inClass, StringBuilder text)
    {
        var translated = letter switch
        {
            'h' => inClass ? "0-9a-fA-F" : "[0-9a-fA-F]",
            'H' when !inClass => "[^0-9a-fA-F]",
            'H' => null,
            'A' => "^",
            'z' or 'Z' => "$",
            '\\' when !inClass => @"\\x5c",
            'R' or 'X' or 'K' or 'p' or 'P' or 'g' or 'G' or 'k' => null,
            '_' or (>= 'A' and <= 'Z' or >= 'a' and <= 'z')
                and not ('a' or 'b' or 'B' or 'c' or 'd' or 'D' or 'e' or 'f' or 'n' or 'r' or 's'
                or 'S' or 't' or 'u' or 'v' or 'w' or 'W' or 'x') => letter.ToString(),
            _ => "\\" + letter,
        };
        text.Append(translated);
        return translated is not null;
    }

    private static string Escaped(string text, ref int at)
    {
        var length = char.IsHighSurrogate(text[at]) && at + 1 < text.Length ? 2 : 1;
        var escaped = WireText.Escape(Encoding.UTF8.GetBytes(text.Substring(at, length)));
        at += length - 1;
        return escaped;
    }

    private static bool HasTopLevelAlternatives(string body)
    {
        var depth = 0;
        var inClass = false;
        for (var i = 0; i < body.Length; i++)
            switch (body[i])
            {
                case '\\': i++; break;
                case '[': inClass = true; break;
                case ']': inClass = false; break;
                case '(' when !inClass: depth++; break;
                case ')' when !inClass: depth--; break;
                case '|' when !inClass && depth == 0: return true;
            }
        return false;
    }

    private static bool IsEscaped(string text, int at) => Backslashes(text, at) % 2 == 1;

    private static int Backslashes(string text, int before)
    {
        var count = 0;
        while (before - count > 0 && text[before - count - 1] == '\\') count++;
        return count;
    }
}
