using System.Globalization;

namespace ActorFingerprint.Persistence.Signatures.Import;

/// <summary>
/// TCP signatures in the notation of p0f v2, which Satori and PRADS use too, <c>window:ttl:df:length:options:quirks</c>, in that of p0f v3.
/// What v3 has no word for (a window scale or MSS modulo a number, unusual flags) cannot be translated.
/// </summary>
internal static class LegacyTcpPattern
{
    private const int MinimumHeaders = 40;

    /// <summary>
    /// The patterns, two when the DF bit is left open. Empty, with the reason, when the signature cannot be translated.
    /// </summary>
    public static IReadOnlyList<string> Translate(string[] fields, bool isAnswer, out string problem)
    {
        problem = "";
        if (fields.Length != 6) problem = "another number of fields than 6";
        else if (!TryWindow(fields[0], out var window)) problem = "a window that p0f v3 cannot write";
        else if (!IsNumber(fields[1], 255) || fields[1] == "0") problem = "no TTL";
        else if (fields[2] is not ("0" or "1" or "*")) problem = "no DF bit";
        else if (fields[3] != "*" && !IsNumber(fields[3], 120)) problem = "no header length";
        else if (LegacyTcpOptions.Read(fields[4]) is not { } options) problem = "options that p0f v3 cannot write";
        else if (!TryQuirks(fields[5], isAnswer, options, out var quirks)) problem = "flags that p0f v3 cannot write";
        else
        {
            int? length = fields[3] == "*" ? null : int.Parse(fields[3], CultureInfo.InvariantCulture) - MinimumHeaders;
            if (length < options.Length) problem = "options longer than the header";
            else
            {
                string[] bits = fields[2] == "*" ? ["1", "0"] : [fields[2]];
                return [.. bits.Select(bit =>
                    $"*:{fields[1]}:{options.NetworkLength(length, fields[5])}:{options.SegmentSize}:{window},{options.Scale}:"
                    + $"{options.Layout(length)}:{Names(quirks, bit == "1")}:{(fields[5].Contains('D') ? "+" : "0")}")];
            }
        }
        return [];
    }

    private static bool TryWindow(string text, out string window)
    {
        window = text switch
        {
            ['S', .. var segments] => "mss*" + segments,
            ['T', .. var packets] => "mtu*" + packets,
            _ => text,
        };
        return text is "*" || (text is ['S' or 'T' or '%', .. var digits] ? IsNumber(digits, ushort.MaxValue) && digits != "0"
            : IsNumber(text, ushort.MaxValue));
    }

    private static bool TryQuirks(string text, bool isAnswer, LegacyTcpOptions options, out LegacyQuirks quirks)
    {
        quirks = new LegacyQuirks(HasZeroId: text.Contains('Z'), Others: []);
        foreach (var letter in text.TrimEnd(';'))
            switch (letter)
            {
                case '.' or 'P' or 'I' or 'D' or 'Z': break;
                case 'A' when isAnswer: break;
                case 'A': quirks.Others.Add("ack+"); break;
                case 'U': quirks.Others.Add("uptr+"); break;
                case 'T' when isAnswer: break;
                case 'T': quirks.Others.Add("ts2+"); break;
                case '!': quirks.Others.Add("bad"); break;
                default: return false;
            }
        if (options.HasZeroTimestamp) quirks.Others.Add("ts1-");
        return true;
    }

    private static string Names(LegacyQuirks quirks, bool hasDontFragment)
    {
        List<string> names = [];
        if (hasDontFragment) names.Add("df");
        if (hasDontFragment && !quirks.HasZeroId) names.Add("id+");
        if (!hasDontFragment && quirks.HasZeroId) names.Add("id-");
        return string.Join(',', names.Concat(quirks.Others));
    }

    private static bool IsNumber(string text, int largest) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= largest;

    private readonly record struct LegacyQuirks(bool HasZeroId, List<string> Others);
}
