using System.Globalization;
using System.Text;

namespace ActorFingerprint.Node.Output;

/// <summary>Makes text from the network safe to print: a host name must not move the cursor, hide text or forge a log line.</summary>
public static class TerminalText
{
    /// <summary>
    /// Escapes control characters (C0, DEL, C1) as <c>\xNN</c>, and characters that reorder, join or hide text (bidirectional controls,
    /// zero-width, line separators, unpaired surrogates, private use) as <c>\u{NNNN}</c>. Returns the same string when nothing needs it.
    /// </summary>
    public static string Escape(string text)
    {
        foreach (var c in text)
            if (c is < ' ' or > '~') return EscapeSlowly(text);
        return text;
    }

    private static string EscapeSlowly(string text)
    {
        var result = new StringBuilder(text.Length + 16);
        for (var i = 0; i < text.Length; i++)
        {
            if (!Rune.TryGetRuneAt(text, i, out var rune))
            {
                result.Append(CultureInfo.InvariantCulture,
                $"\\u{{{(int)text[i]:X4}}}"); continue;
            }
            i += rune.Utf16SequenceLength - 1;
            if (rune.Value is < 0x20 or (>= 0x7F and < 0xA0)) result.Append(CultureInfo.InvariantCulture, $"\\x{rune.Value:X2}");
            else if (IsHidden(rune)) result.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:X4}}}");
            else result.Append(rune);
        }
        return result.ToString();
    }

    private static bool IsHidden(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned;
}
