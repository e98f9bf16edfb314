using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.NetworkInformation;
using System.Runtime.InteropServices;

namespace ActorFingerprint.Capture.Live;

/// <summary>Reads the address structures that libpcap lists for an interface (Linux layouts; lengths follow from the family).</summary>
internal static unsafe class SocketAddressReader
{
    private const ushort Inet = 2;
    private const ushort Inet6 = 10;
    private const ushort Packet = 17;

    /// <summary>Reads sockaddr_in or sockaddr_in6; false for another family.</summary>
    public static bool TryReadIp(byte* address, [NotNullWhen(true)] out IPAddress? ip)
    {
        ip = *(ushort*)address switch
        {
            Inet => new IPAddress(new ReadOnlySpan<byte>(address + 4, 4)),
            Inet6 => new IPAddress(new ReadOnlySpan<byte>(address + 8, 16), MemoryMarshal.Read<uint>(new ReadOnlySpan<byte>(address + 24, 4))),
            _ => null,
        };
        return ip is not null;
    }

    /// <summary>Reads a sockaddr_ll with a 6-byte address that is not all zeros; false otherwise.</summary>
    public static bool TryReadMac(byte* address, [NotNullWhen(true)] out PhysicalAddress? mac)
    {
        const int LengthOffset = 11;
        const int AddressOffset = 12;
        mac = null;
        if (*(ushort*)address != Packet || address[LengthOffset] != 6) return false;
        var bytes = new ReadOnlySpan<byte>(address + AddressOffset, 6);
        if (!bytes.ContainsAnyExcept((byte)0)) return false;
        mac = new PhysicalAddress(bytes.ToArray());
        return true;
    }
}
