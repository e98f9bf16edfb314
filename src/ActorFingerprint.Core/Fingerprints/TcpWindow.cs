namespace ActorFingerprint.Core.Fingerprints;

/// <summary>
/// How a stack chose its first window: mostly a multiple of the segment size, or of the packet size, that it had in mind. p0f v3 tries the
/// sizes below in this order, and the first that divides the window wins.
/// </summary>
/// <param name="Multiplier">The factor; 0 when no size divides the window.</param>
/// <param name="IsOfPacket">The size is that of a packet (<c>mtu*N</c>), not that of a segment (<c>mss*N</c>).</param>
public readonly record struct TcpWindow(int Multiplier, bool IsOfPacket)
{
    private const int TimestampLength = 12;
    private const int EthernetPacket = 1500;
    private const int MinimumHeadersV4 = 40;
    private const int MinimumHeadersV6 = 60;

    /// <summary>Below this segment size every window would be a multiple by chance.</summary>
    private const int SmallestSegment = 100;

    /// <summary>Finds the multiple.</summary>
    /// <param name="window">The window as sent, not scaled.</param>
    /// <param name="segment">The MSS option.</param>
    /// <param name="hasTimestamp">A timestamp other than zero was sent: its 12 bytes are left out of the segment by some.</param>
    /// <param name="isV6">The segment came in IPv6.</param>
    /// <param name="headerLength">Bytes of the IP and TCP headers, options too.</param>
    /// <param name="peerSegment">MSS option of the SYN that a SYN+ACK answers; 0 when it is not known.</param>
    public static TcpWindow Of(int window, int segment, bool hasTimestamp, bool isV6, int headerLength, int peerSegment)
    {
        if (window == 0 || segment < SmallestSegment) return default;
        ReadOnlySpan<(int Size, bool IsOfPacket)> sizes =
        [
            (segment, false),
            (hasTimestamp ? segment - TimestampLength : 0, false),
            (EthernetPacket - MinimumHeadersV4, false),
            (EthernetPacket - MinimumHeadersV4 - TimestampLength, false),
            (isV6 ? EthernetPacket - MinimumHeadersV6 : 0, false),
            (isV6 ? EthernetPacket - MinimumHeadersV6 - TimestampLength : 0, false),
            (segment + MinimumHeadersV4, true),
            (segment + headerLength, true),
            (isV6 ? segment + MinimumHeadersV6 : 0, true),
            (EthernetPacket, true),
            (peerSegment, false),
            (peerSegment - TimestampLength, false),
        ];
        foreach (var (size, isOfPacket) in sizes)
            if (size > 0 && window % size == 0) return new TcpWindow(window / size, isOfPacket);
        return default;
    }
}
