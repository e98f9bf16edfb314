using System.Net;

namespace ActorFingerprint.Tools.FrameGenerator.Packets;

/// <summary>Builds ARP for Ethernet and IPv4 (RFC 826).</summary>
internal static class ArpPacket
{
    public const int EtherType = 0x0806;

    public static byte[] Request(EthernetAddress sender, IPAddress senderAddress, IPAddress target) =>
        Build(1, sender, senderAddress, default, target);

    public static byte[] Reply(EthernetAddress sender, IPAddress senderAddress, EthernetAddress asker, IPAddress askerAddress) =>
        Build(2, sender, senderAddress, asker, askerAddress);

    private static byte[] Build(int operation, EthernetAddress sender, IPAddress from, EthernetAddress target, IPAddress to) =>
        new WireBuffer().U16(1).U16(0x0800).U8(6).U8(4).U16(operation)
            .Bytes(sender.ToBytes()).Address(from).Bytes(target.ToBytes()).Address(to).ToArray();
}
