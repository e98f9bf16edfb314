namespace ActorFingerprint.Protocols;

/// <summary>Link-layer header types (the LINKTYPE_ registry of pcap; values as in capture files).</summary>
public enum LinkType : ushort
{
    /// <summary>BSD loopback, 4-byte family in the host order of the capturing machine.</summary>
    Null = 0,
    /// <summary>Ethernet.</summary>
    Ethernet = 1,
    /// <summary>PPP.</summary>
    Ppp = 9,
    /// <summary>Raw IP as some systems number it.</summary>
    RawBsd = 12,
    /// <summary>Raw IP as OpenBSD numbers it.</summary>
    RawOpenBsd = 14,
    /// <summary>Raw IP, version in the first nibble.</summary>
    Raw = 101,
    /// <summary>IEEE 802.11.</summary>
    Ieee80211 = 105,
    /// <summary>OpenBSD loopback, 4-byte family in network order.</summary>
    Loop = 108,
    /// <summary>Linux cooked capture v1.</summary>
    LinuxSll = 113,
    /// <summary>IEEE 802.11 with a radiotap header.</summary>
    Ieee80211Radiotap = 127,
    /// <summary>Raw IPv4.</summary>
    Ipv4 = 228,
    /// <summary>Raw IPv6.</summary>
    Ipv6 = 229,
    /// <summary>Linux cooked capture v2.</summary>
    LinuxSll2 = 276,
}
