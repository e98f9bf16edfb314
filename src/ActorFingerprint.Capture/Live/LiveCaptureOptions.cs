using ActorFingerprint.Protocols;

namespace ActorFingerprint.Capture.Live;

/// <summary>How one interface is captured.</summary>
/// <param name="Interface">System name, such as <c>eth0</c>.</param>
/// <param name="Protocols">What to deliver; not used when <see cref="Filter"/> is given.</param>
public sealed record LiveCaptureOptions(string Interface, ProtocolSet Protocols)
{
    /// <summary>The user's own filter (pcap-filter(7)) instead of the one for the protocols.</summary>
    public string? Filter { get; init; }

    /// <summary>Let tunnels and PPPoE through, whose inside the kernel filter cannot see.</summary>
    public bool IncludeTunnels { get; init; }

    /// <summary>Take frames for other stations too; off unless asked for.</summary>
    public bool IsPromiscuous { get; init; }

    /// <summary>Kernel ring, bytes: 64 MiB had no drops at 550,000 packets/s where the default size lost up to 6 %.</summary>
    public int RingLength { get; init; } = 64 << 20;

    /// <summary>Longest captured length, bytes, 64 to 262,144: the whole of any frame.</summary>
    public int SnapLength { get; init; } = 262_144;

    /// <summary>Longest time that the kernel holds a frame back to batch it, ms: half the promised latency of 5 ms.</summary>
    public int BatchMilliseconds { get; init; } = 2;

    /// <summary>Full blocks (512 KiB each) that may wait for the engine before frames are dropped.</summary>
    public int MaxWaitingBlocks { get; init; } = 64;
}
