using System.Text;

namespace ActorFingerprint.Persistence.Signatures.Import;

/// <summary>Reads lines without ever holding more of one than its longest permitted length. Line ends are LF, CR LF or CR.</summary>
internal sealed class BoundedLines(TextReader reader, int maxLength)
{
    private readonly char[] _buffer = new char[16 * 1024];
    private readonly StringBuilder _line = new();
    private int _at;
    private int _count;
    private bool _wasCarriageReturn;

    /// <summary>Number of the line that was read last.</summary>
    public int Number { get; private set; }

    /// <summary>Reads the next line; null at the end. A line that is too long comes cut, with <paramref name="isCut"/>.</summary>
    public string? Read(out bool isCut)
    {
        isCut = false;
        _line.Clear();
        var isThere = false;
        while (_at < _count || Fill())
        {
            var rest = _buffer.AsSpan(_at, _count - _at);
            if (_wasCarriageReturn && rest[0] == '\n')
            {
                _wasCarriageReturn = false;
                _at++;
                continue;
            }
            _wasCarriageReturn = false;
            isThere = true;
            var end = rest.IndexOfAny('\r', '\n');
            var part = end < 0 ? rest : rest[..end];
            var room = Math.Min(part.Length, maxLength - _line.Length);
            _line.Append(part[..room]);
            isCut |= room < part.Length;
            _at += end < 0 ? part.Length : end + 1;
            if (end < 0) continue;
            _wasCarriageReturn = rest[end] == '\r';
            break;
        }
        if (!isThere) return null;
        Number++;
        return _line.ToString();
    }

    private bool Fill()
    {
        (_at, _count) = (0, reader.Read(_buffer));
        return _count > 0;
    }
}
