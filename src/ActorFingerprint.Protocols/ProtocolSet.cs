namespace ActorFingerprint.Protocols;

/// <summary>The protocols that can be read, by their names in the observation contract.</summary>
[Flags]
public enum ProtocolSet
{
    /// <summary>None.</summary>
    None = 0,
    /// <summary>DHCPv4 and BOOTP.</summary>
    Dhcp = 1 << 0,
    /// <summary>TLS over TCP, on any port.</summary>
    Tls = 1 << 1,
    /// <summary>QUIC Initial packets, on any UDP port.</summary>
    Quic = 1 << 2,
    /// <summary>DTLS hellos, on any UDP port.</summary>
    Dtls = 1 << 3,
    /// <summary>DHCPv6, relayed messages included.</summary>
    Dhcpv6 = 1 << 4,
    /// <summary>ARP for IPv4.</summary>
    Arp = 1 << 5,
    /// <summary>Multicast DNS.</summary>
    Mdns = 1 << 6,
    /// <summary>SSDP of UPnP.</summary>
    Ssdp = 1 << 7,
    /// <summary>NetBIOS names, browser announcements and LLMNR.</summary>
    Names = 1 << 8,
    /// <summary>HTTP/1 requests and answers without TLS.</summary>
    Http = 1 << 9,
    /// <summary>SSH identification and key exchange.</summary>
    Ssh = 1 << 10,
    /// <summary>Greetings of FTP, SMTP, POP3, IMAP and RTSP servers.</summary>
    Banner = 1 << 11,
    /// <summary>SMB negotiation and session setup.</summary>
    Smb = 1 << 12,
    /// <summary>NTP.</summary>
    Ntp = 1 << 13,
    /// <summary>TCP SYN and SYN+ACK segments.</summary>
    Tcp = 1 << 14,
    /// <summary>LLDP.</summary>
    Lldp = 1 << 15,
    /// <summary>Cisco Discovery Protocol.</summary>
    Cdp = 1 << 16,
    /// <summary>ICMPv6 neighbour discovery.</summary>
    Icmpv6 = 1 << 17,
    /// <summary>Every one.</summary>
    All = (1 << 18) - 1,
}

/// <summary>Names of the members of <see cref="ProtocolSet"/>: lower case, as configuration and contract write them.</summary>
public static class ProtocolNames
{
    /// <summary>Every protocol with its name, in the order of <see cref="ProtocolSet"/>.</summary>
    public static IReadOnlyList<(string Name, ProtocolSet Protocol)> All { get; } =
        [.. Enum.GetValues<ProtocolSet>().Where(p => p is not (ProtocolSet.None or ProtocolSet.All))
            .Order().Select(p => (p.ToString().ToLowerInvariant(), p))];
}
