namespace ActorFingerprint.Protocols.Network;

/// <summary>Why the interest test kept a packet from every stage. A packet has one fate, or one <see cref="Interest"/>.</summary>
public enum PacketFate : byte
{
    /// <summary>Bytes that cannot be right; counted by fault too.</summary>
    Malformed,
    /// <summary>A TCP segment without payload.</summary>
    TcpEmpty,
    /// <summary>TCP payload of a direction that has handed on enough.</summary>
    TcpBulk,
    /// <summary>A TCP segment while no protocol that reads streams is enabled.</summary>
    TcpDisabled,
    /// <summary>A UDP datagram of no enabled protocol.</summary>
    UdpOther,
    /// <summary>A fragment that waits for the rest of its datagram.</summary>
    FragmentHeld,
    /// <summary>A fragment that the capture cut: its datagram cannot be whole.</summary>
    FragmentCut,
    /// <summary>A link type without a reader.</summary>
    UnknownLinkType,
    /// <summary>Not IP and of no enabled protocol: spanning tree, EAPOL …</summary>
    NotIp,
    /// <summary>An IP protocol, or an ICMPv6 message, that is not read: ICMP, IGMP, ESP, SCTP …</summary>
    OtherIpProtocol,
    /// <summary>An 802.11 management, control or null-data frame.</summary>
    Ieee80211NotData,
    /// <summary>An encrypted 802.11 data frame.</summary>
    Ieee80211Protected,
    /// <summary>A piece of a fragmented 802.11 frame.</summary>
    Ieee80211Fragment,
    /// <summary>An 802.11 frame that the receiver marked as damaged.</summary>
    BadFrameCheck,
    /// <summary>A piece of a fragmented CAPWAP packet.</summary>
    CapwapFragment,
}
