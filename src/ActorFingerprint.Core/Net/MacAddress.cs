using System.Globalization;

namespace ActorFingerprint.Core.Net;

/// <summary>A 48-bit IEEE 802 MAC address (EUI-48), kept in the low 48 bits, first octet highest.</summary>
/// <param name="Value">0..0xFFFFFFFFFFFF; the first octet on the wire is bits 47..40.</param>
public readonly record struct MacAddress(ulong Value)
{
    private const ulong GroupBit = 1UL << 40;
    private const ulong LocalBit = 2UL << 40;

    /// <summary>All zeros: never a device.</summary>
    public static MacAddress None => default;

    /// <summary>The group bit (IEEE 802 I/G): broadcast and multicast addresses are not devices.</summary>
    public bool IsMulticast => (Value & GroupBit) != 0;

    /// <summary>The U/L bit: locally administered. Not the same as randomised (device-identification.md §6).</summary>
    public bool IsLocallyAdministered => (Value & (LocalBit | GroupBit)) == LocalBit;

    /// <summary>True for an address that can name a device: not zero and not a group address.</summary>
    public bool IsUnicast => Value != 0 && !IsMulticast;

    /// <summary>Reads six octets in wire order. <paramref name="octets"/> must hold at least 6 bytes.</summary>
    public static MacAddress Read(ReadOnlySpan<byte> octets)
    {
        ulong value = 0;
        for (var i = 0; i < 6; i++) value = value << 8 | octets[i];
        return new MacAddress(value);
    }

    /// <summary>
    /// Parses any usual spelling: <c>AA:BB:CC:DD:EE:FF</c>, <c>aa-bb-…</c>, <c>aabb.ccdd.eeff</c>, <c>aabbccddeeff</c>,
    /// and colon groups without leading zeros as macOS prints them (<c>0:1e:c2:1:2:3</c>).
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out MacAddress mac)
    {
        mac = default;
        text = text.Trim();
        var (separator, groups) = text.IndexOfAny(":-.") is var at and >= 0 ? (text[at], text[at] == '.' ? 3 : 6) : ('\0', 1);
        var digits = 12 / groups;
        ulong value = 0;
        for (var left = groups; left > 0; left--)
        {
            var end = left > 1 ? text.IndexOf(separator) : text.Length;
            if (end < 1 || end > digits || (end < digits && separator != ':')) return false;
            if (!ulong.TryParse(text[..end], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var group)) return false;
            value = value << (digits * 4) | group;
            text = left > 1 ? text[(end + 1)..] : [];
        }
        mac = new MacAddress(value);
        return true;
    }

    /// <summary>Upper case, colons (the form of every key and output).</summary>
    public override string ToString() => string.Create(17, Value, static (chars, value) =>
    {
        for (var i = 0; i < 6; i++)
        {
            var octet = (int)(value >> (40 - i * 8)) & 0xFF;
            chars[i * 3] = "0123456789ABCDEF"[octet >> 4];
            chars[i * 3 + 1] = "0123456789ABCDEF"[octet & 15];
            if (i < 5) chars[i * 3 + 2] = ':';
        }
    });
}
