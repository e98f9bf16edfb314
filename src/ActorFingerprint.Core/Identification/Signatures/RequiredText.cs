namespace ActorFingerprint.Core.Identification.Signatures;

/// <summary>
/// Texts one of which stands in every value that a regular expression matches, read from the expression's beginning: <c>^_(?:raop|hap)\._tcp </c>
/// gives <c>_raop._tcp </c> and <c>_hap._tcp </c>, both at the start. Most values are told by them to meet no expression, before one is even
/// compiled. Whatever this does not understand ends the texts; with none, every value may match.
/// </summary>
internal sealed class RequiredText
{
    private const int MaxTexts = 64;

    private readonly string[] _texts;
    private readonly bool _atStart;

    private RequiredText(string[] texts, bool atStart)
    {
        (_texts, _atStart) = (texts, atStart);
        Heads = atStart ? texts.Select(text => char.ToLowerInvariant(text[0])).ToHashSet() : [];
    }

    /// <summary>Characters, in lower case, one of which every matching value begins with; empty when that is not known.</summary>
    public HashSet<char> Heads { get; }

    /// <summary>Reads an expression.</summary>
    public static RequiredText Of(string pattern)
    {
        var reader = new Reader(pattern.StartsWith("(?i)", StringComparison.Ordinal) ? pattern[4..] : pattern);
        var (texts, _) = reader.ReadAlternatives();
        return texts.Contains("") ? new RequiredText([], false) : new RequiredText([.. texts], reader.IsAnchored);
    }

    /// <summary>False when the value surely does not match.</summary>
    public bool MayMatch(string value)
    {
        if (_texts.Length == 0) return true;
        foreach (var text in _texts)
            if (_atStart ? value.StartsWith(text, StringComparison.OrdinalIgnoreCase) : value.Contains(text, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }

    /// <summary>A recursive reader of alternatives, sequences and their elements.</summary>
    private sealed class Reader(string pattern)
    {
        private int _at;
        private int _depth;

        /// <summary>The whole expression begins with <c>^</c>, and has no alternative that does not.</summary>
        public bool IsAnchored { get; private set; } = pattern.StartsWith('^');

        /// <summary>Texts that the alternatives begin with, and whether they are all of what they match.</summary>
        public (List<string> Texts, bool IsAll) ReadAlternatives()
        {
            var (texts, isAll) = ReadSequence();
            while (_at < pattern.Length && pattern[_at] == '|')
            {
                _at++;
                if (_depth == 0) IsAnchored = false;
                var (more, isAllToo) = ReadSequence();
                texts.AddRange(more);
                isAll &= isAllToo;
            }
            return texts.Count > MaxTexts ? ([""], false) : (texts, isAll);
        }

        private (List<string> Texts, bool IsAll) ReadSequence()
        {
            List<string> texts = [""];
            var isOpen = false;
            while (_at < pattern.Length && pattern[_at] is not ('|' or ')'))
            {
                var (element, isAll) = ReadElement();
                var quantifier = _at < pattern.Length ? pattern[_at] : ' ';
                var mayBeAbsent = quantifier is '?' or '*' or '{';
                SkipQuantifier();
                if (isOpen) continue;
                if (mayBeAbsent || element is null || element.Count * texts.Count > MaxTexts) isOpen = true;
                else
                {
                    texts = [.. texts.SelectMany(text => element.Select(next => text + next))];
                    isOpen = !isAll || quantifier == '+';
                }
            }
            return (texts, !isOpen);
        }

        /// <summary>The texts of an element; null for one that is not understood.</summary>
        private (List<string>? Texts, bool IsAll) ReadElement()
        {
            var c = pattern[_at++];
            switch (c)
            {
                case '^' or '$':
                    return ([""], true);
                case '(':
                    return ReadGroup();
                case '[':
                    SkipClass();
                    return (null, false);
                case '.':
                    return (null, false);
                case '\\' when _at < pattern.Length:
                    var escaped = pattern[_at++];
                    if (escaped is 'b') return ([""], true);
                    return char.IsAsciiLetterOrDigit(escaped) ? (null, false) : ([escaped.ToString()], true);
                default:
                    return ([c.ToString()], true);
            }
        }

        private (List<string>? Texts, bool IsAll) ReadGroup()
        {
            var isPlain = true;
            if (_at < pattern.Length && pattern[_at] == '?')
            {
                isPlain = pattern.AsSpan(_at).StartsWith("?:") || pattern.AsSpan(_at).StartsWith("?i:");
                _at += pattern.AsSpan(_at).StartsWith("?i:") ? 3 : isPlain ? 2 : 1;
            }
            _depth++;
            var (texts, isAll) = ReadAlternatives();
            _depth--;
            if (_at < pattern.Length) _at++;
            return isPlain ? (texts, isAll) : (null, false);
        }

        private void SkipClass()
        {
            if (_at < pattern.Length && pattern[_at] == '^') _at++;
            if (_at < pattern.Length && pattern[_at] == ']') _at++;
            while (_at < pattern.Length && pattern[_at] != ']') _at += pattern[_at] == '\\' ? 2 : 1;
            _at = Math.Min(_at + 1, pattern.Length);
        }

        private void SkipQuantifier()
        {
            if (_at < pattern.Length && pattern[_at] is '?' or '*' or '+') _at++;
            else if (_at < pattern.Length && pattern[_at] == '{')
            {
                var end = pattern.IndexOf('}', _at);
                _at = end < 0 ? pattern.Length : end + 1;
            }
            else return;
            if (_at < pattern.Length && pattern[_at] is '?' or '+') _at++;
        }
    }
}
