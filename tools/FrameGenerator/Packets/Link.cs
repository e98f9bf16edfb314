namespace ActorFingerprint.Tools.FrameGenerator.Packets;

/// <summary>Wraps one IP packet for the link. <paramref name="fromClient"/> picks which end is the sender.</summary>
internal delegate byte[] Link(byte[] packet, bool fromClient);

/// <summary>The links that captures are made of.</summary>
internal static class Links
{
    /// <summary>Ethernet between two stations; <paramref name="tags"/> are (TPID, VLAN id), outermost first.</summary>
    public static Link Ethernet(EthernetAddress client, EthernetAddress peer, params (int Tpid, int Vlan)[] tags) => (packet, fromClient) =>
        EthernetFrame(fromClient ? peer : client, fromClient ? client : peer, IpEtherType(packet), packet, tags);

    /// <summary>Ethernet with one IEEE 802.1Q tag.</summary>
    public static Link Tagged(EthernetAddress client, EthernetAddress peer, int vlan) => Ethernet(client, peer, (0x8100, vlan));

    /// <summary>PPPoE session over Ethernet (RFC 2516).</summary>
    public static Link Pppoe(EthernetAddress client, EthernetAddress peer) => (packet, fromClient) =>
    {
        var session = new WireBuffer().U8(0x11).U8(0).U16(0x0001).U16(packet.Length + 2)
            .U16(packet[0] >> 4 == 6 ? 0x0057 : 0x0021).Bytes(packet).ToArray();
        return EthernetFrame(fromClient ? peer : client, fromClient ? client : peer, 0x8864, session);
    };

    /// <summary>No link header at all: LINKTYPE_RAW (101).</summary>
    public static byte[] Raw(byte[] packet, bool fromClient) => packet;

    /// <summary>Linux cooked capture, LINKTYPE_LINUX_SLL (113).</summary>
    public static Link Cooked(EthernetAddress client, EthernetAddress peer) => (packet, fromClient) =>
        new WireBuffer().U16(fromClient ? 0 : 4).U16(1).U16(6).Bytes((fromClient ? client : peer).ToBytes()).Zeros(2)
            .U16(IpEtherType(packet)).Bytes(packet).ToArray();

    /// <summary>One Ethernet frame, padded to the minimum of 60 bytes (without FCS).</summary>
    public static byte[] EthernetFrame(
        EthernetAddress destination, EthernetAddress source, int etherType, ReadOnlySpan<byte> payload, params (int Tpid, int Vlan)[] tags)
    {
        var frame = new WireBuffer().Bytes(destination.ToBytes()).Bytes(source.ToBytes());
        foreach (var (tpid, vlan) in tags) frame.U16(tpid).U16(vlan);
        frame.U16(etherType).Bytes(payload);
        return frame.Zeros(Math.Max(0, 60 - frame.Length)).ToArray();
    }

    private static int IpEtherType(byte[] packet) => packet[0] >> 4 == 6 ? 0x86DD : 0x0800;
}
