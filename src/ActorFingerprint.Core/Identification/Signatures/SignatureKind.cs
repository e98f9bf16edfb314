using System.Text.Json.Serialization;

namespace ActorFingerprint.Core.Identification.Signatures;

/// <summary>
/// Which value of a device a signature is compared with. The text form of a member is the storage format: members are only added.
/// </summary>
public enum SignatureKind : byte
{
    /// <summary>DHCP option 55 in wire order: <c>1,3,6,15</c>. The qualifier is the message type.</summary>
    [JsonStringEnumMemberName("dhcp-list")]
    DhcpList,
    /// <summary>Codes of all DHCP options in wire order, END left out. The qualifier is the message type.</summary>
    [JsonStringEnumMemberName("dhcp-options")]
    DhcpOptions,
    /// <summary>DHCP option 60, escaped text.</summary>
    [JsonStringEnumMemberName("dhcp-vendor-class")]
    DhcpVendorClass,
    /// <summary>Option request of DHCPv6 in wire order.</summary>
    [JsonStringEnumMemberName("dhcpv6-list")]
    Dhcpv6List,
    /// <summary>Vendor class of DHCPv6: enterprise number and text.</summary>
    [JsonStringEnumMemberName("dhcpv6-vendor")]
    Dhcpv6Vendor,
    /// <summary>A host name, whatever protocol gave it.</summary>
    [JsonStringEnumMemberName("host-name")]
    HostName,
    /// <summary>Service type announced over multicast DNS: <c>_ipp._tcp</c>.</summary>
    [JsonStringEnumMemberName("mdns-service")]
    MdnsService,
    /// <summary>TXT pair of such a service: <c>_airplay._tcp model=AppleTV6,2</c>.</summary>
    [JsonStringEnumMemberName("mdns-txt")]
    MdnsText,
    /// <summary>Service type asked for over multicast DNS: interest, not identity.</summary>
    [JsonStringEnumMemberName("mdns-query")]
    MdnsQuery,
    /// <summary>SSDP notification or search target announced.</summary>
    [JsonStringEnumMemberName("ssdp-type")]
    SsdpType,
    /// <summary>SSDP SERVER.</summary>
    [JsonStringEnumMemberName("ssdp-server")]
    SsdpServer,
    /// <summary>SSDP LOCATION announced.</summary>
    [JsonStringEnumMemberName("ssdp-location")]
    SsdpLocation,
    /// <summary>UUID of an SSDP USN.</summary>
    [JsonStringEnumMemberName("ssdp-uuid")]
    SsdpUuid,
    /// <summary>USER-AGENT of SSDP searches.</summary>
    [JsonStringEnumMemberName("ssdp-user-agent")]
    SsdpUserAgent,
    /// <summary>A line of a UPnP description: <c>modelName=Sonos One</c>.</summary>
    [JsonStringEnumMemberName("upnp")]
    Upnp,
    /// <summary>HTTP User-Agent sent.</summary>
    [JsonStringEnumMemberName("user-agent")]
    UserAgent,
    /// <summary>HTTP Server answered with.</summary>
    [JsonStringEnumMemberName("http-server")]
    HttpServer,
    /// <summary>Greeting of a service: <c>ftp/21 text</c>.</summary>
    [JsonStringEnumMemberName("banner")]
    Banner,
    /// <summary>SSH identification as a server.</summary>
    [JsonStringEnumMemberName("ssh-server")]
    SshServer,
    /// <summary>SSH identification as a client.</summary>
    [JsonStringEnumMemberName("ssh-client")]
    SshClient,
    /// <summary>What an SMB stack says of itself.</summary>
    [JsonStringEnumMemberName("smb")]
    Smb,
    /// <summary>What NTP messages say of their stack.</summary>
    [JsonStringEnumMemberName("ntp")]
    Ntp,
    /// <summary>Operating system version and server type of browser announcements.</summary>
    [JsonStringEnumMemberName("browser")]
    Browser,
    /// <summary>Leaf certificate served: issuer, subject.</summary>
    [JsonStringEnumMemberName("certificate")]
    Certificate,
    /// <summary>LLDP system description and capabilities.</summary>
    [JsonStringEnumMemberName("lldp")]
    Lldp,
    /// <summary>CDP platform, software and capabilities.</summary>
    [JsonStringEnumMemberName("cdp")]
    Cdp,
    /// <summary>TCP signature of SYN segments, p0f notation with its wildcards.</summary>
    [JsonStringEnumMemberName("tcp-syn")]
    TcpSyn,
    /// <summary>TCP signature of SYN+ACK segments.</summary>
    [JsonStringEnumMemberName("tcp-syn-ack")]
    TcpSynAck,
    /// <summary>JA3 hash of a client.</summary>
    [JsonStringEnumMemberName("ja3")]
    Ja3,
    /// <summary>JA4 of a client.</summary>
    [JsonStringEnumMemberName("ja4")]
    Ja4,
    /// <summary>JA3S hash of a server.</summary>
    [JsonStringEnumMemberName("ja3s")]
    Ja3S,
    /// <summary>Our stack fingerprint of a client.</summary>
    [JsonStringEnumMemberName("tls-stack")]
    TlsStack,
    /// <summary>A name that the device asks servers for (TLS server name).</summary>
    [JsonStringEnumMemberName("server-name")]
    ServerName,
    /// <summary>MAC address prefix: 6, 7 or 9 hex digits, upper case.</summary>
    [JsonStringEnumMemberName("oui")]
    Oui,
    /// <summary>The organisation that a MAC address prefix is assigned to.</summary>
    [JsonStringEnumMemberName("vendor")]
    Vendor,
    /// <summary>A port that the device accepted a connection on: <c>tcp/443</c>.</summary>
    [JsonStringEnumMemberName("open-port")]
    OpenPort,
    /// <summary>What kind of MAC address it has: <see cref="Traits"/>.</summary>
    [JsonStringEnumMemberName("mac")]
    Mac,
    /// <summary>What it does: <see cref="Traits"/>.</summary>
    [JsonStringEnumMemberName("behavior")]
    Behavior,
    /// <summary>Signature of 802.11 association requests.</summary>
    [JsonStringEnumMemberName("wifi")]
    Wifi,
    /// <summary>HTTP request signature, p0f notation with its wildcards (<see cref="HttpPattern"/>).</summary>
    [JsonStringEnumMemberName("http-request")]
    HttpRequest,
    /// <summary>HTTP response signature, p0f notation with its wildcards.</summary>
    [JsonStringEnumMemberName("http-response")]
    HttpResponse,
    /// <summary>Answer of the Fingerbank API: a path of its tree.</summary>
    [JsonStringEnumMemberName("fingerbank")]
    Fingerbank,
}
