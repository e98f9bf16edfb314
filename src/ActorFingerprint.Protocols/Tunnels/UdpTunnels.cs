using System.Buffers.Binary;
using ActorFingerprint.Protocols.Link;
using ActorFingerprint.Protocols.Network;

namespace ActorFingerprint.Protocols.Tunnels;

/// <summary>
/// Tunnels that UDP ports announce: VXLAN (RFC 7348), Geneve (RFC 8926), CAPWAP data (RFC 5415) and GTP-U (3GPP TS 29.281). Ports only
/// hint: a payload that does not look like the tunnel's header stays an ordinary datagram.
/// </summary>
internal static class UdpTunnels
{
    private const int VxlanPort = 4789;
    private const int LinuxVxlanPort = 8472;
    private const int GenevePort = 6081;
    private const int CapwapDataPort = 5247;
    private const int GtpUserPort = 2152;
    private const int EthernetHeaderLength = 14;

    /// <summary>Behind a UDP header: false when the datagram is the end of the walk.</summary>
    public static bool TryEnter(ref WalkCursor cursor, ref PacketHeader header, out Layer layer)
    {
        layer = Layer.Done;
        switch (header.DestinationPort)
        {
            case VxlanPort or LinuxVxlanPort:
                return TryEnterVxlan(ref cursor, ref header, out layer);
            case GenevePort:
                return TryEnterGeneve(ref cursor, ref header, out layer);
            case GtpUserPort:
                return GtpReader.TryEnter(ref cursor, ref header, out layer);
            case CapwapDataPort:
                return CapwapReader.TryEnter(ref cursor, ref header, out layer);
            default:
                return header.SourcePort == CapwapDataPort && CapwapReader.TryEnter(ref cursor, ref header, out layer);
        }
    }

    private static bool TryEnterVxlan(ref WalkCursor cursor, ref PacketHeader header, out Layer layer)
    {
        layer = Layer.Done;
        if (cursor.Rest.Length < 8 + EthernetHeaderLength || (cursor.Rest[0] & 0x08) == 0) return false;
        cursor.Advance(8);
        layer = cursor.EnterTunnel(Layer.Ethernet, ref header);
        return true;
    }

    private static bool TryEnterGeneve(ref WalkCursor cursor, ref PacketHeader header, out Layer layer)
    {
        layer = Layer.Done;
        var rest = cursor.Rest;
        const int IsControl = 0x80;
        if (rest.Length < 8 || rest[0] >> 6 != 0 || (rest[1] & IsControl) != 0) return false;
        var length = 8 + (rest[0] & 0x3F) * 4;
        if (rest.Length < length) return false;
        cursor.Advance(length);
        var protocol = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
        layer = protocol <= EtherType.LargestLength ? cursor.Stop(WalkOutcome.NotIp, protocol) : cursor.EnterTunnel(Layer.EtherType, ref header, protocol);
        return true;
    }
}
