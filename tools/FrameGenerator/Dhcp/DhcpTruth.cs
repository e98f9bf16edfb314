using System.Text;

namespace ActorFingerprint.Tools.FrameGenerator.Dhcp;

/// <summary>What a reader must find in a message, taken from its model. Kept apart from the product's code on purpose.</summary>
internal static class DhcpTruth
{
    /// <summary>Event name: the message type, or BOOTP by direction.</summary>
    public static string Event(DhcpMessage message) => Value(message, 53) is [var type, ..]
        ? ((DhcpMessageType)type).ToString().ToLowerInvariant()
        : message.Op == 2 ? "bootp_reply" : "bootp_request";

    /// <summary>
    /// One option's bytes, its instances concatenated in the order options, file, sname (RFC 3396 §5); null when absent. Of a
    /// repeated type (53) the first instance counts. What follows an option that runs past the end does not exist, nor does it.
    /// </summary>
    public static byte[]? Value(DhcpMessage message, byte code)
    {
        var found = Instances(message).Where(option => option.Code == code).Select(option => option.Value).ToArray();
        if (found.Length == 0) return null;
        return code == 53 ? found[0] : [.. found.SelectMany(value => value)];
    }

    /// <summary>Codes of the options field in wire order: a run of pads is one 0, the end is 255 (docs/formats.md).</summary>
    public static IReadOnlyList<byte> Order(DhcpMessage message)
    {
        List<byte> codes = [];
        if (message.Cookie is not 0x63825363) return codes;
        foreach (var option in Whole(message.Options))
            if (option.Code != DhcpOption.PadCode || codes is not [.., DhcpOption.PadCode]) codes.Add(option.Code);
        return codes;
    }

    /// <summary>Bytes as text: printable ASCII stands, everything else and the backslash is <c>\xNN</c>.</summary>
    public static string Escape(byte[] value)
    {
        var text = new StringBuilder();
        foreach (var b in value)
        {
            if (b is >= 0x20 and <= 0x7E and not (byte)'\\') text.Append((char)b);
            else text.Append("\\x").Append(Convert.ToHexStringLower([b]));
        }
        return text.ToString();
    }

    private static IEnumerable<DhcpOption> Instances(DhcpMessage message) => message.Cookie is 0x63825363
        ? [.. Whole(message.Options), .. Whole(message.FileOptions), .. Whole(message.ServerNameOptions)]
        : [];

    /// <summary>Up to and with the end option, or up to the first option whose length runs past the end.</summary>
    private static IEnumerable<DhcpOption> Whole(IEnumerable<DhcpOption> options)
    {
        foreach (var option in options)
        {
            if (option.ClaimedLength > option.Value.Length) yield break;
            yield return option;
            if (option.Code == DhcpOption.EndCode) yield break;
        }
    }
}
