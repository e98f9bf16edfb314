namespace ActorFingerprint.Core.Identification.Signatures;

/// <summary>A regular expression in an index: compiled for the first value that has one of the texts which it requires.</summary>
public sealed class ExpressionPattern(string pattern)
{
    private readonly Lazy<SignatureExpression?> _expression =
        new(() => SignatureExpression.TryCreate(pattern, out var expression, out _) ? expression : null);

    private readonly RequiredText _required = RequiredText.Of(pattern);

    /// <summary>Characters, in lower case, one of which every match begins the value with; empty when that is not known.</summary>
    public IReadOnlySet<char> Heads => _required.Heads;

    /// <summary>The groups of the first match, the whole match first; null when there is none, or the text is no expression.</summary>
    public string[]? Captures(string value) =>
        _required.MayMatch(value) && _expression.Value?.Find(value) is { } match ? [.. match.Groups.Values.Select(group => group.Value)] : null;
}
