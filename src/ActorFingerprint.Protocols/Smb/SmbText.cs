using System.Text;
using ActorFingerprint.Core.Text;

namespace ActorFingerprint.Protocols.Smb;

/// <summary>Names in SMB and NTLM messages: UTF-16 little endian or one byte a character, escaped and cut.</summary>
internal static class SmbText
{
    /// <summary>Characters of a name that are kept, before escaping.</summary>
    public const int MaxLength = 64;

    /// <summary>A name of known length; null when it is empty. UTF-16 is escaped as UTF-8.</summary>
    public static string? Of(ReadOnlySpan<byte> bytes, bool isUnicode)
    {
        if (!isUnicode)
        {
            bytes = bytes.TrimEnd((byte)0);
            return bytes.IsEmpty ? null : WireText.Escape(bytes[..Math.Min(bytes.Length, MaxLength)]);
        }
        var text = Encoding.Unicode.GetString(bytes[..(Math.Min(bytes.Length, MaxLength * 2) & ~1)]).TrimEnd('\0');
        return text.Length == 0 ? null : WireText.Escape(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>
    /// Reads a name that ends with NUL, or with the bytes, and moves past it; null when it is empty.
    /// </summary>
    public static string? Read(ref ReadOnlySpan<byte> bytes, bool isUnicode)
    {
        var name = Take(ref bytes, isUnicode);
        return Of(name, isUnicode);
    }

    /// <summary>Moves past a name without keeping it.</summary>
    public static void Skip(ref ReadOnlySpan<byte> bytes, bool isUnicode) => Take(ref bytes, isUnicode);

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> bytes, bool isUnicode)
    {
        var end = 0;
        var unit = isUnicode ? 2 : 1;
        while (end + unit <= bytes.Length && (bytes[end] != 0 || (isUnicode && bytes[end + 1] != 0))) end += unit;
        var name = bytes[..Math.Min(end, bytes.Length)];
        bytes = bytes[Math.Min(end + unit, bytes.Length)..];
        return name;
    }
}
