using ActorFingerprint.Core.Fingerprints;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Protocols.Dhcp;
using ActorFingerprint.Protocols.Quic;
using ActorFingerprint.Protocols.Tls;

namespace ActorFingerprint.Protocols;

/// <summary>
/// Contents that the stages of one thread share, whatever their partition: one client's hellos come in all 64 of them, and a cache for each
/// held everything 64 times and found little. Results do not depend on it.
/// </summary>
internal sealed class SharedCaches
{
    private const int DiscoverySlots = 512;

    /// <summary>A host announces some six services; 400 hosts fill half of it. With 512, every message was read anew.</summary>
    private const int MdnsSlots = 4096;

    /// <summary>Announcements of 400 hosts, and their searches, which are few.</summary>
    private const int SsdpSlots = 1024;

    /// <summary>A client has some ten messages; 400 clients fill half of it. Smaller, and every second message was read anew.</summary>
    private const int DhcpSlots = 8192;

    /// <summary>Hellos of TLS.</summary>
    public HelloFactory Hellos { get; } = new();

    /// <summary>Hellos, transport parameters and keys of QUIC.</summary>
    public QuicCaches Quic { get; } = new();

    /// <summary>Hellos of DTLS.</summary>
    public HelloFactory DtlsHellos { get; } = new(TlsTransport.Dtls);

    /// <summary>Server certificates of TLS.</summary>
    public CertificateFactory Certificates { get; } = new();

    /// <summary>Contents of DHCPv4 messages.</summary>
    public ContentCache<DhcpContent> DhcpContents { get; } = new(DhcpSlots);

    /// <summary>Contents of multicast DNS messages.</summary>
    public DiscoveryCache<DnsMessage> MdnsContents { get; } = new(MdnsSlots);

    /// <summary>Contents of LLMNR messages.</summary>
    public DiscoveryCache<DnsMessage> LlmnrContents { get; } = new(DiscoverySlots);

    /// <summary>Contents of NetBIOS name service messages.</summary>
    public DiscoveryCache<NetbiosMessage> NetbiosContents { get; } = new(DiscoverySlots);

    /// <summary>Contents of SSDP messages.</summary>
    public DiscoveryCache<SsdpMessage> SsdpContents { get; } = new(SsdpSlots);
}
