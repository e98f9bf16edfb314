using System.Text.Json.Serialization;

namespace ActorFingerprint.Core.Identification;

/// <summary>Where evidence of a device's identity comes from. The text form of a member is the storage format.</summary>
public enum EvidenceSource : byte
{
    /// <summary>Answer of the Fingerbank API, kept in the local cache.</summary>
    [JsonStringEnumMemberName("fingerbankCache")]
    FingerbankCache,
    /// <summary>TXT records of its multicast DNS services.</summary>
    [JsonStringEnumMemberName("mdnsTXT")]
    MdnsText,
    /// <summary>Its UPnP description, when fetching descriptions is turned on.</summary>
    [JsonStringEnumMemberName("upnp")]
    Upnp,
    /// <summary>What its software says of itself: greetings, HTTP and SSH identifications, SMB, LLDP, CDP, certificates.</summary>
    [JsonStringEnumMemberName("portBanner")]
    PortBanner,
    /// <summary>JA3, JA4, JA3S and stack fingerprints.</summary>
    [JsonStringEnumMemberName("tlsFingerprint")]
    TlsFingerprint,
    /// <summary>Types of its multicast DNS services.</summary>
    [JsonStringEnumMemberName("mdns")]
    Mdns,
    /// <summary>SSDP announcements and searches.</summary>
    [JsonStringEnumMemberName("ssdp")]
    Ssdp,
    /// <summary>DHCP and DHCPv6 options.</summary>
    [JsonStringEnumMemberName("dhcpFingerprint")]
    DhcpFingerprint,
    /// <summary>Host names.</summary>
    [JsonStringEnumMemberName("hostname")]
    Hostname,
    /// <summary>The vendor of its MAC address, and whether the address looks like one made for privacy.</summary>
    [JsonStringEnumMemberName("macAnalysis")]
    MacAnalysis,
    /// <summary>How it behaves: its TCP and NTP stack, whom it asks for, whether it forwards for others, when it is there.</summary>
    [JsonStringEnumMemberName("behavior")]
    Behavior,
    /// <summary>Ports that it accepted connections on.</summary>
    [JsonStringEnumMemberName("port")]
    Port,
}
