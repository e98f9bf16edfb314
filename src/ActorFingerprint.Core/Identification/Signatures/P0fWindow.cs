using System.Globalization;

namespace ActorFingerprint.Core.Identification.Signatures;

/// <summary>How the window of a <see cref="P0fPattern"/> is meant.</summary>
internal enum P0fWindowKind : byte
{
    /// <summary><c>*</c></summary>
    Any,
    /// <summary>The window itself.</summary>
    Fixed,
    /// <summary><c>%N</c>: a multiple of N.</summary>
    MultipleOf,
    /// <summary><c>mss*N</c></summary>
    Segments,
    /// <summary><c>mtu*N</c></summary>
    Packets,
}

/// <summary>
/// The window field of a pattern or, as <see cref="P0fWindowKind.Fixed"/>, Segments or Packets, of an observed signature.
/// </summary>
internal readonly record struct P0fWindow(P0fWindowKind Kind, int Value)
{
    private const int Largest = ushort.MaxValue;

    public static bool TryParse(ReadOnlySpan<char> text, out P0fWindow window)
    {
        window = default;
        if (text is "*") return true;
        var kind = text switch
        {
            ['%', ..] => P0fWindowKind.MultipleOf,
            ['m', 's', 's', '*', ..] => P0fWindowKind.Segments,
            ['m', 't', 'u', '*', ..] => P0fWindowKind.Packets,
            _ => P0fWindowKind.Fixed,
        };
        var digits = text[(kind switch { P0fWindowKind.Fixed => 0, P0fWindowKind.MultipleOf => 1, _ => 4 })..];
        if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var value) || value > Largest) return false;
        if (value == 0 && kind != P0fWindowKind.Fixed) return false;
        window = new P0fWindow(kind, value);
        return true;
    }
}
