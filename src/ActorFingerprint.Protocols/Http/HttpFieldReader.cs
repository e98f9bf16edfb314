namespace ActorFingerprint.Protocols.Http;

/// <summary>
/// Walks the field lines of an HTTP/1 header (RFC 9112 §5) in their order. Lines end with CRLF or a bare LF (§2.2). Borrows the bytes;
/// never throws, never allocates.
/// </summary>
internal ref struct HttpFieldReader(ReadOnlySpan<byte> header)
{
    private ReadOnlySpan<byte> _rest = header;

    /// <summary>A line that is no field line was met; the fields before it are valid.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>
    /// The length of the field lines at the start of <paramref name="bytes"/> with the empty line that ends them, or -1 when it is not
    /// there
    /// yet.
    /// </summary>
    public static int FindEnd(ReadOnlySpan<byte> bytes)
    {
        for (var at = 0; ;)
        {
            var rest = bytes[at..];
            if (rest is [(byte)'\n', ..]) return at + 1;
            if (rest is [(byte)'\r', (byte)'\n', ..]) return at + 2;
            var end = rest.IndexOf((byte)'\n');
            if (end < 0) return -1;
            at += end + 1;
        }
    }

    /// <summary>
    /// Reads one field. <paramref name="value"/> has no white space around it and still holds the line ends of obsolete folding (§5.2). A
    /// line
    /// without an end is not read: its value may go on.
    /// </summary>
    public bool TryRead(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        name = value = default;
        if (_rest is [] or [(byte)'\n', ..] or [(byte)'\r', (byte)'\n', ..]) return false;
        var end = LineEnd();
        if (end < 0) return false;
        var line = _rest[..end];
        _rest = _rest[(end + 1)..];
        var colon = line.IndexOf((byte)':');
        if (colon <= 0 || line[..colon].IndexOfAnyExceptInRange((byte)0x21, (byte)0x7E) >= 0)
        {
            IsBroken = true;
            _rest = default;
            return false;
        }
        name = line[..colon];
        value = line[(colon + 1)..].Trim(" \t\r\n"u8);
        return true;
    }

    /// <summary>Where the line feed is that ends the line and those that continue it; -1 when it is not there.</summary>
    private readonly int LineEnd()
    {
        for (var at = 0; ;)
        {
            var end = _rest[at..].IndexOf((byte)'\n');
            if (end < 0) return -1;
            at += end + 1;
            if (at == _rest.Length || _rest[at] is not ((byte)' ' or (byte)'\t')) return at - 1;
        }
    }
}
