using ActorFingerprint.Core.Observations;
using ActorFingerprint.Core.Text;

namespace ActorFingerprint.Protocols.Names;

/// <summary>
/// Reads NetBIOS names in first-level encoding (RFC 1001 §14.1): 16 bytes as 32 letters A to P, then the labels of a scope, which is
/// passed over. A record's name may be a pointer to an earlier name (RFC 1002 §4.2.1.3).
/// </summary>
internal static class NetbiosNameReader
{
    /// <summary>Bytes of a name, the last of them its suffix.</summary>
    public const int Length = 16;

    private const int EncodedLength = 2 * Length;
    private const int PointerLength = 2;
    private const byte PointerKind = 0xC0;
    private const int MaxLabel = 63;

    /// <summary>Reads the name at <paramref name="offset"/>, which moves behind it. False for anything else.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, ref int offset, out NetbiosName name)
    {
        name = default;
        var rest = message[Math.Min(offset, message.Length)..];
        if (rest is [>= PointerKind, _, ..])
        {
            var target = (rest[0] & ~PointerKind) << 8 | rest[1];
            if (target >= offset || message[target] != EncodedLength || !TryDecode(message[(target + 1)..], out name)) return false;
            offset += PointerLength;
            return true;
        }
        if (rest is not [EncodedLength, ..] || !TryDecode(rest[1..], out name)) return false;
        rest = rest[(1 + EncodedLength)..];
        while (rest is [> 0 and <= MaxLabel, ..] && rest[0] < rest.Length) rest = rest[(1 + rest[0])..];
        if (rest is [>= PointerKind, _, ..]) rest = rest[1..];
        else if (rest is not [0, ..]) return false;
        offset = message.Length - rest.Length + 1;
        return true;
    }

    /// <summary>The name in 16 plain bytes.</summary>
    public static NetbiosName Of(ReadOnlySpan<byte> plain) =>
        new(WireText.Escape(plain[..(Length - 1)].TrimEnd((byte)' ')), plain[Length - 1]);

    private static bool TryDecode(ReadOnlySpan<byte> encoded, out NetbiosName name)
    {
        name = default;
        if (encoded.Length < EncodedLength) return false;
        Span<byte> plain = stackalloc byte[Length];
        for (var i = 0; i < Length; i++)
        {
            var (high, low) = (encoded[2 * i] - 'A', encoded[2 * i + 1] - 'A');
            if ((uint)high > 15 || (uint)low > 15) return false;
            plain[i] = (byte)(high << 4 | low);
        }
        name = Of(plain);
        return true;
    }
}
