namespace ActorFingerprint.Protocols.Network;

/// <summary>
/// Bounds of IP reassembly. Fragments are rare on the networks watched here; the bounds are what an attacker can make us hold.
/// </summary>
public sealed record DefragmentOptions
{
    /// <summary>Datagrams under assembly at once; the oldest gives way. At least 1.</summary>
    public int MaxDatagrams { get; init; } = 1024;

    /// <summary>Bytes of their buffers together; 4 MiB is what Linux gives a whole host (ipfrag_high_thresh). At least 65,536.</summary>
    public int MaxBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>
    /// Frame time from a datagram's first fragment until it is given up; Linux waits as long, RFC 791 and RFC 8200 allow 60 s.
    /// </summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromSeconds(30);
}
