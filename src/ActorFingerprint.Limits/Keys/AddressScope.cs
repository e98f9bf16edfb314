using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ActorFingerprint.Limits.Keys;

/// <summary>
/// The address scope of a request (AF-1 §4): an exact IPv4 address, or a /64 of IPv6, which is the only IPv6 scope that is ever enforced.
/// IPv4-mapped addresses are the IPv4 address; a zone id is dropped.
/// </summary>
public readonly record struct AddressScope
{
    private readonly ulong _network;

    private AddressScope(ulong network, bool isIPv6) => (_network, IsIPv6) = (network, isIPv6);

    /// <summary>Whether macro scopes (§4.2) exist for this address.</summary>
    public bool IsIPv6 { get; }

    /// <summary>Reads an address; false when it is not one, which rejects the call: there is no "unknown" address.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out AddressScope scope)
    {
        scope = default;
        if (text is null || text.Length > 64 || text.AsSpan().ContainsAny('[', ']', '/')) return false;
        if (!IPAddress.TryParse(text, out var address)) return false;
        if (address.AddressFamily == AddressFamily.InterNetwork && address.ToString() != text) return false; // 0x7f.1 and the like
        scope = Of(address);
        return true;
    }

    /// <summary>The scope of a parsed address.</summary>
    public static AddressScope Of(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        Span<byte> bytes = stackalloc byte[16];
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        address.TryWriteBytes(bytes, out var length);
        return length == 4
            ? new(BinaryPrimitives.ReadUInt32BigEndian(bytes), isIPv6: false)
            : new(BinaryPrimitives.ReadUInt64BigEndian(bytes), isIPv6: true);
    }

    /// <summary>The text that enters K1: the IPv4 address, or the IPv6 network and <c>/64</c>.</summary>
    public override string ToString() => Text(64);

    /// <summary>The text of a macro scope of <paramref name="prefix"/> bits (48, 40 or 32), or of the enforced scope for 64.</summary>
    public string Text(int prefix)
    {
        Span<byte> utf8 = stackalloc byte[64];
        return Encoding.UTF8.GetString(utf8[..WriteText(utf8, prefix)]);
    }

    internal int WriteText(Span<byte> utf8, int prefix)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        int written;
        if (!IsIPv6)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)_network);
            new IPAddress(bytes[..4]).TryFormat(utf8, out written);
            return written;
        }
        BinaryPrimitives.WriteUInt64BigEndian(bytes, _network >> (64 - prefix) << (64 - prefix));
        new IPAddress(bytes).TryFormat(utf8, out written);
        utf8[written++] = (byte)'/';
        utf8[written++] = (byte)('0' + prefix / 10);
        utf8[written++] = (byte)('0' + prefix % 10);
        return written;
    }
}
