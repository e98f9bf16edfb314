namespace ActorFingerprint.Protocols.Network;

/// <summary>
/// Where the walk of one packet ended. From <see cref="UnknownLinkType"/> on everything is only counted.
/// </summary>
public enum WalkOutcome : byte
{
    /// <summary>A reader stopped at bytes that cannot be right; <see cref="WalkDetail.Fault"/> says which.</summary>
    Malformed,
    /// <summary>An innermost TCP segment; the header is complete.</summary>
    Tcp,
    /// <summary>An innermost UDP datagram; the header is complete.</summary>
    Udp,
    /// <summary>A piece of an IP datagram: the payload is the piece, <see cref="WalkDetail.Fragment"/> says where it belongs.</summary>
    Fragment,
    /// <summary>An ARP packet: the payload begins at its hardware type.</summary>
    Arp,
    /// <summary>An LLDP data unit.</summary>
    Lldp,
    /// <summary>A CDP packet: the payload begins at its version.</summary>
    Cdp,
    /// <summary>An ICMPv6 message: the payload begins at its type.</summary>
    Icmpv6,
    /// <summary>A link type without a reader; its number is in <see cref="WalkDetail.Number"/>.</summary>
    UnknownLinkType,
    /// <summary>An EtherType, PPP protocol or LLC service other than IP; its number is in <see cref="WalkDetail.Number"/>.</summary>
    NotIp,
    /// <summary>An IP protocol other than TCP, UDP and the known tunnels; its number is in <see cref="WalkDetail.Number"/>.</summary>
    OtherIpProtocol,
    /// <summary>An 802.11 management, control or null-data frame.</summary>
    Ieee80211NotData,
    /// <summary>An encrypted 802.11 data frame.</summary>
    Ieee80211Protected,
    /// <summary>A piece of a fragmented 802.11 frame.</summary>
    Ieee80211Fragment,
    /// <summary>The receiver marked the 802.11 frame as damaged (radiotap flag 0x40).</summary>
    BadFrameCheck,
    /// <summary>A piece of a fragmented CAPWAP packet.</summary>
    CapwapFragment,
}

/// <summary>What a walk says beside the header: the reason it ended, and where it can go on.</summary>
public struct WalkDetail
{
    /// <summary>Why a malformed packet was refused.</summary>
    public Malformed Fault { get; internal set; }

    /// <summary>Link type, EtherType, PPP protocol or IP protocol at which the walk ended.</summary>
    public int Number { get; internal set; }

    /// <summary>Where a fragment belongs; meaningful for <see cref="WalkOutcome.Fragment"/>.</summary>
    public FragmentPosition Fragment { get; internal set; }

    /// <summary>Tunnel headers passed so far.</summary>
    public int Depth { get; internal set; }

    /// <summary>First byte of the A-MSDU subframes that were not walked yet.</summary>
    public int MoreOffset { get; internal set; }

    /// <summary>Length of the A-MSDU subframes that were not walked yet; 0 when the frame held one packet.</summary>
    public int MoreLength { get; internal set; }

    /// <summary>Tunnel headers outside the A-MSDU.</summary>
    internal int MoreDepth { get; set; }
}

/// <summary>Place of one fragment in its datagram.</summary>
/// <param name="Identification">16 bits in IPv4, 32 in IPv6.</param>
/// <param name="Protocol">IP protocol of the datagram's payload.</param>
/// <param name="Offset">First byte within the datagram's payload, 0..65528.</param>
/// <param name="HasMore">False for the last piece.</param>
public readonly record struct FragmentPosition(uint Identification, byte Protocol, int Offset, bool HasMore);
