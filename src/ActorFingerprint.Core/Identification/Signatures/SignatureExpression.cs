using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace ActorFingerprint.Core.Identification.Signatures;

/// <summary>
/// A regular expression of a signature. It comes from a file that others wrote and meets text that strangers send, so no pair of the two
/// may take long: what backtracking does not decide in a moment is decided in linear time where the expression allows it (no look-around, no
/// back reference); all else ends after <see cref="MatchTimeout"/>, and what takes longer is no match. Immutable.
/// </summary>
public sealed class SignatureExpression
{
    /// <summary>Longest expression, in characters.</summary>
    public const int MaxLength = 4096;

    /// <summary>How long one match may take: ten thousand times what an honest one needs, so that a busy machine changes no answer.</summary>
    public static readonly TimeSpan MatchTimeout = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(20);

    private readonly Regex _general;
    private readonly Lazy<(Regex? Linear, Regex Patient)> _slow;

    private SignatureExpression(string pattern)
    {
        _general = new Regex(pattern, RegexOptions.CultureInvariant, Patience);
        _slow = new Lazy<(Regex?, Regex)>(() => (CreateLinear(pattern), new Regex(pattern, RegexOptions.CultureInvariant, MatchTimeout)));
    }

    /// <summary>True when a value that takes long is compared in linear time.</summary>
    public bool IsLinear => _slow.Value.Linear is not null;

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

    /// <summary>
    /// True when the expression is found in the value. Backtracking has a moment: the linear engine, which takes a hundred times longer to
    /// make, is made for what is not done by then.
    /// </summary>
    public bool IsMatch(string value)
    {
        try
        {
            return _general.IsMatch(value);
        }
        catch (RegexMatchTimeoutException)
        {
            return IsSlowMatch(value);
        }
    }

    /// <summary>
    /// The match with its groups; null without one. Groups are taken by backtracking alone: of several ways to match, the linear engine does
    /// not always take the first one.
    /// </summary>
    public Match? Find(string value)
    {
        try
        {
            return _general.Match(value) is { Success: true } match ? match : null;
        }
        catch (RegexMatchTimeoutException)
        {
            return IsSlowMatch(value) ? FindSlowly(value) : null;
        }
    }

    private bool IsSlowMatch(string value)
    {
        try
        {
            return (_slow.Value.Linear ?? _slow.Value.Patient).IsMatch(value);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    private Match? FindSlowly(string value)
    {
        try
        {
            return _slow.Value.Patient.Match(value) is { Success: true } match ? match : null;
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
