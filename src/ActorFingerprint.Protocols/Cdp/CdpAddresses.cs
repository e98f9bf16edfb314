using System.Buffers.Binary;
using ActorFingerprint.Core.Net;

namespace ActorFingerprint.Protocols.Cdp;

/// <summary>
/// Address lists in CDP: a count, then for each address the protocol's kind, length and number, and the address's length and bytes.
/// </summary>
internal static class CdpAddresses
{
    private const int CountLength = 4;
    private const byte NetworkLayerId = 1;
    private const byte Llc = 2;

    /// <summary>
    /// Adds the IPv4 and IPv6 addresses that are not there yet, up to <paramref name="max"/> in all; stops at what is cut.
    /// </summary>
    public static void Read(ReadOnlySpan<byte> value, List<NetworkAddress> addresses, int max)
    {
        if (value.Length < CountLength) return;
        var rest = value[CountLength..];
        for (var left = BinaryPrimitives.ReadUInt32BigEndian(value); left > 0 && addresses.Count < max; left--)
        {
            if (rest.Length < 2 || rest.Length < 2 + rest[1] + 2) return;
            var kind = rest[0];
            var protocol = rest.Slice(2, rest[1]);
            rest = rest[(2 + protocol.Length)..];
            int length = BinaryPrimitives.ReadUInt16BigEndian(rest);
            if (length > rest.Length - 2) return;
            var address = Of(kind, protocol, rest.Slice(2, length));
            if (!address.IsNone && !addresses.Contains(address)) addresses.Add(address);
            rest = rest[(2 + length)..];
        }
    }

    private static NetworkAddress Of(byte kind, ReadOnlySpan<byte> protocol, ReadOnlySpan<byte> address) => (kind, address.Length) switch
    {
        (NetworkLayerId, 4) when protocol is [0xCC] => NetworkAddress.ReadV4(address),
        (Llc, 16) when protocol is [0xAA, 0xAA, 0x03, 0, 0, 0, 0x86, 0xDD] => NetworkAddress.ReadV6(address),
        _ => default,
    };
}
