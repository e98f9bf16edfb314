using System.Text;
using System.Text.RegularExpressions;
using ActorFingerprint.Core.Text;

namespace ActorFingerprint.Persistence.Signatures.Import;

/// <summary>
/// Texts of databases in the form that values of devices have here: bytes outside of printable ASCII escaped (<see cref="WireText"/>).
/// </summary>
internal static class SignatureText
{
    /// <summary>The whole value.</summary>
    public static string Whole(string text) => WireText.Escape(Encoding.UTF8.GetBytes(text));

    /// <summary>A glob for values that have the text somewhere.</summary>
    public static string Within(string text) => $"*{GlobOf(text)}*";

    /// <summary>A glob part that stands for the text itself.</summary>
    public static string GlobOf(string text)
    {
        var glob = new StringBuilder();
        foreach (var letter in Whole(text))
        {
            if (letter is '*' or '?' or '#' or '%' or '\\') glob.Append('\\');
            glob.Append(letter);
        }
        return glob.ToString();
    }

    /// <summary>A regular expression for the text itself.</summary>
    public static string ExpressionOf(string text) => Regex.Escape(Whole(text));

    /// <summary>A list of DHCP option codes as values have it (<c>1,3,6</c>); null when it is something else.</summary>
    public static string? CodeList(string text)
    {
        var codes = text.Split(',', StringSplitOptions.TrimEntries);
        var canonical = new StringBuilder();
        foreach (var code in codes)
        {
            if (!ushort.TryParse(code, System.Globalization.NumberStyles.None, null, out var number)) return null;
            if (canonical.Length > 0) canonical.Append(',');
            canonical.Append(number);
        }
        return canonical.ToString();
    }

    /// <summary>
    /// A list of all options of a message as values have it: nothing from END (255) on, one 0 for a run of pads. Null when it is something
    /// else, or nothing is left.
    /// </summary>
    public static string? OptionOrder(string text)
    {
        if (CodeList(text) is not { } list) return null;
        List<string> codes = [];
        foreach (var code in list.Split(','))
        {
            if (code == "255") break;
            if (code != "0" || codes.Count == 0 || codes[^1] != "0") codes.Add(code);
        }
        return codes.Count == 0 ? null : string.Join(',', codes);
    }
}
