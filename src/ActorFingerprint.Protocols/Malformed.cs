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
}
