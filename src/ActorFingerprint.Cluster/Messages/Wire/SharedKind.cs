namespace ActorFingerprint.Cluster.Messages.Wire;

/// <summary>What an entry of a batch's content table is. The numbers are the format: they are only added.</summary>
internal enum SharedKind : byte
{
    /// <summary>A text, UTF-8.</summary>
    Text = 1,
    /// <summary>A text of lower-case hex digits, as the bytes that they stand for.</summary>
    Hex = 2,
    /// <summary>Bytes.</summary>
    Bytes = 3,
    /// <summary>16-bit numbers, little-endian.</summary>
    Words = 4,
    /// <summary>Whole numbers.</summary>
    Numbers = 5,
    /// <summary>References to texts.</summary>
    Texts = 6,
    /// <summary>References to byte strings.</summary>
    ByteLists = 7,
    /// <summary>A device key.</summary>
    Device = 8,
    /// <summary>Facts.</summary>
    Facts = 9,
    /// <summary>Host names.</summary>
    HostNames = 10,
    /// <summary>Watchlist entries that were hit.</summary>
    Hits = 11,
    /// <summary>A ClientHello without its server name.</summary>
    ClientHello = 12,
    /// <summary>A ServerHello.</summary>
    ServerHello = 13,
    /// <summary>What QUIC says beside a hello.</summary>
    Quic = 14,
    /// <summary>DHCPv4 options.</summary>
    DhcpOptions = 15,
    /// <summary>A DHCPv6 message.</summary>
    Dhcpv6Message = 16,
    /// <summary>A message in DNS format.</summary>
    DnsMessage = 17,
    /// <summary>An SSDP message.</summary>
    SsdpMessage = 18,
    /// <summary>A NetBIOS name service message.</summary>
    NetbiosMessage = 19,
    /// <summary>A NetBIOS datagram.</summary>
    NetbiosDatagram = 20,
    /// <summary>An LLDP data unit.</summary>
    LldpUnit = 21,
    /// <summary>A CDP packet.</summary>
    CdpPacket = 22,
    /// <summary>A server's certificate.</summary>
    Certificate = 23,
    /// <summary>The content of an SMB message.</summary>
    SmbContent = 24,
    /// <summary>An SSH key exchange offer.</summary>
    SshOffer = 25,
}
