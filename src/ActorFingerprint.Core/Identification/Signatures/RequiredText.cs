namespace ActorFingerprint.Core.Identification.Signatures;

/// <summary>
/// Texts that stand in every value which a regular expression matches: <c>^_(?:raop|hap)\._tcp .*=(Acme\d+)</c> requires <c>_raop._tcp </c>
/// or <c>_hap._tcp </c> at the start, and <c>=Acme</c>. Most values are told by them to meet no expression, before one is even compiled.
/// Whatever this does not understand ends a run of text, or where it may change the meaning of what follows gives none at all; with none,
/// every value may match.
/// </summary>
internal static class RequiredText
{
    /// <summary>Texts of a run.</summary>
    internal const int MaxTexts = 64;

    /// <summary>Characters after which a run ends and another begins.</summary>
    private const int MaxLength = 64;

    /// <summary>What an expression requires: one text of each run.</summary>
    public static IReadOnlyList<RequiredRun> Of(string pattern)
    {
        var reader = new Reader(pattern.StartsWith("(?i)", StringComparison.Ordinal) ? pattern[4..] : pattern);
        var sequence = reader.ReadAlternatives();
        if (reader.IsLost) return [];
        List<RequiredRun> runs = [.. sequence.Inner.Select(texts => new RequiredRun(texts, false))];
        if (IsRun(sequence.Head)) runs.Insert(0, new RequiredRun(sequence.Head, reader.IsAnchored));
        return runs;
    }

    private static bool IsRun(List<string> texts) => texts.Count > 0 && !texts.Contains("");

    /// <summary>What alternatives, or a sequence, begin with; whether that is all of what they match; runs further inside.</summary>
    private readonly record struct Part(List<string> Head, bool IsAll, List<List<string>> Inner)
    {
        /// <summary>Nothing is known of it.</summary>
        public static Part Open => new([""], false, []);

        /// <summary>It matches this text and nothing else.</summary>
        public static Part Of(string text) => new([text], true, []);
    }

    /// <summary>A recursive reader of alternatives, sequences and their elements.</summary>
    private sealed class Reader(string pattern)
    {
        private int _at;
        private int _depth;

        /// <summary>The whole expression begins with <c>^</c>, and has no alternative that does not.</summary>
        public bool IsAnchored { get; private set; } = pattern.StartsWith('^');

        /// <summary>Something was there that may change the meaning of what follows it.</summary>
        public bool IsLost { get; private set; }

        public Part ReadAlternatives()
        {
            var part = ReadSequence();
            while (_at < pattern.Length && pattern[_at] == '|')
            {
                _at++;
                if (_depth == 0) IsAnchored = false;
                var other = ReadSequence();
                part = Either(part, other);
            }
            return part.Head.Count > MaxTexts ? part with { Head = [""], IsAll = false } : part;
        }

        /// <summary>
        /// Each alternative keeps what it begins with. Where one may begin with anything, the run inside each is what is left.
        /// </summary>
        private static Part Either(Part a, Part b)
        {
            List<string> head = [.. a.Head, .. b.Head];
            if (IsRun(head)) return new Part(head, a.IsAll && b.IsAll, []);
            return BestOf(a) is { } ofA && BestOf(b) is { } ofB && ofA.Count + ofB.Count <= MaxTexts
                ? new Part(head, a.IsAll && b.IsAll, [[.. ofA, .. ofB]])
                : new Part(head, a.IsAll && b.IsAll, []);
        }

        private static List<string>? BestOf(Part part) =>
            part.Inner.Append(part.Head).Where(IsRun).MaxBy(texts => texts.Min(text => text.Length));

        private Part ReadSequence()
        {
            List<string>? head = null;
            List<List<string>> inner = [];
            List<string> texts = [""];
            void End()
            {
                if (head is null) head = texts;
                else if (IsRun(texts)) inner.Add(texts);
                texts = [""];
            }

            while (_at < pattern.Length && pattern[_at] is not ('|' or ')'))
            {
                var element = ReadElement();
                var quantifier = _at < pattern.Length ? pattern[_at] : ' ';
                SkipQuantifier();
                if (quantifier is '?' or '*' or '{')
                {
                    End();
                    continue;
                }
                if (element.Head.Count * texts.Count > MaxTexts || texts[0].Length >= MaxLength) End();
                if (element.Head.Count <= MaxTexts) texts = Joined(texts, element.Head);
                if (!element.IsAll || quantifier == '+') End();
                inner.AddRange(element.Inner);
            }
            var isAll = head is null;
            End();
            return new Part(head!, isAll, inner);
        }

