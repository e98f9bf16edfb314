using System.Diagnostics.CodeAnalysis;
using ActorFingerprint.Core.Text;

namespace ActorFingerprint.Core.Observations;

/// <summary>
/// The host name inside DHCP option 12 (RFC 2132 §3.14) and option 81 (RFC 4702). At most 255 bytes of it are read; a name that
/// is empty after trailing NULs are stripped is no name.
/// </summary>
public static class DhcpHostName
{
    /// <summary>Bytes of a name that are used.</summary>
    public const int MaxBytes = 255;

    /// <summary>Characters that a formatted name can take.</summary>
    public const int MaxCharacters = MaxBytes * WireText.MaxExpansion;

    private const int FqdnHeaderLength = 3;
    private const byte FqdnWireEncoding = 0x04;

    /// <summary>The bytes of option 12 that are the name; empty when there is none.</summary>
    public static ReadOnlySpan<byte> OfHostName(byte[]? option12) => Trim(option12);

    /// <summary>True when option 81 holds its name in DNS wire form (E bit).</summary>
    public static bool IsWireFqdn([NotNullWhen(true)] byte[]? option81) =>
        option81 is { Length: > FqdnHeaderLength } && (option81[0] & FqdnWireEncoding) != 0;

    /// <summary>The bytes of option 81's name when it is in the ASCII form; empty when it is absent or in DNS wire form.</summary>
    public static ReadOnlySpan<byte> OfAsciiFqdn(byte[]? option81) =>
        option81 is { Length: > FqdnHeaderLength } && !IsWireFqdn(option81) ? Trim(option81.AsSpan(FqdnHeaderLength)) : [];

    /// <summary>
    /// Writes option 81's name in DNS wire form (E bit; RFC 1035 §3.1, the final zero may be missing) as escaped labels joined by
    /// dots; a dot inside a label is escaped too. <paramref name="name"/> holds <see cref="MaxCharacters"/>. Returns 0 without such
    /// a name, or when a label runs past the end or is compressed, which this option forbids.
    /// </summary>
    public static int FormatWireFqdn(byte[]? option81, Span<char> name)
    {
        return IsWireFqdn(option81) ? FormatWireName(option81.AsSpan(FqdnHeaderLength), name) : 0;
    }

    /// <summary>Writes a name in DNS wire form, as <see cref="FormatWireFqdn"/> does: the form of DHCPv6 option 39 (RFC 4704 §4).</summary>
    public static int FormatWireName(ReadOnlySpan<byte> wire, Span<char> name)
    {
        var rest = wire[..Math.Min(wire.Length, MaxBytes)];
        var length = 0;
        while (rest is [> 0, ..])
        {
            int label = rest[0];
            if (label > 63 || label >= rest.Length) return 0;
            if (length > 0) name[length++] = '.';
            foreach (var b in rest.Slice(1, label))
                length += b == (byte)'.' ? Put(@"\x2e", name[length..]) : WireText.Format([b], name[length..]);
            rest = rest[(1 + label)..];
        }
        return length;
    }

    private static int Put(ReadOnlySpan<char> text, Span<char> to)
    {
        text.CopyTo(to);
        return text.Length;
    }

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> bytes)
    {
        bytes = bytes.TrimEnd((byte)0);
        return bytes[..Math.Min(bytes.Length, MaxBytes)];
    }
}
