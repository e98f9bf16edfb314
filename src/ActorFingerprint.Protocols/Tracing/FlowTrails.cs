using ActorFingerprint.Core.Observations;
using ActorFingerprint.Protocols.Network;
using ActorFingerprint.Protocols.Tcp;

namespace ActorFingerprint.Protocols.Tracing;

/// <summary>
/// The frames that each direction of a flow has brought since its last observation, so that an observation can name all frames it was made
/// of (<see cref="Observation.Frames"/>). Belongs to one parser; one thread at a time. Bounded: the directions unheard of for longest and
/// the oldest frames of a direction go first; what goes depends on the packets alone.
/// </summary>
public sealed class FlowTrails(FrameTrace trace)
{
    /// <summary>Directions held at least; twice as many at most.</summary>
    public const int MinFlows = 16_384;

    /// <summary>Packets of one direction: a hello of 64 KiB in segments of 128 bytes.</summary>
    public const int MaxPackets = 512;

    /// <summary>Entries of all directions, one for each packet and each fragment that it came in: at most 40 MiB.</summary>
    public const int MaxEntries = 1 << 20;

    /// <summary>Entries of one direction.</summary>
    private const int MaxDirection = FrameTrace.MaxFragments + 1;

    /// <summary>
    /// Entries with which the young directions become the old ones. A packet can bring in two directions' worth: an old direction and itself.
    /// </summary>
    private const int YoungEntries = MaxEntries / 2 - 2 * MaxDirection;

    private static readonly long Lifetime = TimeSpan.TicksPerMinute;

    private Dictionary<FlowKey, FlowTrail> _young = [];
    private Dictionary<FlowKey, FlowTrail> _old = [];
    private int _youngEntries;

    /// <summary>Entries held now.</summary>
    internal int Entries => _young.Values.Sum(trail => trail.Weight) + _old.Values.Sum(trail => trail.Weight);

    /// <summary>A packet is about to be parsed.</summary>
    public void Note(in PacketHeader packet, ReadOnlySpan<byte> payload)
    {
        if (!MaySpanPackets(packet.Interest)) return;
        var trail = TrailOf(KeyOf(in packet));
        var begins = packet.Interest != Interest.TcpStream || (payload.Length > 0 && HelloStart.TryRead(payload, out _, out _));
        var traced = new TracedPacket(
            packet.Frame, packet.AtTicks, packet.TcpSequence, payload.Length, begins, trace.FragmentsOf(packet.Frame));
        var before = trail.Weight;
        trail.Add(in traced, packet.AtTicks - Lifetime, MaxPackets, MaxDirection);
        _youngEntries += trail.Weight - before;
        if (_youngEntries > YoungEntries) Turn();
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
            foreach (var traced in Since(trail.Packets, observation))
            {
                if (traced.Fragments is null) frames.Add(traced.Frame);
                else frames.UnionWith(traced.Fragments);
            }
            var before = trail.Weight;
            Shorten(trail, observation);
            _youngEntries += trail.Weight - before;
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
    private static IEnumerable<TracedPacket> Since(IReadOnlyList<TracedPacket> trail, Observation observation)
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
    private static void Shorten(FlowTrail trail, Observation observation)
    {
        if (observation is ClientHelloObservation) trail.Clear();
        else trail.KeepLatest();
    }

    private FlowTrail TrailOf(in FlowKey key)
    {
        if (_young.TryGetValue(key, out var trail)) return trail;
        if (!_old.Remove(key, out trail)) trail = new FlowTrail();
        if (_young.Count >= MinFlows) Turn();
        _young.Add(key, trail);
        _youngEntries += trail.Weight;
        return trail;
    }

    /// <summary>Forgets the old directions; the young ones are old now.</summary>
    private void Turn() => (_old, _young, _youngEntries) = (_young, [], 0);
}
