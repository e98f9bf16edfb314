using ActorFingerprint.Core.Text;

namespace ActorFingerprint.Protocols.Dns;

/// <summary>
/// Reads names with compression (RFC 1035 §3.1, §4.1.4). A pointer must point before the part of the name that it ends, so that
/// every name ends; at most <see cref="MaxPointers"/> of them in one name.
/// </summary>
internal static class DnsName
{
    /// <summary>Characters that a formatted name can take.</summary>
    public const int MaxCharacters = MaxBytes * WireText.MaxExpansion;

    private const int MaxBytes = 255;
    private const int MaxPointers = 64;
    private const int PointerKind = 3;

    /// <summary>
    /// Writes the name at <paramref name="offset"/> as escaped labels joined by dots, a dot inside a label escaped too, the root as one
    /// dot. <paramref name="text"/> holds <see cref="MaxCharacters"/>. <paramref name="offset"/> moves behind the name. False when it runs
    /// past the end, is longer than 255 bytes, or points forward.
    /// </summary>
    public static bool TryFormat(ReadOnlySpan<byte> message, ref int offset, Span<char> text, out int length)
    {
        length = 0;
        var (at, behind, partStart, bytes, pointers) = (offset, -1, offset, 0, 0);
        while (at < message.Length)
        {
            int label = message[at++];
            if (label >> 6 == PointerKind)
            {
                if (at == message.Length || ++pointers > MaxPointers) return false;
                var target = (label & 0x3F) << 8 | message[at++];
                if (behind < 0) behind = at;
                if (target >= partStart) return false;
                at = partStart = target;
                continue;
            }
            if (label == 0)
            {
                if (length == 0) text[length++] = '.';
                offset = behind < 0 ? at : behind;
                return true;
            }
            bytes += 1 + label;
            if (label > 63 || bytes >= MaxBytes || label > message.Length - at) return false;
            if (length > 0) text[length++] = '.';
            length += FormatLabel(message.Slice(at, label), text[length..]);
            at += label;
        }
        return false;
    }

    private static int FormatLabel(ReadOnlySpan<byte> label, Span<char> text)
    {
        var length = 0;
        while (label.IndexOf((byte)'.') is var dot and >= 0)
        {
            length += WireText.Format(label[..dot], text[length..]);
            @"\x2e".CopyTo(text[length..]);
            length += WireText.MaxExpansion;
            label = label[(dot + 1)..];
        }
        return length + WireText.Format(label, text[length..]);
    }
}
