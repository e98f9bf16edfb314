using ActorFingerprint.Core.Text;

namespace ActorFingerprint.Protocols.Banners;

/// <summary>
/// What a greeting says: its lines without reply codes, and the part of them that stays the same from connection to connection.
/// </summary>
internal static class GreetingText
{
    private const int ReplyCodeLength = 4;
    private const int ClockLength = 8;
    private const int LongestDate = 32;

    private static readonly string[] Weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

    /// <summary>Escaped text of a whole greeting.</summary>
    public static string Of(BannerService service, ReadOnlySpan<byte> greeting) => service switch
    {
        BannerService.Ftp or BannerService.Smtp => WireText.Escape(WithoutCodes(greeting)),
        BannerService.Pop3 => WireText.Escape(Greeting.FirstLine(greeting)["+OK ".Length..]),
        _ => WireText.Escape(WithoutOk(Greeting.FirstLine(greeting)["* ".Length..])),
    };

    /// <summary>
    /// The text without what differs in every connection: the timestamp of APOP, and the date and time that end the greeting of many
    /// mail servers.
    /// </summary>
    public static string Stable(BannerService service, string text)
    {
        if (service == BannerService.Pop3 && text.IndexOf('<', StringComparison.Ordinal) is >= 0 and var open) text = text[..open];
        var clock = FindClock(text);
        if (clock >= 0)
        {
            var earliest = Math.Max(0, clock - LongestDate);
            var before = text[earliest..clock];
            var date = Weekdays.Max(day => before.LastIndexOf(day, StringComparison.Ordinal));
            text = text[..(date < 0 ? clock : earliest + date)];
        }
        return text.TrimEnd(' ', ';', ',', '(', '-');
    }

    private static ReadOnlySpan<byte> WithoutOk(ReadOnlySpan<byte> text) => text.StartsWith("OK "u8) ? text["OK ".Length..] : text;

    /// <summary>Where <c>hh:mm:ss</c> stands, or -1.</summary>
    private static int FindClock(string text)
    {
        for (var i = 0; i + ClockLength <= text.Length; i++)
            if (text[i + 2] == ':' && text[i + 5] == ':' && IsNumber(text, i) && IsNumber(text, i + 3) && IsNumber(text, i + 6)) return i;
        return -1;
    }

    private static bool IsNumber(string text, int at) => char.IsAsciiDigit(text[at]) && char.IsAsciiDigit(text[at + 1]);

    private static ReadOnlySpan<byte> WithoutCodes(ReadOnlySpan<byte> greeting)
    {
        var text = new byte[greeting.Length];
        var length = 0;
        while (!greeting.IsEmpty)
        {
            var end = greeting.IndexOf((byte)'\n');
            var line = (end < 0 ? greeting : greeting[..end]).TrimEnd((byte)'\r');
            if (line is [(byte)'2', (byte)'2', (byte)'0', (byte)' ' or (byte)'-', ..]) line = line[ReplyCodeLength..];
            if (length > 0) text[length++] = (byte)'\n';
            line.CopyTo(text.AsSpan(length));
            length += line.Length;
            greeting = end < 0 ? default : greeting[(end + 1)..];
        }
        return text.AsSpan(0, length);
    }
}
