using System.Text.Json.Serialization;
using ActorFingerprint.Core.Devices;

namespace ActorFingerprint.Core.Observations;

/// <summary>What a fact about a device says. The text form of a member is the storage format: members are only added.</summary>
public enum FactKind : byte
{
    /// <summary>Raw TCP signature of its SYN segments, p0f notation.</summary>
    [JsonStringEnumMemberName("tcp-syn")]
    TcpSyn,
    /// <summary>Raw TCP signature of its SYN+ACK segments, p0f notation.</summary>
    [JsonStringEnumMemberName("tcp-syn-ack")]
    TcpSynAck,
    /// <summary>A port that it accepted a connection on: <c>tcp/443</c>.</summary>
    [JsonStringEnumMemberName("open-port")]
    OpenPort,
    /// <summary>Stack fingerprint of its ClientHellos (docs/formats.md).</summary>
    [JsonStringEnumMemberName("tls-stack")]
    TlsStack,
    /// <summary>JA3S of its answer to the prober's question, which is the same for every server.</summary>
    [JsonStringEnumMemberName("ja3s")]
    Ja3S,
    /// <summary>QUIC transport parameters of its ClientHellos.</summary>
    [JsonStringEnumMemberName("quic-params")]
    QuicParameters,
    /// <summary>User agent in QUIC transport parameters.</summary>
    [JsonStringEnumMemberName("quic-user-agent")]
    QuicUserAgent,
    /// <summary>Leaf certificate that it served: issuer, subject and SHA-256.</summary>
    [JsonStringEnumMemberName("certificate")]
    Certificate,
    /// <summary>HASSH of its SSH client.</summary>
    [JsonStringEnumMemberName("hassh")]
    Hassh,
    /// <summary>HASSHServer of its SSH server.</summary>
    [JsonStringEnumMemberName("hassh-server")]
    HasshServer,
    /// <summary>SSH identification that it sent as a client.</summary>
    [JsonStringEnumMemberName("ssh-client")]
    SshClient,
    /// <summary>SSH identification that it sent as a server.</summary>
    [JsonStringEnumMemberName("ssh-server")]
    SshServer,
    /// <summary>Greeting of a service: <c>ftp/21 text</c>.</summary>
    [JsonStringEnumMemberName("banner")]
    Banner,
    /// <summary>HTTP User-Agent that it sent.</summary>
    [JsonStringEnumMemberName("user-agent")]
    UserAgent,
    /// <summary>HTTP request signature, p0f notation.</summary>
    [JsonStringEnumMemberName("http-request")]
    HttpRequest,
    /// <summary>HTTP Server that it answered with.</summary>
    [JsonStringEnumMemberName("http-server")]
    HttpServer,
    /// <summary>HTTP response signature, p0f notation.</summary>
    [JsonStringEnumMemberName("http-response")]
    HttpResponse,
    /// <summary>What its SMB stack says of itself: dialect, native OS and LAN manager.</summary>
    [JsonStringEnumMemberName("smb")]
    Smb,
    /// <summary>What its NTP messages say of its stack.</summary>
    [JsonStringEnumMemberName("ntp")]
    Ntp,
    /// <summary>Option order and option request of its DHCPv6 messages.</summary>
    [JsonStringEnumMemberName("dhcpv6")]
    Dhcpv6,
    /// <summary>DUID of its DHCPv6 client.</summary>
    [JsonStringEnumMemberName("duid")]
    Duid,
    /// <summary>Vendor class of its DHCPv6 client, with the enterprise number.</summary>
    [JsonStringEnumMemberName("dhcpv6-vendor")]
    Dhcpv6Vendor,
    /// <summary>Service type that it announced over multicast DNS.</summary>
    [JsonStringEnumMemberName("mdns-service")]
    MdnsService,
    /// <summary>A TXT pair of such a service: <c>_airplay._tcp model=…</c>.</summary>
    [JsonStringEnumMemberName("mdns-txt")]
    MdnsText,
    /// <summary>Service type that it asked for: interest, not identity.</summary>
    [JsonStringEnumMemberName("mdns-query")]
    MdnsQuery,
    /// <summary>A name that it answers for although another address has it (sleep proxy, reflector).</summary>
    [JsonStringEnumMemberName("mdns-proxy")]
    MdnsProxy,
    /// <summary>SSDP SERVER.</summary>
    [JsonStringEnumMemberName("ssdp-server")]
    SsdpServer,
    /// <summary>SSDP notification or search target that it announced.</summary>
    [JsonStringEnumMemberName("ssdp-type")]
    SsdpType,
    /// <summary>SSDP LOCATION that it announced; never fetched.</summary>
    [JsonStringEnumMemberName("ssdp-location")]
    SsdpLocation,
    /// <summary>UUID of its USN.</summary>
    [JsonStringEnumMemberName("ssdp-uuid")]
    SsdpUuid,
    /// <summary>Search target that it asked for.</summary>
    [JsonStringEnumMemberName("ssdp-search")]
    SsdpSearch,
    /// <summary>USER-AGENT of its searches.</summary>
    [JsonStringEnumMemberName("ssdp-user-agent")]
    SsdpUserAgent,
    /// <summary>NetBIOS suffix of a name that it registered: <c>20</c> file server.</summary>
    [JsonStringEnumMemberName("netbios-service")]
    NetbiosService,
    /// <summary>Operating system version and server type of its browser announcements.</summary>
    [JsonStringEnumMemberName("browser")]
    Browser,
    /// <summary>LLDP system description, capabilities and port.</summary>
    [JsonStringEnumMemberName("lldp")]
    Lldp,
    /// <summary>CDP platform, software and capabilities.</summary>
    [JsonStringEnumMemberName("cdp")]
    Cdp,
    /// <summary>It sends router advertisements: flags and prefixes.</summary>
    [JsonStringEnumMemberName("router-advertisement")]
    RouterAdvertisement,
    /// <summary>An address that another hardware address claimed in the same minute.</summary>
    [JsonStringEnumMemberName("address-conflict")]
    AddressConflict,
    /// <summary>A value of it is on a watchlist: <c>label: ja4=value</c>.</summary>
    [JsonStringEnumMemberName("watchlist-hit")]
    WatchlistHit,
    /// <summary>A server that it asks for by a name which the signature database knows (TLS server name, HTTP Host).</summary>
    [JsonStringEnumMemberName("server-name")]
    ServerName,
    /// <summary>Client identifier in a DHCP server's or client's lease file, lower-case hex.</summary>
    [JsonStringEnumMemberName("lease-client-id")]
    LeaseClientId,
    /// <summary>Vendor class in a DHCP server's lease file.</summary>
    [JsonStringEnumMemberName("lease-vendor")]
    LeaseVendor,
    /// <summary>An element of its UPnP description: <c>modelName=…</c>.</summary>
    [JsonStringEnumMemberName("upnp")]
    Upnp,
}

/// <summary>
/// A named fact, as text. Bytes from the wire are escaped (<see cref="Text.WireText"/>) and cut to <see cref="MaxLength"/> characters
/// by the stage.
/// </summary>
/// <param name="Kind">What it says.</param>
/// <param name="Value">The text; not empty.</param>
public readonly record struct DeviceFact(FactKind Kind, string Value)
{
    /// <summary>Longest <see cref="Value"/>, in characters.</summary>
    public const int MaxLength = 512;
}

/// <summary>A host name that a device gave, escaped like a fact, and where.</summary>
public readonly record struct GivenName(string Name, HostNameSource Source);
