using System.Globalization;
using System.Text;

namespace ActorFingerprint.Core.Fingerprints;

/// <summary>
/// The raw TCP signature of p0f v3 as its README publishes it: <c>ver:ttl+distance:olen:mss:wsize,scale:olayout:quirks:pclass</c>.
/// </summary>
public static class TcpSignature
{
    /// <summary>Renders a handshake segment.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="peerSegmentSize">
    /// MSS option of the SYN that a SYN+ACK answers: some servers choose their window by it. 0 when it is not known.
    /// </param>
    public static string Of(TcpHandshake segment, int peerSegmentSize = 0)
    {
        var text = new StringBuilder(64);
        var minimum = segment.IsV6 ? 40 : 20;
        var distance = segment.Distance?.ToString(CultureInfo.InvariantCulture) ?? "?";
        text.Append(CultureInfo.InvariantCulture, $"{(segment.IsV6 ? 6 : 4)}:{segment.TimeToLive}+{distance}:");
        text.Append(CultureInfo.InvariantCulture, $"{segment.NetworkHeaderLength - minimum}:{segment.SegmentSize ?? 0}:");
        AppendWindow(text, segment, peerSegmentSize);
        text.Append(CultureInfo.InvariantCulture, $",{segment.WindowScale ?? 0}:");
        for (var i = 0; i < segment.OptionKinds.Length; i++)
        {
            if (i > 0) text.Append(',');
            AppendOption(text, segment, segment.OptionKinds[i]);
        }
        AppendQuirks(text.Append(':'), segment.Quirks);
        return text.Append(segment.HasPayload ? ":+" : ":0").ToString();
    }

    private static void AppendWindow(StringBuilder text, TcpHandshake segment, int peerSegmentSize)
    {
        var window = TcpWindow.Of(segment.Window, segment.SegmentSize ?? 0, segment.Timestamp > 0, segment.IsV6,
            segment.NetworkHeaderLength + segment.TcpHeaderLength, peerSegmentSize);
        if (window.Multiplier == 0) text.Append(segment.Window);
        else text.Append(window.IsOfPacket ? "mtu*" : "mss*").Append(window.Multiplier);
    }

    private static void AppendOption(StringBuilder text, TcpHandshake segment, byte kind)
    {
        switch (kind)
        {
            case 0: text.Append("eol+").Append(segment.PaddingLength); break;
            case 1: text.Append("nop"); break;
            case 2: text.Append("mss"); break;
            case 3: text.Append("ws"); break;
            case 4: text.Append("sok"); break;
            case 5: text.Append("sack"); break;
            case 8: text.Append("ts"); break;
            default: text.Append('?').Append(kind); break;
        }
    }

    private static void AppendQuirks(StringBuilder text, TcpQuirks quirks)
    {
        var isFirst = true;
        for (var bit = 0; bit < TcpQuirkNames.All.Count; bit++)
        {
            if (((int)quirks >> bit & 1) == 0) continue;
            if (!isFirst) text.Append(',');
            text.Append(TcpQuirkNames.All[bit]);
            isFirst = false;
        }
    }
}
