namespace ActorFingerprint.Persistence.Signatures.Import;

/// <summary>A line of a text file.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Text">Without its end.</param>
public readonly record struct ImportLine(int Number, string Text)
{
    /// <summary>True for empty lines and those that begin with <c>#</c>.</summary>
    public bool IsCommentOrBlank => Text.AsSpan().TrimStart() is [] or ['#', ..];
}
