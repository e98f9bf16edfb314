using ActorFingerprint.Core.Observations;
using ActorFingerprint.Protocols.Network;
using ActorFingerprint.Protocols.Tcp;

namespace ActorFingerprint.Protocols.Tracing;

/// <summary>
/// The frames that each direction of a flow has brought since its last observation, so that an observation can name all frames it was made
/// of (<see cref="Observation.Frames"/>). Belongs to one parser; one thread at a time. Bounded: the directions unheard of for longest and
/// the oldest frames of a direction go first.
/// </summary>
public sealed class FlowTrails(FrameTrace trace)
{
    /// <summary>Directions held at least; twice as many at most.</summary>
    public const int MinFlows = 16_384;

    /// <summary>Packets of one direction: a hello of 64 KiB in segments of 128 bytes.</summary>
    public const int MaxPackets = 512;

    private static readonly long Lifetime = TimeSpan.TicksPerMinute;

    private Dictionary<FlowKey, List<TracedPacket>> _young = [];
    private Dictionary<FlowKey, List<TracedPacket>> _old = [];

    /// <summary>A packet is about to be parsed.</summary>
    public void Note(in PacketHeader packet, ReadOnlySpan<byte> payload)
    {
        if (!MaySpanPackets(packet.Interest)) return;
        var trail = TrailOf(KeyOf(in packet));
        var oldest = packet.AtTicks - Lifetime;
        if (trail.Count == MaxPackets) trail.RemoveAt(0);
        if (trail.Count > 0 && trail[0].AtTicks < oldest) trail.RemoveAll(traced => traced.AtTicks < oldest);
        var begins = packet.Interest != Interest.TcpStream || (payload.Length > 0 && HelloStart.TryRead(payload, out _, out _));
        trail.Add(new TracedPacket(packet.Frame, packet.AtTicks, packet.TcpSequence, payload.Length, begins));
    }

    /// <summary>The packet has led to an observation.</summary>
    public void Attach(in PacketHeader packet, Observation observation)
    {
        if (observation.Frame != packet.Frame) return;
        var frames = new SortedSet<long>();
        trace.AddFramesOf(packet.Frame, frames);
        if (MaySpanPackets(packet.Interest))
        {
            var trail = TrailOf(KeyOf(in packet));
            foreach (var traced in Since(trail, observation)) trace.AddFramesOf(traced.Frame, frames);
            Shorten(trail, observation);
        }
        if (frames.Count > 1) observation.Frames = [.. frames];
    }

    /// <summary>
    /// The direction; of QUIC both, since a server's packets are read with keys that the client's named, which may be later ones than those of
    /// its hello (Retry).
    /// </summary>
    private static FlowKey KeyOf(in PacketHeader packet) =>
        packet.Interest == Interest.Quic && packet.Source.Bits.CompareTo(packet.Destination.Bits) > 0
            ? FlowKey.OfAnswer(in packet)
            : FlowKey.Of(in packet);

    private static bool MaySpanPackets(Interest interest) => interest is Interest.TcpStream or Interest.Quic or Interest.Dtls;

    /// <summary>
    /// For a hello over TCP, the packets that do not lie wholly before the first segment that one begins in: what was said before it, as
    /// ahead of STARTTLS, is no part of it.
    /// </summary>
    private static IEnumerable<TracedPacket> Since(List<TracedPacket> trail, Observation observation)
    {
        uint? first = null;
        foreach (var traced in trail)
            if (traced.Begins && (first is null || unchecked((int)(traced.Sequence - first.Value)) < 0)) first = traced.Sequence;
        return observation.Protocol == "tls" && first is { } start
            ? trail.Where(traced => unchecked((int)(traced.Sequence + (uint)traced.Length - start)) > 0)
            : trail;
    }

    /// <summary>
    /// A client's hello ends its flight. After anything else the packet stays: it may hold the beginning of the next message, as with a
    /// server's hello and its certificate.
    /// </summary>
    private static void Shorten(List<TracedPacket> trail, Observation observation)
    {
        if (observation is ClientHelloObservation || trail.Count == 0)
        {
            trail.Clear();
            return;
        }
        trail.RemoveRange(0, trail.Count - 1);
        trail[0] = trail[0] with { Begins = false };
    }

    private List<TracedPacket> TrailOf(in FlowKey key)
    {
        if (_young.TryGetValue(key, out var trail)) return trail;
        if (!_old.Remove(key, out trail)) trail = [];
        if (_young.Count >= MinFlows) (_old, _young) = (_young, []);
        _young.Add(key, trail);
        return trail;
    }

    private readonly record struct TracedPacket(long Frame, long AtTicks, uint Sequence, int Length, bool Begins);
}
