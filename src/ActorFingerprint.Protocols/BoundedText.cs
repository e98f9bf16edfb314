using ActorFingerprint.Core.Observations;
using ActorFingerprint.Core.Text;

namespace ActorFingerprint.Protocols;

/// <summary>Bytes from the wire as escaped text of bounded length.</summary>
internal static class BoundedText
{
    /// <summary>
    /// Escapes as <see cref="WireText"/> does; what would go past <paramref name="maxCharacters"/> is left out, no escape is cut.
    /// </summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="maxCharacters">0..<see cref="DeviceFact.MaxLength"/>.</param>
    public static string Escape(ReadOnlySpan<byte> bytes, int maxCharacters = DeviceFact.MaxLength)
    {
        Span<char> text = stackalloc char[DeviceFact.MaxLength + WireText.MaxExpansion];
        var length = 0;
        foreach (var b in bytes)
        {
            var added = WireText.Format([b], text[length..]);
            if (length + added > maxCharacters) break;
            length += added;
        }
        return new string(text[..length]);
    }

    /// <summary>Plain text, cut to <paramref name="maxCharacters"/>.</summary>
    public static string Cut(string text, int maxCharacters = DeviceFact.MaxLength) =>
        text.Length <= maxCharacters ? text : text[..maxCharacters];

    /// <summary>A fact <c>name=value</c>; a value that is too long loses its end.</summary>
    public static DeviceFact Fact(FactKind kind, string name, string value) => new(kind, Cut($"{name}={value}"));
}
