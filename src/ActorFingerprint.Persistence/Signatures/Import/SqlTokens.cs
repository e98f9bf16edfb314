using System.Text;

namespace ActorFingerprint.Persistence.Signatures.Import;

/// <summary>What a token of SQL is.</summary>
internal enum SqlTokenKind : byte
{
    /// <summary>Keyword or plain name.</summary>
    Word,
    /// <summary>Name in double quotes, backquotes or brackets.</summary>
    Name,
    /// <summary>Text in quotes.</summary>
    Text,
    /// <summary>Number.</summary>
    Number,
    /// <summary>One other character.</summary>
    Mark,
}

/// <summary>A token of SQL and its line.</summary>
internal readonly record struct SqlToken(SqlTokenKind Kind, string Text, int Line)
{
    public bool Is(string mark) => Kind == SqlTokenKind.Mark && Text == mark;

    public bool IsWord(string word) => Kind == SqlTokenKind.Word && Text.Equals(word, StringComparison.OrdinalIgnoreCase);
}

/// <summary>Splits a dump into tokens without holding more of it than one. Nothing of it is ever executed.</summary>
internal sealed class SqlTokens(ImportFile file, TextReader reader)
{
    private const int MaxToken = 1 << 20;

    private readonly StringBuilder _text = new();
    private int _line = 1;

    /// <summary>The next token; null at the end.</summary>
    public SqlToken? Next()
    {
        while (true)
        {
            var letter = Read();
            if (letter < 0) return null;
            if (letter == '-' && reader.Peek() == '-') SkipTo("\n");
            else if (letter == '/' && reader.Peek() == '*') SkipTo("*/");
            else if (!char.IsWhiteSpace((char)letter)) return Token((char)letter, _line);
        }
    }

    private SqlToken Token(char letter, int line)
    {
        switch (letter)
        {
            case '\'': return new SqlToken(SqlTokenKind.Text, Quoted('\'', line), line);
            case '"' or '`': return new SqlToken(SqlTokenKind.Name, Quoted(letter, line), line);
            case '[': return new SqlToken(SqlTokenKind.Name, Quoted(']', line), line);
        }
        if (!IsWordPart(letter) && letter is not ('-' or '+')) return new SqlToken(SqlTokenKind.Mark, letter.ToString(), line);
        _text.Clear().Append(letter);
        while (reader.Peek() is var next and >= 0 && (IsWordPart((char)next) || next == '.')) Append((char)Read(), line);
        var isNumber = char.IsAsciiDigit(letter) || letter is '-' or '+';
        return new SqlToken(isNumber ? SqlTokenKind.Number : SqlTokenKind.Word, _text.ToString(), line);
    }

    private string Quoted(char quote, int line)
    {
        _text.Clear();
        while (true)
        {
            var letter = Read();
            if (letter < 0) throw file.Fault(line, "a quote is not closed");
            if (letter == quote)
            {
                if (reader.Peek() != quote) return _text.ToString();
                Read();
            }
            Append((char)letter, line);
        }
    }

    private void Append(char letter, int line)
    {
        if (_text.Length >= MaxToken) throw file.Fault(line, $"a text of more than {MaxToken >> 20} MiB: is a quote not closed?");
        _text.Append(letter);
    }

    private void SkipTo(string end)
    {
        var at = 0;
        while (at < end.Length && Read() is var letter and >= 0)
            at = letter == end[at] ? at + 1 : letter == end[0] ? 1 : 0;
    }

    private int Read()
    {
        var letter = reader.Read();
        if (letter == '\n') _line++;
        return letter;
    }

    private static bool IsWordPart(char letter) => char.IsAsciiLetterOrDigit(letter) || letter == '_';
}
