using System.Text.RegularExpressions;

namespace ActorFingerprint.Core.Identification.Signatures;

/// <summary>
/// A regular expression of a signature. Where it can be, it is matched without backtracking, in time linear in the value; expressions that
/// need look-around or back-references are given up after <see cref="Patience"/>, and then do not match.
/// </summary>
public sealed class ExpressionPattern
{
    /// <summary>How long one match of a backtracking expression may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(20);

    private readonly Lazy<Regex?> _regex;
    private readonly RequiredText _required;

    /// <summary>An expression; one that is none never matches.</summary>
    public ExpressionPattern(string pattern)
    {
        _regex = new Lazy<Regex?>(() => Compile(pattern));
        _required = RequiredText.Of(pattern);
    }

    /// <summary>Says why a text is no expression; null when it is one.</summary>
    public static string? Problem(string pattern)
    {
        try
        {
            _ = new Regex(pattern, RegexOptions.CultureInvariant, Patience);
            return null;
        }
        catch (ArgumentException error)
        {
            return error.Message;
        }
    }

    /// <summary>The groups of the first match, the whole match first; null when there is none.</summary>
    public string[]? Captures(string value)
    {
        if (!_required.MayMatch(value) || _regex.Value is not { } regex) return null;
        try
        {
            var match = regex.Match(value);
            return match.Success ? [.. match.Groups.Values.Select(group => group.Value)] : null;
        }
        catch (RegexMatchTimeoutException)
        {
            return null;
        }
    }

    private static Regex? Compile(string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        }
        catch (NotSupportedException)
        {
            return new Regex(pattern, RegexOptions.CultureInvariant, Patience);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
