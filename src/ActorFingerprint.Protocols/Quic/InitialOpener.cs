using System.Runtime.CompilerServices;
using ActorFingerprint.Protocols.Tcp;

namespace ActorFingerprint.Protocols.Quic;

/// <summary>
/// Opens Initial packets. The keys of both sides come from the first Destination Connection ID of the client, which it soon stops sending
/// (RFC 9001 §5.2): so the flow's known one is tried first, then, for a client's packet, its own, which is right for a new connection and
/// after a Retry. A flow whose hellos are read, or in which too much was tried, is left alone.
/// </summary>
internal sealed class InitialOpener(QuicLimits limits)
{
    /// <summary>Shortest Destination Connection ID of a client's first packet (RFC 9000 §7.2); after a Retry the server chose it.</summary>
    private const int ShortestFirstId = 8;

    private const int SmallestBuffer = 2048;

    private readonly QuicFlows _flows = new(limits);
    private byte[] _buffer = [];

    /// <summary>Keys of the newest connections.</summary>
    public InitialKeyCache Keys { private get; set; } = new();

    /// <summary>No later than the first frame of any remembered flow.</summary>
    public long OldestFrame => _flows.OldestFrame;

    /// <summary>Frame time has come to <paramref name="atTicks"/>.</summary>
    public void Advance(long atTicks) => _flows.Advance(atTicks);

    /// <summary>
    /// Opens a packet; gives its flow, or a null reference when it did not open or is of no more interest. The flow is valid until the
    /// next call, and so is the payload.
    /// </summary>
    public ref QuicFlow Open(
        scoped in PacketHeader packet, scoped in QuicPacket initial, IObservationSink sink, out OpenedInitial opened)
    {
        opened = default;
        if (_buffer.Length < initial.Bytes.Length) _buffer = new byte[Math.Max(SmallestBuffer, initial.Bytes.Length)];
        var key = FlowKey.Of(in packet);
        ref var flow = ref _flows.Find(in key, packet.AtTicks);
        if (Unsafe.IsNullRef(ref flow) || !flow.HasConnection)
        {
            ref var answered = ref _flows.Find(FlowKey.OfAnswer(in packet), packet.AtTicks);
            if (!Unsafe.IsNullRef(ref answered) && answered.HasConnection)
                return ref OpenServer(ref answered, in initial, sink, out opened);
        }
        return ref OpenClient(ref flow, in key, in packet, in initial, sink, out opened);
    }

    private ref QuicFlow OpenServer(ref QuicFlow flow, scoped in QuicPacket initial, IObservationSink sink, out OpenedInitial opened)
    {
        opened = default;
        if (flow.Server.IsRead || flow.Attempts >= limits.MaxAttempts) return ref Unsafe.NullRef<QuicFlow>();
        flow.Attempts++;
        var id = flow.Id;
        var version = QuicVersion.Find(initial.Version) ?? flow.Guess!;
        if (!Keys.Server(version, id.Bytes).TryOpen(in initial, _buffer, out var payload)) return ref Fail(sink);
        flow.ServerId = ContentHash.Of(initial.Source);
        opened = new OpenedInitial(payload, version, initial.Version, isFromServer: true);
        return ref flow;
    }

    private ref QuicFlow OpenClient(
        ref QuicFlow flow, scoped in FlowKey key, scoped in PacketHeader packet, scoped in QuicPacket initial, IObservationSink sink,
        out OpenedInitial opened)
    {
        opened = default;
        var isKnown = !Unsafe.IsNullRef(ref flow);
        if (isKnown)
        {
            var isFirstId = flow.HasConnection && flow.Id.Bytes.SequenceEqual(initial.Destination);
            if (flow.Attempts >= limits.MaxAttempts) return ref Unsafe.NullRef<QuicFlow>();
            if (flow.Client.IsRead && (isFirstId || ContentHash.Of(initial.Destination) == flow.ServerId))
                return ref Unsafe.NullRef<QuicFlow>();
            if (flow.HasConnection && !flow.Client.IsRead && !(isFirstId && flow.IsNegotiating(initial.Version)))
            {
                flow.Attempts++;
                var version = QuicVersion.Find(initial.Version) ?? flow.Guess!;
                if (TryOpen(version, flow.Id, in initial, out opened)) return ref flow;
                if (isFirstId) return ref Fail(sink);
            }
        }
        if (initial.Destination.Length < ShortestFirstId && !initial.HasToken)
        {
            if (!isKnown || !flow.HasConnection) sink.Fault(Malformed.QuicInitial);
            return ref Unsafe.NullRef<QuicFlow>();
        }
        var found = TryOpenFirst(in initial, out opened, out var attempts);
        var total = attempts + (isKnown ? flow.Attempts : 0);
        if (found is not null || !isKnown) flow = ref _flows.Open(in key, in packet, sink);
        flow.Attempts = total;
        if (found is null) return ref Fail(sink);
        flow.Begin(initial.Destination, initial.Version, found);
        return ref flow;
    }

    /// <summary>With keys from the packet's own ID, of its version or, when that is not known, of each generation in turn.</summary>
    private QuicVersion? TryOpenFirst(scoped in QuicPacket initial, out OpenedInitial opened, out int attempts)
    {
        var id = new ConnectionId(initial.Destination);
        attempts = 1;
        if (QuicVersion.Find(initial.Version) is { } version) return TryOpen(version, id, in initial, out opened) ? version : null;
        attempts = 0;
        opened = default;
        foreach (var trial in QuicVersion.Trials)
        {
            if (trial.InitialTypeBits != initial.TypeBits) continue;
            attempts++;
            if (TryOpen(trial, id, in initial, out opened)) return trial;
        }
        return null;
    }

    private bool TryOpen(QuicVersion version, ConnectionId id, scoped in QuicPacket initial, out OpenedInitial opened)
    {
        var isOpen = Keys.Client(version, id.Bytes).TryOpen(in initial, _buffer, out var payload);
        opened = new OpenedInitial(payload, version, initial.Version, isFromServer: false);
        return isOpen;
    }

    private static ref QuicFlow Fail(IObservationSink sink)
    {
        sink.Fault(Malformed.QuicInitial);
        return ref Unsafe.NullRef<QuicFlow>();
    }
}

/// <summary>The frames of one Initial packet, borrowed.</summary>
/// <param name="payload">The frames.</param>
/// <param name="version">The generation that opened it.</param>
/// <param name="number">The version number that it has.</param>
/// <param name="isFromServer">Which side sent it.</param>
internal readonly ref struct OpenedInitial(ReadOnlySpan<byte> payload, QuicVersion version, uint number, bool isFromServer)
{
    public ReadOnlySpan<byte> Payload { get; } = payload;

    public QuicVersion Version { get; } = version;

    public uint Number { get; } = number;

    public bool IsFromServer { get; } = isFromServer;
}
