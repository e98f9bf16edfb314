using ActorFingerprint.Protocols;

namespace ActorFingerprint.Capture.Live;

/// <summary>Protocols that a live source can be asked to deliver.</summary>
[Flags]
public enum CaptureProtocols
{
    /// <summary>None: nothing is captured.</summary>
    None = 0,
    /// <summary>DHCPv4 and BOOTP.</summary>
    Dhcp = 1,
    /// <summary>TLS over TCP, on any port.</summary>
    Tls = 2,
}

/// <summary>Writes the kernel filter (pcap-filter(7)) for a set of protocols, so that other frames never reach this process.</summary>
public static class BpfFilter
{
    // Later fragments carry no ports: without them a fragmented datagram could not be put together.
    private const string Dhcp = "udp port 67 or udp port 68 or (ip proto 17 and ip[6:2] & 0x1fff != 0)";
    private const string Tls = "tcp";

    // GRE, 4in6 and 6in4, 6in6, VXLAN (4789, and 8472 of older systems), Geneve, CAPWAP data and control.
    private const string Tunnels =
        "ip proto 47 or ip6 proto 47 or ip proto 4 or ip proto 41 or ip6 proto 4 or ip6 proto 41 " +
        "or udp port 4789 or udp port 8472 or udp port 6081 or udp port 5246 or udp port 5247";

    /// <summary>
    /// The filter for at least one protocol. On Ethernet frames with one or two VLAN tags match too. With
    /// <paramref name="tunnels"/>, frames that may hold the protocols inside a tunnel or PPPoE are let through as well.
    /// </summary>
    public static string For(CaptureProtocols protocols, LinkType linkType, bool tunnels = false)
    {
        List<string> terms = [];
        if (protocols.HasFlag(CaptureProtocols.Dhcp)) terms.Add(Dhcp);
        if (protocols.HasFlag(CaptureProtocols.Tls)) terms.Add(Tls);
        if (terms.Count == 0) throw new ArgumentOutOfRangeException(nameof(protocols), protocols, "no protocol is enabled");
        if (tunnels) terms.Add(Tunnels);
        if (linkType != LinkType.Ethernet) return string.Join(" or ", terms);
        if (tunnels) terms.Add("ether proto 0x8864");
        // "vlan" moves every offset to its right past the tag, so each deeper level stands inside the one before.
        var match = string.Join(" or ", terms);
        return $"{match} or (vlan and ({match} or (vlan and ({match}))))";
    }
}
