using ActorFingerprint.Core.Net;

namespace ActorFingerprint.Protocols;

/// <summary>Which stage wants a frame.</summary>
public enum Interest : byte
{
    /// <summary>Nobody: counted and dropped without a copy.</summary>
    None,
    /// <summary>UDP payload of DHCPv4 or BOOTP.</summary>
    Dhcp,
    /// <summary>TCP segment with payload near the start of its stream: hellos, requests, banners.</summary>
    TcpStream,
    /// <summary>SYN or SYN+ACK without payload. The payload given is the packet from its innermost IP header on.</summary>
    TcpHandshake,
    /// <summary>UDP payload that begins like a QUIC long-header packet.</summary>
    Quic,
    /// <summary>UDP payload that begins like a DTLS handshake record.</summary>
    Dtls,
    /// <summary>UDP payload of DHCPv6.</summary>
    Dhcpv6,
    /// <summary>UDP payload of multicast DNS.</summary>
    Mdns,
    /// <summary>UDP payload of SSDP, on the multicast port or beginning like an answer.</summary>
    Ssdp,
    /// <summary>UDP payload of the NetBIOS name or datagram service, or of LLMNR.</summary>
    Names,
    /// <summary>UDP payload of NTP.</summary>
    Ntp,
    /// <summary>ARP packet, from its hardware type on.</summary>
    Arp,
    /// <summary>ICMPv6 message of neighbour discovery (types 133 to 136), from its type on.</summary>
    Icmpv6,
    /// <summary>LLDP data unit.</summary>
    Lldp,
    /// <summary>CDP packet, from its version on.</summary>
    Cdp,
}

/// <summary>Network facts of one frame after the innermost headers were walked. A value; holds no reference into the frame.</summary>
public struct PacketHeader
{
    /// <summary>1-based number of the frame in its source; of the last fragment for a reassembled datagram.</summary>
    public long Frame { get; set; }

    /// <summary>Capture time, UTC ticks.</summary>
    public long AtTicks { get; set; }

    /// <summary>Length on the wire of the frame, bytes.</summary>
    public int WireLength { get; set; }

    /// <summary>0-based position of the packet in its frame; above 0 only for the later subframes of an A-MSDU.</summary>
    public byte Ordinal { get; set; }

    /// <summary>Which stage wants it.</summary>
    public Interest Interest { get; set; }

    /// <summary>Innermost link source; none on links without MAC addresses, an IP tunnel among them.</summary>
    public MacAddress SourceMac { get; set; }

    /// <summary>Innermost link destination.</summary>
    public MacAddress DestinationMac { get; set; }

    /// <summary>Innermost VLAN id, 0 when untagged.</summary>
    public ushort Vlan { get; set; }

    /// <summary>Innermost source address.</summary>
    public NetworkAddress Source { get; set; }

    /// <summary>Innermost destination address.</summary>
    public NetworkAddress Destination { get; set; }

    /// <summary>Source port.</summary>
    public ushort SourcePort { get; set; }

    /// <summary>Destination port.</summary>
    public ushort DestinationPort { get; set; }

    /// <summary>TTL or hop limit.</summary>
    public byte TimeToLive { get; set; }

    /// <summary>TCP flags, low byte (FIN 0x01, SYN 0x02, RST 0x04, ACK 0x10).</summary>
    public byte TcpFlags { get; set; }

    /// <summary>TCP sequence number of the first payload byte (a SYN's own number already skipped).</summary>
    public uint TcpSequence { get; set; }

    /// <summary>Offset of the innermost IP header in the bytes that were walked; -1 when it is not in them (a reassembled datagram).</summary>
    public int NetworkOffset { get; set; }

    /// <summary>Offset of the transport payload in the bytes that were walked.</summary>
    public int PayloadOffset { get; set; }

    /// <summary>Captured length of the transport payload, link padding excluded.</summary>
    public int PayloadLength { get; set; }

    /// <summary>The capture holds less of the payload than was sent (snap length).</summary>
    public bool IsTruncated { get; set; }

    /// <summary>Direction-independent hash of the innermost addresses, ports and protocol; the low 6 bits pick the partition.</summary>
    public uint FlowHash { get; set; }

    /// <summary>
    /// A source that is read again from this frame or an earlier one finds this packet and judges it alike: the first fragment's frame of a
    /// reassembled datagram, for a TCP segment also the first frame of the minute in which its flow's budget was kept.
    /// </summary>
    public long ResumeFrame { get; set; }

    /// <summary>0..63: where this flow's reassembly state lives (design §4).</summary>
    public readonly int Partition => (int)(FlowHash & (Partitions - 1));

    /// <summary>Partitions of the reassembly state; fixed, so that results do not depend on the number of lanes.</summary>
    public const int Partitions = 64;
}
