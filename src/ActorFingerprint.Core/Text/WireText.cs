using System.Text;

namespace ActorFingerprint.Core.Text;

/// <summary>
/// Bytes from the wire as text that is safe to print: printable ASCII stays, everything else and the backslash itself becomes
/// <c>\xNN</c> (lower-case hex). Injective: different bytes never give the same text.
/// </summary>
public static class WireText
{
    /// <summary>Characters that one byte can take.</summary>
    public const int MaxExpansion = 4;

    /// <summary>Escapes into <paramref name="text"/>, which must have room for <see cref="MaxExpansion"/> characters per byte; returns the length.</summary>
    public static int Format(ReadOnlySpan<byte> bytes, Span<char> text)
    {
        var length = 0;
        foreach (var b in bytes)
        {
            if (b is >= 0x20 and <= 0x7E and not (byte)'\\')
            {
                text[length++] = (char)b;
                continue;
            }
            text[length++] = '\\';
            text[length++] = 'x';
            text[length++] = "0123456789abcdef"[b >> 4];
            text[length++] = "0123456789abcdef"[b & 15];
        }
        return length;
    }

    /// <summary>Escapes to a new string.</summary>
    public static string Escape(ReadOnlySpan<byte> bytes)
    {
        Span<char> text = bytes.Length <= 64 ? stackalloc char[64 * MaxExpansion] : new char[bytes.Length * MaxExpansion];
        return new string(text[..Format(bytes, text)]);
    }

    /// <summary>True when <paramref name="text"/> is what <see cref="Escape"/> makes of bytes that need no escape.</summary>
    public static bool EqualsPlain(ReadOnlySpan<byte> bytes, ReadOnlySpan<char> text) =>
        bytes.Length == text.Length && !bytes.Contains((byte)'\\') && Ascii.Equals(bytes, text);
}
