using System.Globalization;

namespace ActorFingerprint.Core.Net;

/// <summary>
/// A block of addresses as CIDR writes it (RFC 4632, RFC 4291 §2.3): an address whose bits beyond <see cref="Length"/> are 0.
/// </summary>
public readonly record struct NetworkPrefix
{
    private NetworkPrefix(NetworkAddress address, int length) => (Address, Length) = (address, length);

    /// <summary>The first address of the block.</summary>
    public NetworkAddress Address { get; }

    /// <summary>Leading bits that all its addresses share: 0..32 for IPv4, 0..128 for IPv6.</summary>
    public int Length { get; }

    /// <summary>True for an address of the same family in the block.</summary>
    public bool Contains(NetworkAddress address)
    {
        if (Address.IsNone || address.IsV4 != Address.IsV4 || address.IsNone) return false;
        var ((high, low), (firstHigh, firstLow)) = (address.Bits, Address.Bits);
        var (highMask, lowMask) = Masks(Address.IsV4, Length);
        return ((high ^ firstHigh) & highMask) == 0 && ((low ^ firstLow) & lowMask) == 0;
    }

    /// <summary>
    /// Parses <c>203.0.113.0/24</c> or <c>2001:db8::/32</c>; an address alone is a block of one. False for anything else, an address
    /// with bits set beyond the length among it: that is mostly a slip of the pen.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out NetworkPrefix prefix)
    {
        prefix = default;
        var slash = text.IndexOf('/');
        if (!NetworkAddress.TryParse(slash < 0 ? text : text[..slash], out var address)) return false;
        var length = address.IsV4 ? 32 : 128;
        if (slash >= 0)
        {
            var digits = text[(slash + 1)..];
            if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var given) || given > length) return false;
            length = given;
        }
        var (high, low) = address.Bits;
        var (highMask, lowMask) = Masks(address.IsV4, length);
        if ((high & ~highMask) != 0 || (low & ~lowMask) != 0) return false;
        prefix = new NetworkPrefix(address, length);
        return true;
    }

    /// <summary>The form that <see cref="TryParse"/> reads, always with the length; empty for the default value.</summary>
    public override string ToString() => Address.IsNone ? "" : string.Create(CultureInfo.InvariantCulture, $"{Address}/{Length}");

    private static (ulong High, ulong Low) Masks(bool isV4, int length) => isV4
        ? (ulong.MaxValue, ulong.MaxValue << 32 | (uint)Leading(length + 32))
        : (Leading(Math.Min(length, 64)), Leading(Math.Max(length - 64, 0)));

    private static ulong Leading(int bits) => bits == 0 ? 0 : ulong.MaxValue << (64 - bits);
}
