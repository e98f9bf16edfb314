namespace ActorFingerprint.Tools.FrameGenerator.Packets;

/// <summary>Builds UDP datagrams (RFC 768).</summary>
internal static class UdpDatagram
{
    /// <summary>Header and payload. <paramref name="length"/> replaces the length field when a case wants it to disagree.</summary>
    public static byte[] Build(IpRoute route, int sourcePort, int destinationPort, byte[] payload, int? length = null)
    {
        var datagram = new WireBuffer().U16(sourcePort).U16(destinationPort).U16(length ?? 8 + payload.Length).U16(0).Bytes(payload);
        var checksum = InternetChecksum.Of(IpPacket.PseudoHeader(route, IpPacket.Udp, 8 + payload.Length), datagram.ToArray());
        datagram.PatchU16(6, checksum == 0 ? 0xFFFF : checksum);
        return datagram.ToArray();
    }

    /// <summary>The datagram in its IP packet.</summary>
    public static byte[] Packet(IpRoute route, int sourcePort, int destinationPort, byte[] payload) =>
        IpPacket.Build(route, IpPacket.Udp, Build(route, sourcePort, destinationPort, payload));
}
