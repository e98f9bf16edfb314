using System.Text;

namespace ActorFingerprint.Node.Configuration.Hocon;

/// <summary>Characters of one file with line numbers: blanks, comments and the three forms of strings.</summary>
internal sealed class HoconScanner(string file, string text)
{
    /// <summary>What ends an unquoted value or must be quoted inside one.</summary>
    private const string Reserved = "$\"{}[]:=,+#`^?!@*&\\";
    private int _at = text.StartsWith('\uFEFF') ? 1 : 0;
    private int _line = 1;

    public HoconPosition Position => new(file, _line);

    /// <summary>The current character; <c>'\0'</c> at the end.</summary>
    public char Current => _at < text.Length ? text[_at] : '\0';

    public bool AtEnd => _at >= text.Length;

    public bool AtComment => Current == '#' || StartsWith("//");

    public bool StartsWith(string expected) => text.AsSpan(_at).StartsWith(expected, StringComparison.Ordinal);

    public HoconException Error(string problem) => new(Position, problem);

    public void Advance(int count = 1)
    {
        for (; count > 0 && _at < text.Length; count--)
            if (text[_at++] == '\n') _line++;
    }

    public bool TryTake(char expected)
    {
        if (AtEnd || Current != expected) return false;
        Advance();
        return true;
    }

    /// <summary>Skips blanks on the line.</summary>
    public void SkipBlanks()
    {
        while (!AtEnd && Current != '\n' && char.IsWhiteSpace(Current)) Advance();
    }

    /// <summary>Skips blanks, comments and line ends; true when a line end was among them.</summary>
    public bool SkipLines()
    {
        var line = _line;
        while (!AtEnd)
        {
            if (AtComment) while (!AtEnd && Current != '\n') Advance();
            else if (char.IsWhiteSpace(Current)) Advance();
            else break;
        }
        return _line > line;
    }

    /// <summary>A key part or unquoted value: up to a reserved character, a comment or the line end, blanks trimmed off the end.</summary>
    public string TakeUnquoted(bool stopAtDot)
    {
        var start = _at;
        while (!AtEnd && Current != '\n' && !AtComment && !Reserved.Contains(Current) && !(stopAtDot && Current == '.')) Advance();
        return text[start.._at].TrimEnd();
    }

    /// <summary>A <c>"quoted"</c> string with JSON escapes, on one line.</summary>
    public string TakeQuoted()
    {
        var result = new StringBuilder();
        Advance();
        while (true)
        {
            if (AtEnd || Current == '\n')
                throw Error("a quoted string does not end on its line: close it with \" or use \"\"\"…\"\"\" for several lines");
            var c = Current;
            Advance();
            if (c == '"') return result.ToString();
            result.Append(c == '\\' ? TakeEscape() : c);
        }
    }

    /// <summary>A <c>"""triple-quoted"""</c> string, taken as it is; quotes right before the closing three belong to it.</summary>
    public string TakeTripleQuoted()
    {
        var opened = Position;
        Advance(3);
        var start = _at;
        var end = text.IndexOf("\"\"\"", start, StringComparison.Ordinal);
        if (end < 0) throw new HoconException(opened, "a triple-quoted string is not closed: end it with \"\"\"");
        while (end + 3 < text.Length && text[end + 3] == '"') end++;
        Advance(end + 3 - start);
        return text[start..end];
    }

    private char TakeEscape()
    {
        var c = Current;
        Advance();
        switch (c)
        {
            case '"' or '\\' or '/': return c;
            case 'n': return '\n';
            case 't': return '\t';
            case 'r': return '\r';
            case 'b': return '\b';
            case 'f': return '\f';
            case 'u' when _at + 4 <= text.Length && text.AsSpan(_at, 4).ToString().All(char.IsAsciiHexDigit):
                var code = (char)Convert.ToInt32(text.Substring(_at, 4), 16);
                Advance(4);
                return code;
            default: throw Error($"'\\{c}' is no escape: write \\\\ for a backslash, or one of \\\" \\/ \\n \\t \\r \\b \\f \\uXXXX");
        }
    }
}
