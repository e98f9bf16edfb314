using ActorFingerprint.Core.Net;
using ActorFingerprint.Protocols;

namespace ActorFingerprint.Tests.Protocols.Arp;

/// <summary>ARP packets of Ethernet and IPv4 made by code.</summary>
internal static class ArpBytes
{
    public const ulong Alice = 0x020000000001;
    public const ulong Bob = 0x020000000002;
    public const uint Address = 0x0A000007;
    public const uint Other = 0x0A000001;

    public static byte[] Packet(int operation, ulong sender, uint senderAddress, uint targetAddress, ulong target = 0) =>
        [0, 1, 8, 0, 6, 4, 0, (byte)operation, .. Mac(sender), .. V4(senderAddress), .. Mac(target), .. V4(targetAddress)];

    public static byte[] Request(ulong sender, uint address) => Packet(1, sender, address, Other);

    public static byte[] Reply(ulong sender, uint address) => Packet(2, sender, address, Other, Alice);

    /// <summary>The header of a frame from a hardware address.</summary>
    public static PacketHeader From(ulong mac, ushort vlan = 0) =>
        new() { Interest = Interest.Arp, SourceMac = new MacAddress(mac), DestinationMac = new MacAddress(0xFFFFFFFFFFFF), Vlan = vlan };

    private static byte[] Mac(ulong mac) => [.. Enumerable.Range(0, 6).Select(i => (byte)(mac >> (40 - 8 * i)))];

    private static byte[] V4(uint address) => [(byte)(address >> 24), (byte)(address >> 16), (byte)(address >> 8), (byte)address];
}
