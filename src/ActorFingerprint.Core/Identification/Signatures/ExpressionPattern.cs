namespace ActorFingerprint.Core.Identification.Signatures;

/// <summary>A regular expression in an index: compiled for the first value that has the texts which it requires.</summary>
public sealed class ExpressionPattern(string pattern)
{
    private readonly Lazy<SignatureExpression?> _expression =
        new(() => SignatureExpression.TryCreate(pattern, out var expression, out _) ? expression : null);

    /// <summary>Texts that every match has.</summary>
    internal IReadOnlyList<RequiredRun> Required { get; } = RequiredText.Of(pattern);

    /// <summary>The groups of the first match, the whole match first; null when there is none, or the text is no expression.</summary>
    public string[]? Captures(string value)
    {
        foreach (var run in Required)
            if (!run.IsIn(value)) return null;
        return _expression.Value?.Find(value) is { } match ? [.. match.Groups.Values.Select(group => group.Value)] : null;
    }
}
