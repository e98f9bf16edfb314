namespace ActorFingerprint.Core.Identification.Signatures;

/// <summary>Texts one of which stands in every value that a pattern matches, letter case apart.</summary>
/// <param name="Texts">The texts, none empty.</param>
/// <param name="IsAtStart">The value begins with it.</param>
internal readonly record struct RequiredRun(IReadOnlyList<string> Texts, bool IsAtStart)
{
    /// <summary>False when the value has none of them.</summary>
    public bool IsIn(string value)
    {
        foreach (var text in Texts)
            if (IsAtStart ? value.StartsWith(text, StringComparison.OrdinalIgnoreCase) : value.Contains(text, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }
}
