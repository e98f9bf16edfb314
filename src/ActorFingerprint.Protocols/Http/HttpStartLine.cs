namespace ActorFingerprint.Protocols.Http;

/// <summary>
/// The first line of an HTTP/1 message (RFC 9112 §3, §4): a request line in any of its four forms, or a status line. Borrows the bytes.
/// </summary>
internal ref struct HttpStartLine
{
    private const int LongestMethod = 24;

    /// <summary>The status line of an answer.</summary>
    public bool IsResponse { get; private set; }

    /// <summary>Minor version: 0 for HTTP/1.0, 1 for HTTP/1.1.</summary>
    public int MinorVersion { get; private set; }

    /// <summary>Request: the method, a token of upper-case letters, <c>-</c> and <c>_</c>.</summary>
    public ReadOnlySpan<byte> Method { get; private set; }

    /// <summary>Request: the authority in an absolute-form or authority-form target; empty in the other forms.</summary>
    public ReadOnlySpan<byte> Authority { get; private set; }

    /// <summary>Answer: the status code, 100 to 999.</summary>
    public int Status { get; private set; }

    /// <summary>Length with the line end.</summary>
    public int Length { get; private set; }

    private static ReadOnlySpan<byte> VersionPrefix => "HTTP/1."u8;

    /// <summary>
    /// True when a segment with these bytes may begin a message: a whole first line is one, an unfinished one may become one.
    /// </summary>
    public static bool MayBegin(ReadOnlySpan<byte> bytes)
    {
        if (bytes is not [>= (byte)'A' and <= (byte)'Z', ..]) return false;
        if (bytes.IndexOf((byte)'\n') >= 0) return TryRead(bytes, out _);
        if (bytes[0] == 'H' && StartsLike(bytes, VersionPrefix)) return IsPrintable(bytes);
        var space = MethodLength(bytes);
        if (space < 0) return MayBeMethod(bytes);
        return space >= 3 && (bytes.Length == space + 1 || IsTargetStart(bytes[space + 1])) && IsPrintable(bytes[(space + 1)..]);
    }

    /// <summary>Reads a whole line. False when the bytes hold no line end, or the line is none of the two.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out HttpStartLine line)
    {
        line = default;
        var end = bytes.IndexOf((byte)'\n');
        if (end < 0) return false;
        var text = bytes[..end].TrimEnd((byte)'\r');
        var isRead = text.StartsWith(VersionPrefix) ? line.TryReadStatus(text) : line.TryReadRequest(text);
        line.Length = end + 1;
        return isRead;
    }

    private bool TryReadStatus(ReadOnlySpan<byte> text)
    {
        if (text.Length < 12 || !char.IsAsciiDigit((char)text[7]) || text[8] != ' ') return false;
        var status = 0;
        foreach (var digit in text[9..12])
        {
            if (!char.IsAsciiDigit((char)digit)) return false;
            status = status * 10 + digit - '0';
        }
        (IsResponse, MinorVersion, Status) = (true, text[7] - '0', status);
        return status >= 100 && (text.Length == 12 || text[12] == ' ');
    }

    private bool TryReadRequest(ReadOnlySpan<byte> text)
    {
        var space = MethodLength(text);
        if (space < 3) return false;
        var versionAt = text.Length - VersionPrefix.Length - 1;
        if (versionAt < space + 3 || text[versionAt - 1] != ' ' || !text[versionAt..].StartsWith(VersionPrefix)) return false;
        if (!char.IsAsciiDigit((char)text[^1])) return false;
        var target = text[(space + 1)..(versionAt - 1)];
        if (!IsTargetStart(target[0])) return false;
        MinorVersion = text[^1] - '0';
        Method = text[..space];
        Authority = AuthorityOf(Method, target);
        return true;
    }

    /// <summary>absolute-form: what stands between <c>//</c> and the path, without user information; authority-form: all of it.</summary>
    private static ReadOnlySpan<byte> AuthorityOf(ReadOnlySpan<byte> method, ReadOnlySpan<byte> target)
    {
        if (method.SequenceEqual("CONNECT"u8)) return target;
        if (target[0] is (byte)'/' or (byte)'*' || target.IndexOf("://"u8) is not (> 0 and < 16 and var scheme)) return default;
        var authority = target[(scheme + 3)..];
        if (authority.IndexOfAny("/?#"u8) is >= 0 and var end) authority = authority[..end];
        return authority[(authority.LastIndexOf((byte)'@') + 1)..];
    }

    /// <summary>Bytes before the first space when all of them can be a method's; -1 when there is no space, 0 when they cannot.</summary>
    private static int MethodLength(ReadOnlySpan<byte> bytes)
    {
        var head = bytes[..Math.Min(bytes.Length, LongestMethod + 1)];
        for (var i = 0; i < head.Length; i++)
        {
            if (head[i] == ' ') return i;
            if (head[i] is not ((>= (byte)'A' and <= (byte)'Z') or (byte)'-' or (byte)'_')) return 0;
        }
        return head.Length > LongestMethod ? 0 : -1;
    }

    /// <summary>A few first letters are kept only of the methods that are common.</summary>
    private static bool MayBeMethod(ReadOnlySpan<byte> bytes) => (char)bytes[0] switch
    {
        'G' => StartsLike(bytes, "GET "u8),
        'P' => StartsLike(bytes, "POST "u8) || StartsLike(bytes, "PUT "u8),
        'H' => StartsLike(bytes, "HEAD "u8),
        _ => false,
    };

    private static bool StartsLike(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> start) =>
        bytes.Length < start.Length ? start.StartsWith(bytes) : bytes.StartsWith(start);

    private static bool IsTargetStart(byte first) => first is (byte)'/' or (byte)'*' or (byte)'[' || char.IsAsciiLetterOrDigit((char)first);

    private static bool IsPrintable(ReadOnlySpan<byte> bytes) => bytes.TrimEnd((byte)'\r').IndexOfAnyInRange((byte)0, (byte)0x1F) < 0;
}
