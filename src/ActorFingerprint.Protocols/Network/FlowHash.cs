using System.Runtime.CompilerServices;
using ActorFingerprint.Core.Net;

namespace ActorFingerprint.Protocols.Network;

/// <summary>
/// Hashes a flow's addresses, ports and IP protocol to 64 well-mixed bits. No random seed: the same flow has the same hash in every
/// process, so that state lands in the same partition after a restart. VLAN and tunnel do not take part.
/// </summary>
internal static class FlowHash
{
    // Odd 64-bit constants with about half of their bits set, from the fractional parts of square roots of primes.
    private const ulong First = 0x6A09E667F3BCC909;
    private const ulong Second = 0xBB67AE8584CAA73B;
    private const ulong Third = 0x3C6EF372FE94F82B;
    private const ulong Fourth = 0xA54FF53A5F1D36F1;

    /// <summary>The same for both directions; <paramref name="isReversed"/> tells them apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Compute(in PacketHeader header, int protocol, out bool isReversed)
    {
        var source = Endpoint(header.Source, header.SourcePort);
        var destination = Endpoint(header.Destination, header.DestinationPort);
        isReversed = source > destination;
        var (low, high) = isReversed ? (destination, source) : (source, destination);
        return Fold(Fold(low ^ First, high ^ Second) ^ Third, (ulong)protocol ^ Fourth);
    }

    /// <summary>Of one address alone.</summary>
    public static uint Of(NetworkAddress address) => (uint)Fold(Endpoint(address, 0) ^ First, Second);

    /// <summary>Of one hardware address alone.</summary>
    public static uint Of(MacAddress address) => (uint)Fold(address.Value ^ First, Second);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Endpoint(NetworkAddress address, ushort port)
    {
        var (high, low) = address.Bits;
        return address.IsV4 ? low << 16 | port : Fold(high ^ Third, low ^ Fourth) ^ port;
    }

    /// <summary>High and low half of the 128-bit product, joined: every input bit reaches every output bit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Fold(ulong a, ulong b)
    {
        var high = Math.BigMul(a, b, out var low);
        return high ^ low;
    }
}
