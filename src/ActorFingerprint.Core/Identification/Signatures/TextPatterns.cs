namespace ActorFingerprint.Core.Identification.Signatures;

/// <summary>
/// Globs, words and expressions of one kind. A value is compared only with those whose required texts it may have. Immutable.
/// </summary>
internal sealed class TextPatterns
{
    private readonly Entry[] _entries;
    private readonly RequiredTextIndex _index;

    /// <summary>Of signatures that match by glob, token or expression.</summary>
    public TextPatterns(IEnumerable<Signature> signatures)
    {
        _entries = [.. signatures.Select(Entry.Of)];
        _index = new RequiredTextIndex([.. _entries.Select(entry => entry.Required())]);
    }

    /// <summary>Calls back with the signatures that the value meets and what they matched of it, the whole match first.</summary>
    public void Find(string value, string qualifier, ref List<SignatureHit>? hits)
    {
        if (_entries.Length == 0 || _index.Find(value) is not { } candidates) return;
        foreach (var candidate in candidates)
            if (_entries[candidate].Groups(value) is { } groups) KindIndex.Add(_entries[candidate].Signature, groups, qualifier, ref hits);
    }

    /// <summary>True where the text stands in the value with no letter or digit before or behind it.</summary>
    private static bool ContainsWord(string value, string text)
    {
        for (var at = value.IndexOf(text, StringComparison.OrdinalIgnoreCase); at >= 0;
             at = value.IndexOf(text, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            var end = at + text.Length;
            if (IsBoundary(value, at - 1, text[0]) && IsBoundary(value, end, text[^1])) return true;
        }
        return false;
    }

    private static bool IsBoundary(string value, int at, char edge) =>
        at < 0 || at >= value.Length || !char.IsLetterOrDigit(value[at]) || !char.IsLetterOrDigit(edge);

    /// <summary>A signature with its glob or expression; with neither it is a word.</summary>
    private readonly record struct Entry(Signature Signature, GlobPattern? Glob, ExpressionPattern? Expression)
    {
        public static Entry Of(Signature signature) => signature.Match switch
        {
            SignatureMatch.Glob => new Entry(signature, new GlobPattern(signature.Pattern), null),
            SignatureMatch.Token => new Entry(signature, null, null),
            _ => new Entry(signature, null, new ExpressionPattern(signature.Pattern)),
        };

        public IReadOnlyList<RequiredRun> Required() =>
            Expression?.Required ?? (Glob is null ? [Somewhere(Signature.Pattern)] : [.. Glob.RequiredTexts().Select(Somewhere)]);

        public string[]? Groups(string value)
        {
            if (Expression is not null) return Expression.Captures(value);
            if (Glob is not null) return Glob.IsMatch(value) ? [value, .. Glob.Captures(value) ?? []] : null;
            return ContainsWord(value, Signature.Pattern) ? [value] : null;
        }

        private static RequiredRun Somewhere(string text) => new([text], false);
    }
}
