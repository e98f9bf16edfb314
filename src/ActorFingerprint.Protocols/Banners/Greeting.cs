using System.Text;

namespace ActorFingerprint.Protocols.Banners;

/// <summary>
/// Tells the greeting of a service from its other answers, by the first bytes, the text and the server's port. Sessions are not followed:
/// what
/// looks alike in the middle of one is ruled out by what it says.
/// </summary>
internal static class Greeting
{
    /// <summary>Bytes of a greeting that are used.</summary>
    public const int MaxLength = 256;

    private static ReadOnlySpan<byte> RtspPrefix => "RTSP/1.0 "u8;

    /// <summary>True for the first bytes of a greeting, or of an answer that looks alike.</summary>
    public static bool IsStart(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [(byte)'2', (byte)'2', (byte)'0', (byte)' ' or (byte)'-', ..] => true,
        [(byte)'+', (byte)'O', (byte)'K', (byte)' ', ..] => true,
        [(byte)'*', (byte)' ', (byte)'O', (byte)'K', (byte)' ', ..] => true,
        [(byte)'*', (byte)' ', (byte)'P', (byte)'R', (byte)'E', (byte)'A', (byte)'U', (byte)'T', (byte)'H', (byte)' ', ..] => true,
        [(byte)'R', (byte)'T', ..] => bytes.StartsWith(RtspPrefix),
        _ => false,
    };

    /// <summary>Which service says this as its greeting from this port; none when it is another answer.</summary>
    /// <param name="bytes">The first line at least.</param>
    /// <param name="port">The server's port.</param>
    public static BannerService ServiceOf(ReadOnlySpan<byte> bytes, ushort port)
    {
        var line = FirstLine(bytes);
        return (char)bytes[0] switch
        {
            '2' => OfReply(line[4..], port),
            '+' => IsPop3(line[4..], port) ? BannerService.Pop3 : BannerService.None,
            '*' => IsImap(line[2..], port) ? BannerService.Imap : BannerService.None,
            _ => BannerService.Rtsp,
        };
    }

    /// <summary>The bytes up to the first line end.</summary>
    public static ReadOnlySpan<byte> FirstLine(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOfAny((byte)'\r', (byte)'\n');
        return end < 0 ? bytes : bytes[..end];
    }

    /// <summary>
    /// Code 220 greets in FTP and SMTP, and is also the answer to STARTTLS: the text names the service, else the port does. Both are
    /// needed of a text that names none.
    /// </summary>
    private static BannerService OfReply(ReadOnlySpan<byte> text, ushort port)
    {
        if (Has(text, "tls"u8)) return BannerService.None;
        if (Has(text, "smtp"u8)) return BannerService.Smtp;
        return port switch
        {
            21 or 990 => BannerService.Ftp,
            25 or 465 or 587 or 2525 => BannerService.Smtp,
            _ => Has(text, "ftp"u8) ? BannerService.Ftp : BannerService.None,
        };
    }

    /// <summary>
    /// A greeting names the service, is ready, or holds the timestamp of APOP in angle brackets (RFC 1939 §7); answers within a session
    /// have
    /// counts or say what was done.
    /// </summary>
    private static bool IsPop3(ReadOnlySpan<byte> text, ushort port)
    {
        if (text is [>= (byte)'0' and <= (byte)'9', ..] || Has(text, "tls"u8) || Has(text, "logged"u8)) return false;
        var hasTimestamp = text.IndexOf((byte)'<') is >= 0 and var open && text[open..].IndexOf((byte)'@') > 0;
        return Has(text, "pop"u8) || (port is 110 or 995 && (hasTimestamp || Has(text, "ready"u8)));
    }

    /// <summary>Answers within a session bear a response code; of these a greeting has CAPABILITY only (RFC 9051 §7.1).</summary>
    private static bool IsImap(ReadOnlySpan<byte> text, ushort port)
    {
        text = text[(text.IndexOf((byte)' ') + 1)..];
        if (text.StartsWith("[CAPABILITY "u8)) return Has(text, "imap4"u8);
        if (text is [(byte)'[', ..]) return false;
        return Has(text, "imap"u8) || (port is 143 or 993 && Has(text, "ready"u8));
    }

    private static bool Has(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lowerCase)
    {
        for (; text.Length >= lowerCase.Length; text = text[1..])
            if (Ascii.EqualsIgnoreCase(text[..lowerCase.Length], lowerCase)) return true;
        return false;
    }
}
