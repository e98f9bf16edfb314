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
        var separator = text.IndexOfAny(":-.") is var at and >= 0 ? text[at] : '\0';
        var groupDigits = separator switch { '\0' => 12, '.' => 4, _ => 2 };
        ulong value = 0;
        var digits = 0;
        var octets = 0;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i == text.Length || text[i] == separator)
            {
                if (digits == 0 || digits > groupDigits || (digits != groupDigits && separator != ':')) return false;
                octets += groupDigits / 2;
                digits = 0;
                continue;
            }
            if (!byte.TryParse(text.Slice(i, 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var nibble)) return false;
            value = digits == 0 ? value << (groupDigits == 12 ? 0 : groupDigits * 4) | nibble : ShiftInGroup(value, nibble, groupDigits);
            digits++;
            if (octets >= 6 || digits > groupDigits) return false;
        }
        if (octets != 6) return false;
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

    private static ulong ShiftInGroup(ulong value, byte nibble, int groupDigits)
    {
        if (groupDigits == 12) return value << 4 | nibble;
        var mask = (1UL << (groupDigits * 4)) - 1;
        return (value & ~mask) | (((value & mask) << 4 | nibble) & mask);
    }
}
