using ActorFingerprint.Core.Net;
using ActorFingerprint.Protocols;
using Microsoft.Extensions.Configuration;

namespace ActorFingerprint.Node.Configuration;

/// <summary>
/// What is captured. Nothing, until a protocol is switched on (design §9); a file named on the command line is consent for
/// that file.
/// </summary>
public sealed record CaptureOptions : ICrossChecked
{
    /// <summary>Live interfaces, started with the node.</summary>
    [ConfigurationKeyName("interfaces")] public IReadOnlyList<string> Interfaces { get; init; } = [];

    /// <summary>Capture files and folders, read at start.</summary>
    [ConfigurationKeyName("files")] public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Goes on with files as they appear or grow (a folder being rotated into).</summary>
    [ConfigurationKeyName("follow")] public bool Follow { get; init; }

    /// <summary>DHCPv4 may be read.</summary>
    [ConfigurationKeyName("dhcp")] public bool Dhcp { get; init; }

    /// <summary>TLS hellos may be read.</summary>
    [ConfigurationKeyName("tls")] public bool Tls { get; init; }

    /// <summary>QUIC hellos may be read.</summary>
    [ConfigurationKeyName("quic")] public bool Quic { get; init; }

    /// <summary>DTLS hellos may be read.</summary>
    [ConfigurationKeyName("dtls")] public bool Dtls { get; init; }

    /// <summary>DHCPv6 may be read.</summary>
    [ConfigurationKeyName("dhcpv6")] public bool Dhcpv6 { get; init; }

    /// <summary>ARP may be read.</summary>
    [ConfigurationKeyName("arp")] public bool Arp { get; init; }

    /// <summary>Multicast DNS may be read.</summary>
    [ConfigurationKeyName("mdns")] public bool Mdns { get; init; }

    /// <summary>SSDP may be read.</summary>
    [ConfigurationKeyName("ssdp")] public bool Ssdp { get; init; }

    /// <summary>NetBIOS names, browser announcements and LLMNR may be read.</summary>
    [ConfigurationKeyName("names")] public bool Names { get; init; }

    /// <summary>Plain HTTP headers may be read.</summary>
    [ConfigurationKeyName("http")] public bool Http { get; init; }

    /// <summary>SSH identifications and key exchanges may be read.</summary>
    [ConfigurationKeyName("ssh")] public bool Ssh { get; init; }

    /// <summary>Greetings of FTP, SMTP, POP3, IMAP and RTSP servers may be read.</summary>
    [ConfigurationKeyName("banner")] public bool Banner { get; init; }

    /// <summary>SMB negotiation may be read.</summary>
    [ConfigurationKeyName("smb")] public bool Smb { get; init; }

    /// <summary>NTP may be read.</summary>
    [ConfigurationKeyName("ntp")] public bool Ntp { get; init; }

    /// <summary>TCP SYN and SYN+ACK segments may be read.</summary>
    [ConfigurationKeyName("tcp")] public bool Tcp { get; init; }

    /// <summary>LLDP may be read.</summary>
    [ConfigurationKeyName("lldp")] public bool Lldp { get; init; }

    /// <summary>CDP may be read.</summary>
    [ConfigurationKeyName("cdp")] public bool Cdp { get; init; }

    /// <summary>ICMPv6 neighbour discovery may be read.</summary>
    [ConfigurationKeyName("icmpv6")] public bool Icmpv6 { get; init; }

    /// <summary>Networks of one's own with public addresses, as CIDR.</summary>
    [ConfigurationKeyName("local-networks")] public IReadOnlyList<string> LocalNetworks { get; init; } = [];

    /// <summary>BPF filter instead of the one made from the protocols; empty makes it.</summary>
    [ConfigurationKeyName("filter")] public string Filter { get; init; } = "";

    /// <summary>Takes frames that are not for this machine.</summary>
    [ConfigurationKeyName("promiscuous")] public bool Promiscuous { get; init; }

    /// <summary>Kernel ring of one interface.</summary>
    [ConfigurationKeyName("buffer")][SizeRange("1 MiB", "1 GiB")] public ByteSize Buffer { get; init; } = ByteSize.MiB(64);

    /// <summary>Bytes taken of each frame.</summary>
    [ConfigurationKeyName("snap-length")][SizeRange("256 B", "256 KiB")] public ByteSize SnapLength { get; init; } = ByteSize.KiB(64);

    /// <summary>Share of frames dropped within a minute, percent, above which the alert is raised.</summary>
    [ConfigurationKeyName("drop-alert-percent")][CountRange(1, 100)] public int DropAlertPercent { get; init; } = 10;

    /// <summary>How to switch protocols on, for messages.</summary>
    internal static string SwitchOn { get; } =
        $"set capture.dhcp = true, capture.tls = true, or another of {string.Join(", ", ProtocolNames.All.Skip(2).Select(known => known.Name))}";

    /// <summary>The protocols that are switched on.</summary>
    internal ProtocolSet Protocols =>
        On(Dhcp, ProtocolSet.Dhcp)
        | On(Tls, ProtocolSet.Tls)
        | On(Quic, ProtocolSet.Quic)
        | On(Dtls, ProtocolSet.Dtls)
        | On(Dhcpv6, ProtocolSet.Dhcpv6)
        | On(Arp, ProtocolSet.Arp)
        | On(Mdns, ProtocolSet.Mdns)
        | On(Ssdp, ProtocolSet.Ssdp)
        | On(Names, ProtocolSet.Names)
        | On(Http, ProtocolSet.Http)
        | On(Ssh, ProtocolSet.Ssh)
        | On(Banner, ProtocolSet.Banner)
        | On(Smb, ProtocolSet.Smb)
        | On(Ntp, ProtocolSet.Ntp)
        | On(Tcp, ProtocolSet.Tcp)
        | On(Lldp, ProtocolSet.Lldp)
        | On(Cdp, ProtocolSet.Cdp)
        | On(Icmpv6, ProtocolSet.Icmpv6);

    /// <inheritdoc />
    public IEnumerable<(string Key, string Message)> Problems()
    {
        if (Interfaces.Count > 0 && Protocols == ProtocolSet.None)
            yield return ("interfaces", $"an interface is named but no protocol may be captured: {SwitchOn}");
        foreach (var name in Interfaces.Where(string.IsNullOrWhiteSpace)) yield return ("interfaces",
            $"'{name}' is no interface: 'actorfp interfaces' lists them");
        foreach (var file in Files.Where(string.IsNullOrWhiteSpace)) yield return ("files", $"'{file}' is no file: write a path");
        foreach (var network in LocalNetworks.Where(network => !NetworkPrefix.TryParse(network, out _))) yield return ("local-networks",
            $"'{network}' is no network: write 203.0.113.0/24 or 2001:db8::/32, with no bit set beyond the length");
    }

    private static ProtocolSet On(bool isOn, ProtocolSet protocol) => isOn ? protocol : ProtocolSet.None;
}
