using System.Text;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Core.Text;

namespace ActorFingerprint.Protocols.Ssdp;

/// <summary>
/// Reads the head of an SSDP message (UPnP Device Architecture 2.0 §1.1): a start line and headers in any case, lines ended by CRLF or LF,
/// up to an empty line or the end. Never throws. The first header of a name counts.
/// </summary>
internal static class SsdpReader
{
    /// <summary>Header lines that are looked at.</summary>
    public const int MaxHeaders = 64;

    /// <summary>Bytes of a start line or value that are kept.</summary>
    public const int MaxValue = 512;

    private static readonly byte[][] Names =
    [
        [.. "SERVER"u8], [.. "LOCATION"u8], [.. "USN"u8], [.. "ST"u8], [.. "NT"u8], [.. "NTS"u8], [.. "USER-AGENT"u8],
    ];

    /// <summary>False when it does not begin like a search, a notification or an answer.</summary>
    /// <param name="payload">The UDP payload.</param>
    /// <param name="message">Gets what it says.</param>
    /// <param name="isCut">Gets true when a value was shortened or lines were left out.</param>
    public static bool TryRead(ReadOnlySpan<byte> payload, out SsdpMessage message, out bool isCut)
    {
        isCut = false;
        message = null!;
        var start = TakeLine(ref payload);
        var isNotify = start.StartsWith("NOTIFY * HTTP/1."u8);
        var isSearch = start.StartsWith("M-SEARCH * HTTP/1."u8);
        if (!isNotify && !isSearch && !start.StartsWith("HTTP/1."u8)) return false;
        var headers = new string?[Names.Length];
        var left = MaxHeaders;
        while (TakeLine(ref payload) is { IsEmpty: false } line)
        {
            if (left-- == 0)
            {
                isCut = true;
                break;
            }
            if (line.IndexOf((byte)':') is var colon and > 0 && IndexOf(line[..colon].Trim(Blanks)) is var at and >= 0)
                headers[at] ??= TextOf(line[(colon + 1)..].Trim(Blanks), ref isCut);
        }
        message = new SsdpMessage
        {
            Kind = isSearch ? SsdpKind.Search : isNotify ? NotificationOf(headers[5]) : AnswerOf(start),
            StartLine = TextOf(start, ref isCut),
            Server = headers[0],
            Location = headers[1],
            UniqueServiceName = headers[2],
            SearchTarget = headers[3],
            NotificationType = headers[4],
            NotificationSubType = headers[5],
            UserAgent = headers[6],
        };
        return true;
    }

    private static ReadOnlySpan<byte> Blanks => " \t"u8;

    private static int IndexOf(ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < Names.Length; i++)
            if (Ascii.EqualsIgnoreCase(name, Names[i])) return i;
        return -1;
    }

    private static ReadOnlySpan<byte> TakeLine(ref ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOf((byte)'\n');
        var line = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[(end + 1)..];
        return line is [.. var body, (byte)'\r'] ? body : line;
    }

    private static string TextOf(ReadOnlySpan<byte> value, ref bool isCut)
    {
        if (value.Length <= MaxValue) return WireText.Escape(value);
        isCut = true;
        return WireText.Escape(value[..MaxValue]);
    }

    private static SsdpKind NotificationOf(string? subType) => subType?.ToLowerInvariant() switch
    {
        "ssdp:alive" => SsdpKind.Alive,
        "ssdp:update" => SsdpKind.Update,
        "ssdp:byebye" => SsdpKind.Byebye,
        _ => SsdpKind.Notify,
    };

    private static SsdpKind AnswerOf(ReadOnlySpan<byte> startLine)
    {
        var status = startLine[(startLine.IndexOf((byte)' ') + 1)..];
        return status.StartsWith("200"u8) ? SsdpKind.Answer : SsdpKind.Refusal;
    }
}
