namespace ActorFingerprint.Cluster.Messages.Contents;

/// <summary>What an envelope holds. The numbers are the format: they are only added.</summary>
internal enum ObservationCode : byte
{
    /// <summary>A router notice instead of an observation.</summary>
    RouterNotice = 0,
    /// <summary>ARP.</summary>
    Arp = 1,
    /// <summary>The greeting of a service.</summary>
    Banner = 2,
    /// <summary>CDP.</summary>
    Cdp = 3,
    /// <summary>A server's certificate.</summary>
    Certificate = 4,
    /// <summary>A ClientHello.</summary>
    ClientHello = 5,
    /// <summary>A ServerHello.</summary>
    ServerHello = 6,
    /// <summary>DHCPv4.</summary>
    Dhcp = 7,
    /// <summary>DHCPv6.</summary>
    Dhcpv6 = 8,
    /// <summary>An HTTP request.</summary>
    HttpRequest = 9,
    /// <summary>An HTTP answer.</summary>
    HttpResponse = 10,
    /// <summary>A lease in a file.</summary>
    Lease = 11,
    /// <summary>LLDP.</summary>
    Lldp = 12,
    /// <summary>Multicast DNS.</summary>
    Mdns = 13,
    /// <summary>NetBIOS name service.</summary>
    NetbiosName = 14,
    /// <summary>NetBIOS datagram.</summary>
    NetbiosDatagram = 15,
    /// <summary>LLMNR.</summary>
    Llmnr = 16,
    /// <summary>IPv6 neighbour discovery.</summary>
    Neighbor = 17,
    /// <summary>NTP.</summary>
    Ntp = 18,
    /// <summary>An answer to a probe.</summary>
    Probe = 19,
    /// <summary>Facts told again of a machine behind a router.</summary>
    Relayed = 20,
    /// <summary>SMB.</summary>
    Smb = 21,
    /// <summary>SSDP.</summary>
    Ssdp = 22,
    /// <summary>SSH identification.</summary>
    SshIdentification = 23,
    /// <summary>SSH key exchange offer.</summary>
    SshKeyExchange = 24,
    /// <summary>SYN or SYN+ACK.</summary>
    TcpHandshake = 25,
}
