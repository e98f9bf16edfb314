using System.Net;
using ActorFingerprint.Tools.FrameGenerator.Packets;

namespace ActorFingerprint.Tools.FrameGenerator;

/// <summary>Where a conversation runs: the link, both ends, and the hops that the time to live has lost by here.</summary>
internal sealed record ConversationPath(
    Link Link, IPEndPoint Client, IPEndPoint Server, int ClientTimeToLive = 64, int ServerTimeToLive = 52);

/// <summary>One TCP connection as a tap near the client sees it: keeps sequence numbers and time, hands out frames.</summary>
internal sealed class TcpConversation(ConversationPath path, Timeline timeline, SeededRandom random, long startMicros)
{
    /// <summary>Payload bytes of one full segment on an Ethernet link.</summary>
    public const int SegmentSize = 1448;

    /// <summary>Time of the next frame.</summary>
    public long AtMicros { get; private set; } = startMicros;

    /// <summary>Sequence number of the client's next byte; settable before <see cref="Open"/> to place a wrap.</summary>
    public uint ClientSequence { get; set; } = random.NextUInt32();

    /// <summary>Sequence number of the server's next byte.</summary>
    public uint ServerSequence { get; private set; } = random.NextUInt32();

    /// <summary>The ends of the connection.</summary>
    public ConversationPath Path => path;

    /// <summary>SYN, SYN+ACK, ACK.</summary>
    public void Open()
    {
        Emit(true, ClientSequence++, TcpFlags.Syn, []);
        Wait(random.Next(8_000, 30_000));
        Emit(false, ServerSequence++, TcpFlags.Syn | TcpFlags.Ack, []);
        Wait(random.Next(40, 400));
        Emit(true, ClientSequence, TcpFlags.Ack, []);
    }

    /// <summary>Sends bytes in full segments; the frame of the last one.</summary>
    public Frame Send(bool fromClient, byte[] bytes, int segmentSize = SegmentSize) => Deliver(Cut(fromClient, bytes, segmentSize))[^1];

    /// <summary>Cuts bytes into segments and moves the sequence number on, without putting anything on the wire yet.</summary>
    public IReadOnlyList<Segment> Cut(bool fromClient, byte[] bytes, int segmentSize = SegmentSize)
    {
        List<Segment> segments = [];
        for (var offset = 0; offset < bytes.Length; offset += segmentSize)
        {
            var part = bytes[offset..Math.Min(bytes.Length, offset + segmentSize)];
            segments.Add(new Segment(fromClient, (fromClient ? ClientSequence : ServerSequence) + (uint)offset, part));
        }
        if (fromClient) ClientSequence += (uint)bytes.Length;
        else ServerSequence += (uint)bytes.Length;
        return segments;
    }

    /// <summary>Puts segments on the wire as they come; twice is a retransmission, another order is reordering.</summary>
    public IReadOnlyList<Frame> Deliver(IEnumerable<Segment> segments)
    {
        List<Frame> frames = [];
        foreach (var segment in segments)
        {
            Wait(random.Next(20, 200));
            frames.Add(Emit(segment.FromClient, segment.Sequence, TcpFlags.Ack | TcpFlags.Psh, segment.Payload));
        }
        return frames;
    }

    /// <summary>A bare acknowledgement.</summary>
    public void Acknowledge(bool fromClient) => Emit(fromClient, fromClient ? ClientSequence : ServerSequence, TcpFlags.Ack, []);

    /// <summary>FIN from both sides.</summary>
    public void Close()
    {
        Wait(random.Next(1_000, 50_000));
        Emit(true, ClientSequence++, TcpFlags.Fin | TcpFlags.Ack, []);
        Wait(random.Next(8_000, 30_000));
        Emit(false, ServerSequence++, TcpFlags.Fin | TcpFlags.Ack, []);
        Wait(random.Next(40, 400));
        Emit(true, ClientSequence, TcpFlags.Ack, []);
    }

    /// <summary>Lets time pass.</summary>
    public void Wait(int micros) => AtMicros += micros;

    private Frame Emit(bool fromClient, uint sequence, TcpFlags flags, byte[] payload)
    {
        var (from, to) = fromClient ? (path.Client, path.Server) : (path.Server, path.Client);
        var route = new IpRoute(from.Address, to.Address, fromClient ? path.ClientTimeToLive : path.ServerTimeToLive);
        var acknowledgement = flags == TcpFlags.Syn ? 0 : fromClient ? ServerSequence : ClientSequence;
        var segment = TcpSegment.Build(route, from.Port, to.Port, sequence, acknowledgement, flags, payload);
        return timeline.Add(AtMicros, path.Link(IpPacket.Build(route, IpPacket.Tcp, segment, random.Next(65536)), fromClient));
    }
}

/// <summary>A run of payload bytes with its place in the stream.</summary>
internal sealed record Segment(bool FromClient, uint Sequence, byte[] Payload);
