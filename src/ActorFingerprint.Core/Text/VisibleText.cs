using System.Globalization;

namespace ActorFingerprint.Core.Text;

/// <summary>Text from elsewhere, made fit for one line: control, format and surrogate characters become blanks; trimmed and cut.</summary>
public static class VisibleText
{
    /// <summary>At most <paramref name="maxLength"/> characters of the text.</summary>
    public static string Of(string text, int maxLength)
    {
        var cut = text.Length <= maxLength ? text : text[..maxLength];
        return cut.Any(IsHidden) ? string.Create(cut.Length, cut, Replace).Trim() : cut.Trim();
    }

    private static void Replace(Span<char> to, string from)
    {
        for (var i = 0; i < to.Length; i++) to[i] = IsHidden(from[i]) ? ' ' : from[i];
    }

    private static bool IsHidden(char c) => char.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.Surrogate or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned;
}
