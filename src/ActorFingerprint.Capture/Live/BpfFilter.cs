using ActorFingerprint.Protocols;

namespace ActorFingerprint.Capture.Live;

/// <summary>Writes the kernel filter (pcap-filter(7)) for a set of protocols, so that other frames never reach this process.</summary>
public static class BpfFilter
{
    // Later fragments carry no ports: without them a fragmented datagram could not be put together.
    private const string Fragments = "(ip proto 17 and ip[6:2] & 0x1fff != 0)";
    private const string Dhcp = "udp port 67 or udp port 68 or " + Fragments;
    private const string AnyTcp = "tcp";
    private const string AnyUdp = "udp or " + Fragments;
    private const ProtocolSet Streams = ProtocolSet.Tls | ProtocolSet.Http | ProtocolSet.Ssh | ProtocolSet.Banner | ProtocolSet.Smb;

    /// <summary>What lets one protocol through; of QUIC, DTLS and SSDP's answers only the content tells, so they need every datagram.</summary>
    private static readonly (ProtocolSet Protocols, string Term)[] Terms =
    [
        (ProtocolSet.Dhcp, Dhcp),
        (Streams, AnyTcp),
        (ProtocolSet.Tcp, "(tcp[13] & 2 != 0) or (ip6 proto 6 and ip6[53] & 2 != 0)"),
        (ProtocolSet.Quic | ProtocolSet.Dtls | ProtocolSet.Ssdp, AnyUdp),
        (ProtocolSet.Dhcpv6, "udp port 546 or udp port 547"),
        (ProtocolSet.Mdns, "udp port 5353"),
        (ProtocolSet.Names, "udp port 137 or udp port 138 or udp port 5355"),
        (ProtocolSet.Ntp, "udp port 123"),
        (ProtocolSet.Icmpv6, "ip6 proto 58"),
    ];

    /// <summary>Protocols that only a link with EtherTypes has.</summary>
    private static readonly (ProtocolSet Protocols, string Term)[] LinkTerms =
    [
        (ProtocolSet.Arp, "arp"),
        (ProtocolSet.Lldp, "ether proto 0x88cc"),
        (ProtocolSet.Cdp, "ether dst 01:00:0c:cc:cc:cc"),
    ];

    // GRE, 4in6 and 6in4, 6in6, VXLAN (4789, and 8472 of older systems), Geneve, CAPWAP data and control.
    private const string Tunnels =
        "ip proto 47 or ip6 proto 47 or ip proto 4 or ip proto 41 or ip6 proto 4 or ip6 proto 41 " +
        "or udp port 4789 or udp port 8472 or udp port 6081 or udp port 5246 or udp port 5247";

    /// <summary>
    /// The filter for at least one protocol. On Ethernet frames with one or two VLAN tags match too. With
    /// <paramref name="tunnels"/>, frames that may hold the protocols inside a tunnel or PPPoE are let through as well.
    /// </summary>
    public static string For(ProtocolSet protocols, LinkType linkType, bool tunnels = false)
    {
        if (protocols == ProtocolSet.None) throw new ArgumentOutOfRangeException(nameof(protocols), protocols, "no protocol is enabled");
        List<string> terms = [.. Terms.Where(known => (known.Protocols & protocols) != 0).Select(known => known.Term)];
        if (linkType == LinkType.Ethernet)
            terms.AddRange(LinkTerms.Where(known => (known.Protocols & protocols) != 0).Select(known => known.Term));
        if (terms.Count == 0) terms.Add("less 0"); // nothing of these protocols can come on this link
        if (tunnels) terms.Add(Tunnels);
        if (linkType != LinkType.Ethernet) return string.Join(" or ", terms);
        if (tunnels) terms.Add("ether proto 0x8864");
        // "vlan" moves every offset to its right past the tag, so each deeper level stands inside the one before.
        var match = string.Join(" or ", terms);
        return $"{match} or (vlan and ({match} or (vlan and ({match}))))";
    }
}
