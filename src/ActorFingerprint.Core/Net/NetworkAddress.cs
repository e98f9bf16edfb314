using System.Buffers.Binary;
using System.Net;

namespace ActorFingerprint.Core.Net;

/// <summary>An IPv4 or IPv6 address as a value: 16 bytes, no heap object. IPv4 sits in the low 32 bits.</summary>
public readonly record struct NetworkAddress
{
    private readonly ulong _high;
    private readonly ulong _low;
    private readonly byte _family;

    private NetworkAddress(byte family, ulong high, ulong low) => (_family, _high, _low) = (family, high, low);

    /// <summary>No address (a link-layer frame).</summary>
    public bool IsNone => _family == 0;

    /// <summary>True for IPv4.</summary>
    public bool IsV4 => _family == 4;

    /// <summary>True for IPv6.</summary>
    public bool IsV6 => _family == 6;

    /// <summary>0.0.0.0 or ::.</summary>
    public bool IsUnspecified => _high == 0 && _low == 0;

    /// <summary>169.254/16 (RFC 3927) or fe80::/10 (RFC 4291 §2.5.6).</summary>
    public bool IsLinkLocal => IsV4 ? _low >> 16 == 0xA9FE : IsV6 && _high >> 54 == 0x3FA;

    /// <summary>224/4, limited broadcast, or ff00::/8.</summary>
    public bool IsMulticastOrBroadcast => IsV4 ? _low >> 28 == 0xE || _low == 0xFFFFFFFF : IsV6 && _high >> 56 == 0xFF;

    /// <summary>127/8 or ::1.</summary>
    public bool IsLoopback => IsV4 ? _low >> 24 == 127 : IsV6 && _high == 0 && _low == 1;

    /// <summary>True for an address that one host can have: not unspecified, multicast, broadcast or loopback.</summary>
    public bool IsUnicast => !IsNone && !IsUnspecified && !IsMulticastOrBroadcast && !IsLoopback;

    /// <summary>10/8, 172.16/12, 192.168/16 (RFC 1918), 100.64/10 (RFC 6598), fc00::/7 (RFC 4193), or <see cref="IsLinkLocal"/>.</summary>
    public bool IsPrivate => IsLinkLocal || (IsV4
        ? _low >> 24 == 10 || _low >> 20 == 0xAC1 || _low >> 16 == 0xC0A8 || _low >> 22 == 0x191
        : IsV6 && _high >> 57 == 0x7E);

    /// <summary>The first 64 bits of an IPv6 address; the whole value of an IPv4 one. Used to count scopes.</summary>
    public NetworkAddress Scope => IsV6 ? new NetworkAddress(6, _high, 0) : this;

    /// <summary>High and low halves, for hashing.</summary>
    public (ulong High, ulong Low) Bits => (_high, _low);

    /// <summary>From a host-order IPv4 value.</summary>
    public static NetworkAddress V4(uint value) => new(4, 0, value);

    /// <summary>Reads 4 bytes in network order.</summary>
    public static NetworkAddress ReadV4(ReadOnlySpan<byte> bytes) => new(4, 0, BinaryPrimitives.ReadUInt32BigEndian(bytes));

    /// <summary>Reads 16 bytes in network order.</summary>
    public static NetworkAddress ReadV6(ReadOnlySpan<byte> bytes) =>
        new(6, BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));

    /// <summary>Parses the text forms that <see cref="IPAddress"/> accepts; zone ids are dropped.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out NetworkAddress address)
    {
        address = default;
        if (!IPAddress.TryParse(text, out var parsed)) return false;
        Span<byte> bytes = stackalloc byte[16];
        if (!parsed.TryWriteBytes(bytes, out var written)) return false;
        address = written == 4 ? ReadV4(bytes) : ReadV6(bytes);
        return true;
    }

    /// <summary>Writes the address in network order: 4 or 16 bytes, 0 for <see cref="IsNone"/>. Returns how many.</summary>
    public int Write(Span<byte> bytes)
    {
        if (IsNone) return 0;
        if (IsV4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)_low);
            return 4;
        }
        BinaryPrimitives.WriteUInt64BigEndian(bytes, _high);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], _low);
        return 16;
    }

    /// <summary>Dotted quad, or compressed lower-case IPv6 (RFC 5952). Empty for <see cref="IsNone"/>.</summary>
    public override string ToString()
    {
        if (IsNone) return "";
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, _high);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], _low);
        return new IPAddress(IsV4 ? bytes[12..] : bytes).ToString();
    }
}
