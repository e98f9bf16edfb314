using ActorFingerprint.Protocols.Tcp;

namespace ActorFingerprint.Protocols.Dtls;

/// <summary>
/// Bounds of the DTLS state of one partition. All partitions together hold at most <see cref="PacketHeader.Partitions"/> times as much.
/// </summary>
public sealed record DtlsLimits
{
    /// <summary>Hellos in fragments, unfinished or finished, that are kept; beyond it the oldest goes.</summary>
    public int MaxAssemblies { get; init; } = 64;

    /// <summary>Bytes of their buffers; beyond it the oldest goes.</summary>
    public int MaxBytes { get; init; } = 128 * 1024;

    /// <summary>Directions whose hellos are remembered to recognise repeats, in each of two aligned minutes.</summary>
    public int MaxRememberedFlows { get; init; } = 1024;

    /// <summary>
    /// Frame time for which the fragments of a hello are kept since its first one, and for which a repeat counts as one: above 0 and at
    /// most one minute, which is what the remembered minutes cover.
    /// </summary>
    public TimeSpan Lifetime
    {
        get;
        init => field = value > TimeSpan.Zero && value <= TimeSpan.FromMinutes(1)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "the lifetime of DTLS state is above 0 s and at most 60 s");
    } = TimeSpan.FromMinutes(1);

    /// <summary>The part that the memory of repeats needs.</summary>
    internal ReassemblyLimits Repeats => new() { MaxRememberedStreams = MaxRememberedFlows, Lifetime = Lifetime };
}
