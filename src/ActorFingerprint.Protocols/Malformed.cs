namespace ActorFingerprint.Protocols;

/// <summary>Why a reader stopped early. Bad input is counted by these names and never throws.</summary>
public enum Malformed : byte
{
    /// <summary>A clean walk.</summary>
    None,
    /// <summary>The link-layer header is cut.</summary>
    LinkHeaderTruncated,
    /// <summary>The IP header is cut, or its lengths contradict each other.</summary>
    IpHeader,
    /// <summary>An IPv6 extension header is cut or the chain is too long.</summary>
    IpExtensionHeader,
    /// <summary>A fragment overlaps another with different bytes, is over-long, or its set was evicted.</summary>
    IpFragment,
    /// <summary>The TCP or UDP header is cut.</summary>
    TransportHeader,
    /// <summary>More than the allowed number of tunnel headers.</summary>
    TunnelTooDeep,
    /// <summary>A DHCP message shorter than its fixed header.</summary>
    DhcpHeader,
    /// <summary>A DHCP option runs past the end of its area.</summary>
    DhcpOption,
    /// <summary>A TLS record or handshake length that the protocol forbids.</summary>
    TlsRecord,
    /// <summary>A hello whose inner lengths contradict each other.</summary>
    TlsHello,
    /// <summary>A hello larger than the reassembly limit.</summary>
    TlsHelloTooLarge,
    /// <summary>A DHCP message in which nothing tells the client: no hardware address, identifier or address.</summary>
    DhcpClientUnknown,
    /// <summary>A QUIC long header whose lengths contradict each other, or that is cut.</summary>
    QuicPacket,
    /// <summary>A QUIC Initial packet that no key opens: damaged, of an unknown version, or its client's first packet is missing.</summary>
    QuicInitial,
    /// <summary>A DTLS record or handshake fragment that is cut, or whose lengths contradict each other.</summary>
    DtlsRecord,
    /// <summary>A server certificate that is larger than the limit, or whose fields cannot be found.</summary>
    TlsCertificate,
    /// <summary>A message in DNS format whose names or lengths run past its end, or whose compression does not point back.</summary>
    DnsMessage,
    /// <summary>A datagram of the NetBIOS name or datagram service whose names or lengths do not fit.</summary>
    NetbiosMessage,
    /// <summary>A datagram on the SSDP port that does not begin like an SSDP message.</summary>
    SsdpMessage,
    /// <summary>An ARP packet that is cut, or not of Ethernet and IPv4, or without a sender.</summary>
    ArpPacket,
    /// <summary>A CDP packet that is cut or has a length that the protocol forbids.</summary>
    CdpPacket,
    /// <summary>A DHCPv6 message that is cut inside its fixed fields, or of an unknown type.</summary>
    Dhcpv6Message,
    /// <summary>A DHCPv6 option runs past the end of its area.</summary>
    Dhcpv6Option,
    /// <summary>A DHCPv6 message inside more relay messages than there may be.</summary>
    Dhcpv6RelayTooDeep,
    /// <summary>A DHCPv6 message in which nothing tells the client: no link address and no DUID.</summary>
    Dhcpv6ClientUnknown,
    /// <summary>An LLDP data unit without its three mandatory parts, or that is cut.</summary>
    LldpUnit,
    /// <summary>A neighbour discovery message that the checks of RFC 4861 refuse.</summary>
    NeighborMessage,
    /// <summary>An HTTP header that breaks off into something else, or is over 8 KiB.</summary>
    Http,
    /// <summary>An SSH identification or key exchange whose lengths contradict each other, or that is over 8 KiB.</summary>
    Ssh,
    /// <summary>A greeting or RTSP answer over 8 KiB.</summary>
    Banner,
    /// <summary>An SMB message whose lengths contradict each other, or that is over 8 KiB.</summary>
    Smb,
    /// <summary>A SYN that also resets or ends the connection, or whose headers do not fit: no stack sends it.</summary>
    TcpHandshake,
    /// <summary>An NTP message of an unknown version, or shorter than its mode asks for.</summary>
    NtpHeader,
}
