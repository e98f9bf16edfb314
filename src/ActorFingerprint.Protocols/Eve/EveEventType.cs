using System.Collections.Frozen;
using System.Text.Json;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Protocols.Network;

namespace ActorFingerprint.Protocols.Eve;

/// <summary>
/// How one protocol of the observation contract becomes an EVE event. A protocol is one line here: with a writer of its own when EVE has
/// a form for it, else with the object of the contract.
/// </summary>
/// <param name="Name"><c>event_type</c>; Suricata's where it has one, else the name in the contract.</param>
/// <param name="Transport">IP protocol that carries it; 0 below IP.</param>
/// <param name="Write">Writes the object that is named like the type.</param>
internal sealed record EveEventType(string Name, int Transport, Action<Utf8JsonWriter, Observation> Write)
{
    private static readonly FrozenDictionary<string, EveEventType> Known = new Dictionary<string, EveEventType>(StringComparer.Ordinal)
    {
        ["arp"] = new("arp", 0, ArpEve.Write),
        ["banner"] = Ours("banner", IpProtocol.Tcp),
        ["cdp"] = Ours("cdp", 0),
        ["dhcp"] = new("dhcp", IpProtocol.Udp, DhcpEve.Write),
        ["dhcpv6"] = Ours("dhcpv6", IpProtocol.Udp),
        ["dtls"] = new("dtls", IpProtocol.Udp, TlsEve.Write),
        ["http"] = new("http", IpProtocol.Tcp, HttpEve.Write),
        ["icmpv6"] = Ours("icmpv6", IpProtocol.Icmpv6),
        ["lldp"] = Ours("lldp", 0),
        ["mdns"] = new("mdns", IpProtocol.Udp, MdnsEve.Write),
        ["names"] = Ours("names", IpProtocol.Udp),
        ["ntp"] = Ours("ntp", IpProtocol.Udp),
        ["quic"] = new("quic", IpProtocol.Udp, QuicEve.Write),
        ["smb"] = new("smb", IpProtocol.Tcp, SmbEve.Write),
        ["ssdp"] = Ours("ssdp", IpProtocol.Udp),
        ["ssh"] = new("ssh", IpProtocol.Tcp, SshEve.Write),
        ["tcp"] = Ours("tcp", IpProtocol.Tcp),
        ["tls"] = new("tls", IpProtocol.Tcp, TlsEve.Write),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Its packets have ports.</summary>
    public bool HasPorts => Transport is IpProtocol.Tcp or IpProtocol.Udp;

    /// <summary><c>proto</c>; null below IP.</summary>
    public string? ProtocolName => Transport switch
    {
        IpProtocol.Tcp => "TCP",
        IpProtocol.Udp => "UDP",
        IpProtocol.Icmpv6 => "IPv6-ICMP",
        _ => Name == "arp" ? "ARP" : null,
    };

    /// <summary>The type of an observation.</summary>
    public static EveEventType Of(Observation observation) =>
        Known.GetValueOrDefault(observation.Protocol) ?? Ours(observation.Protocol, 0);

    /// <summary>The observation's source is the server: EVE names the client first.</summary>
    public static bool IsOfServer(Observation observation) => observation is CertificateObservation or HttpResponseObservation
        or BannerObservation or SshObservation { IsServer: true } or SmbObservation { Content.IsServer: true };

    /// <summary>A type without a form in EVE: the objects of the observation contract.</summary>
    private static EveEventType Ours(string name, int transport) => new(name, transport, ObservationJson.WriteBody);
}