        /// <summary>Each text with each that may follow it.</summary>
        private static List<string> Joined(List<string> texts, List<string> next)
        {
            var joined = new List<string>(texts.Count * next.Count);
            foreach (var text in texts)
                foreach (var other in next) joined.Add(text + other);
            return joined;
        }

        private Part ReadElement()
        {
            var c = pattern[_at++];
            switch (c)
            {
                case '^' or '$':
                    return Part.Of("");
                case '(':
                    return ReadGroup();
                case '[':
                    SkipClass();
                    return Part.Open;
                case '.':
                    return Part.Open;
                case '\\' when _at < pattern.Length:
                    return ReadEscape(pattern[_at++]);
                default:
                    return Part.Of(ReadLiteral());
            }
        }

        /// <summary>
        /// The plain characters from the last one read, as many as no quantifier can belong to: nine in ten of an expression's elements.
        /// </summary>
        private string ReadLiteral()
        {
            var start = _at - 1;
            while (_at < pattern.Length && _at - start < MaxLength && !IsSpecial(pattern[_at]) && !(_at + 1 < pattern.Length && IsQuantifier(pattern[_at + 1]))) _at++;
            return pattern[start.._at];
        }

        private static bool IsSpecial(char c) => c is '^' or '$' or '(' or ')' or '[' or '.' or '\\' or '|' || IsQuantifier(c);

        private static bool IsQuantifier(char c) => c is '?' or '*' or '+' or '{';

        /// <summary>Classes and anchors say nothing; escapes with an argument are rare enough to be lost over.</summary>
        private Part ReadEscape(char escaped)
        {
            if (escaped is 'b') return Part.Of("");
            if (!char.IsAsciiLetterOrDigit(escaped)) return Part.Of(escaped.ToString());
            if (escaped is not ('d' or 'D' or 'w' or 'W' or 's' or 'S' or 'B' or 'A' or 'Z' or 'z' or 'n' or 'r' or 't')) IsLost = true;
            return Part.Open;
        }

        /// <summary>Plain and capturing groups are read; look-around says nothing here; everything else may change what follows.</summary>
        private Part ReadGroup()
        {
            var isPlain = true;
            if (_at < pattern.Length && pattern[_at] == '?')
            {
                var rest = pattern.AsSpan(_at + 1);
                isPlain = rest.StartsWith(":") || rest.StartsWith("i:");
                if (isPlain) _at += rest[0] == ':' ? 2 : 3;
                else if (rest.StartsWith("=") || rest.StartsWith("!")) _at += 2;
                else if (rest.StartsWith("<=") || rest.StartsWith("<!")) _at += 3;
                else IsLost = true;
            }
            _depth++;
            var part = ReadAlternatives();
            _depth--;
            if (_at < pattern.Length) _at++;
            return isPlain ? part : Part.Open;
        }

        private void SkipClass()
        {
            if (_at < pattern.Length && pattern[_at] == '^') _at++;
            if (_at < pattern.Length && pattern[_at] == ']') _at++;
            while (_at < pattern.Length && pattern[_at] != ']')
            {
                if (pattern.AsSpan(_at).StartsWith("-[")) IsLost = true; // one class less another
                _at += pattern[_at] == '\\' ? 2 : 1;
            }
            _at = Math.Min(_at + 1, pattern.Length);
        }

        private void SkipQuantifier()
        {
            if (_at < pattern.Length && pattern[_at] is '?' or '*' or '+') _at++;
            else if (_at < pattern.Length && pattern[_at] == '{')
            {
                var end = pattern.IndexOf('}', _at);
                if (end < 0 || pattern[(_at + 1)..end].Any(c => !char.IsAsciiDigit(c) && c != ',')) IsLost = true; // the brace itself
                _at = end < 0 ? pattern.Length : end + 1;
            }
            else return;
            if (_at < pattern.Length && pattern[_at] is '?' or '+') _at++;
        }
    }
}
