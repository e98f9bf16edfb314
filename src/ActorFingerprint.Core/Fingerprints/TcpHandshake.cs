namespace ActorFingerprint.Core.Fingerprints;

/// <summary>What the headers of a SYN or SYN+ACK say of the stack that sent it (RFC 9293, RFC 7323, RFC 2018). Immutable.</summary>
public sealed class TcpHandshake
{
    /// <summary>Hops beyond which a distance is a guess gone wrong (p0f v3).</summary>
    public const int MaxDistance = 35;

    /// <summary>In IPv6; otherwise IPv4.</summary>
    public required bool IsV6 { get; init; }

    /// <summary>The segment answers a SYN.</summary>
    public required bool IsAnswer { get; init; }

    /// <summary>TTL or hop limit as it arrived.</summary>
    public required byte TimeToLive { get; init; }

    /// <summary>IP id; 0 in IPv6.</summary>
    public ushort NetworkId { get; init; }

    /// <summary>Bytes of the IP header with IPv4 options or IPv6 extension headers.</summary>
    public required int NetworkHeaderLength { get; init; }

    /// <summary>Bytes of the TCP header with its options: 20..60.</summary>
    public required int TcpHeaderLength { get; init; }

    /// <summary>Window, not scaled.</summary>
    public required ushort Window { get; init; }

    /// <summary>Kinds of the TCP options in wire order; the end of the list (0) once, without the bytes behind it.</summary>
    public required byte[] OptionKinds { get; init; }

    /// <summary>Bytes behind the end of the options.</summary>
    public int PaddingLength { get; init; }

    /// <summary>Maximum segment size; null without the option.</summary>
    public ushort? SegmentSize { get; init; }

    /// <summary>Window scale; null without the option.</summary>
    public byte? WindowScale { get; init; }

    /// <summary>The sender's timestamp; null without the option.</summary>
    public uint? Timestamp { get; init; }

    /// <summary>The peer's timestamp, echoed; null without the option.</summary>
    public uint? EchoedTimestamp { get; init; }

    /// <summary>Peculiarities.</summary>
    public TcpQuirks Quirks { get; init; }

    /// <summary>The segment carries data.</summary>
    public bool HasPayload { get; init; }

    /// <summary>The TTL that the packet probably left with: the next of 32, 64, 128 and 255.</summary>
    public int InitialTimeToLive => InitialOf(TimeToLive);

    /// <summary>Routers passed, if <see cref="InitialTimeToLive"/> is right; null above <see cref="MaxDistance"/>.</summary>
    public int? Distance => InitialTimeToLive - TimeToLive is var hops and <= MaxDistance ? hops : null;

    /// <summary>The TTL that a packet with this one left with: the next of 32, 64, 128 and 255.</summary>
    public static int InitialOf(int timeToLive) => timeToLive switch
    {
        <= 32 => 32,
        <= 64 => 64,
        <= 128 => 128,
        _ => 255,
    };
}
