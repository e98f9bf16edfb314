using System.Text;

namespace ActorFingerprint.Protocols.Http;

/// <summary>
/// Writes the signature of a header in p0f's notation: <c>version:fields:absent fields:software</c>. Fields stand in the order of the
/// message,
/// <c>?name</c> when they come and go, <c>name=[value]</c> when the value says something. Like there, a value ends before the first byte
/// that is
/// not printable ASCII, a <c>]</c> or a <c>|</c>, and after 200 characters. Every signature is cut to the buffer.
/// </summary>
internal ref struct HttpSignature(Span<char> text, bool isResponse)
{
    /// <summary>Characters that a signature takes at most.</summary>
    public const int MaxLength = 2048;

    private const int MaxValue = 200;

    private readonly Span<char> _text = text;
    private int _length;
    private bool _isFirst;

    /// <summary>What was written.</summary>
    public readonly ReadOnlySpan<char> Written => _text[.._length];

    /// <summary>Writes the whole signature.</summary>
    /// <param name="minorVersion">0 for HTTP/1.0, 1 for HTTP/1.1.</param>
    /// <param name="header">The field lines.</param>
    /// <param name="maxFields">Fields after this many are left out.</param>
    /// <param name="isFact">Values of fields that are not the software's own are left out: they may be secrets.</param>
    public void Write(int minorVersion, ReadOnlySpan<byte> header, int maxFields, bool isFact)
    {
        Put((char)('0' + minorVersion));
        Put(':');
        _isFirst = true;
        ReadOnlySpan<byte> software = default;
        Span<bool> isThere = stackalloc bool[HttpFieldNames.CommonInRequests.Length];
        var common = isResponse ? HttpFieldNames.CommonInResponses : HttpFieldNames.CommonInRequests;
        var fields = new HttpFieldReader(header);
        while (maxFields-- > 0 && fields.TryRead(out var name, out var value))
        {
            for (var i = 0; i < common.Length; i++) isThere[i] |= name.SequenceEqual(common[i]);
            if (name.SequenceEqual(isResponse ? "Server"u8 : "User-Agent"u8)) software = value;
            WriteField(name, value, isFact);
        }
        Put(':');
        _isFirst = true;
        for (var i = 0; i < common.Length; i++)
        {
            if (isThere[i]) continue;
            PutComma();
            Put(common[i]);
        }
        Put(':');
        Put(Showable(software));
    }

    private void WriteField(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, bool isFact)
    {
        Span<char> buffer = stackalloc char[HttpHeader.MaxName];
        var text = buffer[..Encoding.ASCII.GetChars(name[..Math.Min(name.Length, buffer.Length)], buffer)];
        PutComma();
        var isOptional = HttpFieldNames.IsOptional(text, isResponse);
        if (isOptional) Put('?');
        foreach (var letter in text) Put(letter);
        if (isOptional || HttpFieldNames.IsWithoutValue(text, isResponse)) return;
        if (isFact && !HttpFieldNames.IsSoftwareValue(text)) return;
        var shown = Showable(value);
        if (shown.IsEmpty) return;
        Put('=');
        Put('[');
        Put(shown);
        Put(']');
    }

    private static ReadOnlySpan<byte> Showable(ReadOnlySpan<byte> value)
    {
        var end = 0;
        while (end < value.Length && end < MaxValue && value[end] is >= 0x20 and <= 0x7E and not ((byte)']' or (byte)'|')) end++;
        return value[..end];
    }

    private void PutComma()
    {
        if (!_isFirst) Put(',');
        _isFirst = false;
    }

    private void Put(ReadOnlySpan<byte> ascii)
    {
        foreach (var b in ascii) Put((char)b);
    }

    private void Put(char letter)
    {
        if (_length < _text.Length) _text[_length++] = letter;
    }
}
