using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace ActorFingerprint.Core.Identification.Signatures;

/// <summary>
/// Regular expressions of signatures. They come from files that others wrote and meet text that strangers send, so no pair of the two may
/// take long: an expression is matched in linear time where it can be (no look-around, no back reference), else within
/// <see cref="MatchTimeout"/>, after which <see cref="RegexMatchTimeoutException"/> is thrown.
/// </summary>
public static class SignatureExpression
{
    /// <summary>Longest expression, in characters.</summary>
    public const int MaxLength = 4096;

    /// <summary>How long one match may take: several thousand times what an honest one needs.</summary>
    public static readonly TimeSpan MatchTimeout = TimeSpan.FromMilliseconds(100);

    /// <summary>Compiles an expression; otherwise says what is wrong with it.</summary>
    public static bool TryCreate(string pattern, [NotNullWhen(true)] out Regex? expression, [NotNullWhen(false)] out string? problem)
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
            expression = CreateLinear(pattern) ?? new Regex(pattern, RegexOptions.CultureInvariant, MatchTimeout);
            return true;
        }
        catch (RegexParseException error)
        {
            problem = $"no regular expression: {error.Message}";
            return false;
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
