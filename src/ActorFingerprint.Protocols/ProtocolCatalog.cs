using ActorFingerprint.Protocols.Arp;
using ActorFingerprint.Protocols.Banners;
using ActorFingerprint.Protocols.Cdp;
using ActorFingerprint.Protocols.Dhcp;
using ActorFingerprint.Protocols.Dhcpv6;
using ActorFingerprint.Protocols.Dtls;
using ActorFingerprint.Protocols.Handshakes;
using ActorFingerprint.Protocols.Http;
using ActorFingerprint.Protocols.Icmpv6;
using ActorFingerprint.Protocols.Lldp;
using ActorFingerprint.Protocols.Mdns;
using ActorFingerprint.Protocols.Names;
using ActorFingerprint.Protocols.Ntp;
using ActorFingerprint.Protocols.Quic;
using ActorFingerprint.Protocols.Smb;
using ActorFingerprint.Protocols.Ssdp;
using ActorFingerprint.Protocols.Ssh;
using ActorFingerprint.Protocols.Tls;

namespace ActorFingerprint.Protocols;

/// <summary>One kind of stage.</summary>
/// <param name="Protocols">The stage exists when one of these is read.</param>
/// <param name="Accepts">Which packets it is given; more than one kind of stage may want the same.</param>
/// <param name="Create">Makes the stage of one partition, with state of its own.</param>
public sealed record ProtocolEntry(ProtocolSet Protocols, Interest Accepts, Func<ProtocolOptions, IProtocolStage> Create);

/// <summary>Every kind of stage there is: a new protocol is one line here.</summary>
public static class ProtocolCatalog
{
    /// <summary>Stages that share packets get them in this order.</summary>
    public static IReadOnlyList<ProtocolEntry> Entries { get; } =
    [
        new(ProtocolSet.Arp, Interest.Arp, _ => new ArpStage()),
        new(ProtocolSet.Banner, Interest.TcpStream, options => new BannerStage(options.Site, options.Reassembly) { LocalNetworks = options.LocalNetworks }),
        new(ProtocolSet.Cdp, Interest.Cdp, _ => new CdpStage()),
        new(ProtocolSet.Dhcp, Interest.Dhcp, options => new DhcpStage(options.Site) { Contents = options.Caches.DhcpContents }),
        new(ProtocolSet.Dhcpv6, Interest.Dhcpv6, _ => new Dhcpv6Stage()),
        new(ProtocolSet.Dtls, Interest.Dtls, options => new DtlsStage(options.Site, options.Dtls) { Hellos = options.Caches.DtlsHellos }),
        new(ProtocolSet.Http, Interest.TcpStream, options => new HttpStage(options.Site, options.Reassembly) { LocalNetworks = options.LocalNetworks }),
        new(ProtocolSet.Icmpv6, Interest.Icmpv6, options => new Icmpv6Stage(options.Site)),
        new(ProtocolSet.Lldp, Interest.Lldp, _ => new LldpStage()),
        new(ProtocolSet.Mdns, Interest.Mdns, options => new MdnsStage(options.Site) { Contents = options.Caches.MdnsContents }),
        new(ProtocolSet.Names, Interest.Names, options => new NamesStage(options.Site)
        {
            NetbiosContents = options.Caches.NetbiosContents,
            LlmnrContents = options.Caches.LlmnrContents,
        }),
        new(ProtocolSet.Ntp, Interest.Ntp, options => new NtpStage(options.Site, options.LocalNetworks)),
        new(ProtocolSet.Quic, Interest.Quic, options => new QuicStage(options.Site, options.Quic) { Caches = options.Caches.Quic }),
        new(ProtocolSet.Smb, Interest.TcpStream, options => new SmbStage(options.Site, options.Reassembly) { LocalNetworks = options.LocalNetworks }),
        new(ProtocolSet.Ssdp, Interest.Ssdp, options => new SsdpStage(options.Site) { Contents = options.Caches.SsdpContents }),
        new(ProtocolSet.Ssh, Interest.TcpStream, options => new SshStage(options.Site, options.Reassembly) { LocalNetworks = options.LocalNetworks }),
        new(ProtocolSet.Tcp, Interest.TcpHandshake, options => new HandshakeStage(options.Site, options.LocalNetworks)),
        new(ProtocolSet.Tls, Interest.TcpStream, options => new TlsStage(options.Site, options.Reassembly)
        {
            Hellos = options.Caches.Hellos,
            Certificates = options.Caches.Certificates,
            LocalNetworks = options.LocalNetworks,
        }),
    ];
}
