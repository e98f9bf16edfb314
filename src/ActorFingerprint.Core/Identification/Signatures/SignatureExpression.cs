using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace ActorFingerprint.Core.Identification.Signatures;

/// <summary>
/// A regular expression of a signature. It comes from a file that others wrote and meets text that strangers send, so no pair of the two
/// may
/// take long: whether a value matches is found in linear time where the expression allows it (no look-around, no back reference); all else
/// ends after <see cref="MatchTimeout"/>, and what takes longer is no match. Immutable.
/// </summary>
public sealed class SignatureExpression
{
    /// <summary>Longest expression, in characters.</summary>
    public const int MaxLength = 4096;

    /// <summary>How long one match may take: ten thousand times what an honest one needs, so that a busy machine changes no answer.</summary>
    public static readonly TimeSpan MatchTimeout = TimeSpan.FromSeconds(1);

    private readonly Regex? _linear;
    private readonly Regex _general;

    private SignatureExpression(string pattern)
    {
        _general = new Regex(pattern, RegexOptions.CultureInvariant, MatchTimeout);
        _linear = CreateLinear(pattern);
    }

    /// <summary>True when a value is compared in linear time.</summary>
    public bool IsLinear => _linear is not null;

    /// <summary>Compiles an expression; otherwise says what is wrong with it.</summary>
    public static bool TryCreate(string pattern, [NotNullWhen(true)] out SignatureExpression? expression,
        [NotNullWhen(false)] out string? problem)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        (expression, problem) = (null, null);
        if (pattern.Length > MaxLength)
        {
            problem = $"the expression is longer than {MaxLength} characters";
            return false;
        }
        try
        {
            expression = new SignatureExpression(pattern);
            return true;
        }
        catch (RegexParseException error)
        {
            problem = $"no regular expression: {error.Message}";
            return false;
        }
    }

    /// <summary>True when the expression is found in the value.</summary>
    public bool IsMatch(string value)
    {
        try
        {
            return (_linear ?? _general).IsMatch(value);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    /// <summary>
    /// The match with its groups; null without one. Groups are taken by backtracking even where <see cref="IsMatch"/> is linear: of several
    /// ways to match, the linear engine does not always take the first one.
    /// </summary>
    public Match? Find(string value)
    {
        if (!IsMatch(value)) return null;
        try
        {
            return _general.Match(value) is { Success: true } match ? match : null;
        }
        catch (RegexMatchTimeoutException)
        {
            return null;
        }
    }

    private static Regex? CreateLinear(string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, MatchTimeout);
        }
        catch (NotSupportedException)
        {
            return null;
        }
    }
}
