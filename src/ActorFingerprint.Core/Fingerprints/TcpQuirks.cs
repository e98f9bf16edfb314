namespace ActorFingerprint.Core.Fingerprints;

/// <summary>
/// Peculiarities of the IP and TCP header of a handshake segment, in the order in which p0f v3 writes them (its README, section on raw
/// TCP signatures).
/// </summary>
[Flags]
public enum TcpQuirks
{
    /// <summary>None.</summary>
    None = 0,
    /// <summary><c>df</c>: may not be fragmented (IPv4).</summary>
    DontFragment = 1 << 0,
    /// <summary><c>id+</c>: may not be fragmented, yet its IP id is not zero (IPv4).</summary>
    NonzeroId = 1 << 1,
    /// <summary><c>id-</c>: may be fragmented, yet its IP id is zero (IPv4).</summary>
    ZeroId = 1 << 2,
    /// <summary><c>ecn</c>: ECN bits in the IP header, or ECE, CWR or NS in the TCP header.</summary>
    Ecn = 1 << 3,
    /// <summary><c>0+</c>: the reserved bit of the IPv4 flags is set.</summary>
    ReservedBit = 1 << 4,
    /// <summary><c>flow</c>: the flow label is not zero (IPv6).</summary>
    FlowLabel = 1 << 5,
    /// <summary><c>seq-</c>: the sequence number is zero.</summary>
    ZeroSequence = 1 << 6,
    /// <summary><c>ack+</c>: an acknowledgment number without the ACK flag.</summary>
    NonzeroAck = 1 << 7,
    /// <summary><c>ack-</c>: the ACK flag with acknowledgment number zero.</summary>
    ZeroAck = 1 << 8,
    /// <summary><c>uptr+</c>: an urgent pointer without the URG flag.</summary>
    UrgentPointer = 1 << 9,
    /// <summary><c>urgf+</c>: the URG flag.</summary>
    UrgentFlag = 1 << 10,
    /// <summary><c>pushf+</c>: the PSH flag.</summary>
    PushFlag = 1 << 11,
    /// <summary><c>ts1-</c>: the sender's timestamp is zero.</summary>
    ZeroTimestamp = 1 << 12,
    /// <summary><c>ts2+</c>: the first SYN echoes a timestamp.</summary>
    EchoedTimestamp = 1 << 13,
    /// <summary><c>opt+</c>: bytes other than zero behind the end of the options.</summary>
    NonzeroPadding = 1 << 14,
    /// <summary><c>exws</c>: a window scale above 14 (RFC 7323 §2.3).</summary>
    ExcessiveScale = 1 << 15,
    /// <summary><c>bad</c>: options that contradict their lengths.</summary>
    BadOptions = 1 << 16,
}

/// <summary>Names of <see cref="TcpQuirks"/>.</summary>
public static class TcpQuirkNames
{
    /// <summary>The names, by the number of the bit.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "df", "id+", "id-", "ecn", "0+", "flow", "seq-", "ack+", "ack-", "uptr+", "urgf+", "pushf+", "ts1-", "ts2+", "opt+", "exws", "bad",
    ];
}
