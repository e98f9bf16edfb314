using System.Globalization;

namespace ActorFingerprint.Core.Devices;

/// <summary>A name that a person gives a device.</summary>
public static class DeviceLabel
{
    /// <summary>Longest label, UTF-16 code units after trimming.</summary>
    public const int MaxLength = 128;

    /// <summary>
    /// Trims and checks a label. Blank text gives null: no label. False when it is longer than <see cref="MaxLength"/> or holds
    /// characters that could deceive a reader or a terminal; <paramref name="problem"/> then says what and how to write it.
    /// </summary>
    public static bool TryParse(string? text, out string? label, out string problem)
    {
        (label, problem) = (null, "");
        var trimmed = text?.Trim();
        if (string.IsNullOrEmpty(trimmed)) return true;
        if (trimmed.Length > MaxLength)
            problem = $"the label has {trimmed.Length} characters; at most {MaxLength} are allowed";
        else if (Refused(trimmed) is { } code)
            problem = $"the label holds the character U+{code:X4}; control, line-breaking and text-direction characters are not allowed";
        else
            label = trimmed;
        return problem.Length == 0;
    }

    private static int? Refused(string text)
    {
        for (var i = 0; i < text.Length; i += char.IsSurrogatePair(text, i) ? 2 : 1)
        {
            var code = char.IsSurrogatePair(text, i) ? char.ConvertToUtf32(text, i) : text[i];
            var category = CharUnicodeInfo.GetUnicodeCategory(code);
            if (category is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.Surrogate || IsDirectional(code)) return code;
        }
        return null;
    }

    private static bool IsDirectional(int code) => code is >= 0x202A and <= 0x202E or >= 0x2066 and <= 0x2069 or 0x200E or 0x200F or 0x061C;
}
