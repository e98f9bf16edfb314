using ActorFingerprint.Tools.FrameGenerator.Packets;
using ActorFingerprint.Tools.FrameGenerator.Tls;
using ActorFingerprint.Tools.FrameGenerator.Truth;

namespace ActorFingerprint.Tools.FrameGenerator.Quic;

/// <summary>How the bytes of a ClientHello reach the wire.</summary>
internal enum QuicDelivery
{
    /// <summary>One CRYPTO frame a packet.</summary>
    Plain,

    /// <summary>Small CRYPTO frames in any order, with PING and PADDING frames between them.</summary>
    Shredded,

    /// <summary>The last packet first.</summary>
    Reversed,

    /// <summary>The server answers the first packets with a Retry.</summary>
    Retried,

    /// <summary>Every packet twice.</summary>
    Retransmitted,
}

/// <summary>Plays the opening of a QUIC connection and notes what a reader must find.</summary>
internal sealed class QuicHandshake(
    ConversationPath path, Timeline timeline, SeededRandom random, string device, ICollection<Expectation> truth)
{
    private const int DatagramSize = 1200;
    private const int FrameSize = 1100;
    private const ushort TransportParameters = 57;

    private readonly byte[] _clientId = random.Bytes(3);
    private readonly byte[] _serverId = random.Bytes(8);
    private int _number;

    /// <summary>MAC address of the router behind which the client lives, when it is one.</summary>
    public string? Behind { get; init; }

    /// <summary>Hello and answer, then a little of what cannot be read.</summary>
    public void Run(TlsStack stack, string serverName, long atMicros, QuicDialect dialect, QuicDelivery delivery)
    {
        var hello = stack.Hello(random, serverName);
        hello = hello with { Bodies = new Dictionary<ushort, byte[]>(hello.Bodies) { [TransportParameters] = Parameters() } };
        var packets = new QuicPackets(dialect);
        var message = hello.ToBytes();
        var (id, token) = (random.Bytes(8), Array.Empty<byte>());
        var last = Send(packets, message, id, token, dialect, delivery, ref atMicros);
        truth.Add(Expect(last) with { ClientHello = hello });
        if (delivery is QuicDelivery.Retried)
        {
            var retryId = random.Bytes(8);
            token = random.Bytes(40);
            Emit(false, packets.Retry(_clientId, retryId, token, random.Bytes(16)), atMicros += 20_000);
            id = retryId;
            Send(packets, message, id, token, dialect, delivery, ref atMicros);
        }
        var cipher = hello.CipherSuites.First(suite => suite >> 8 == 0x13);
        var answer = ServerHelloMessage.Tls13(random, hello.SessionId, cipher);
        byte[] frames = [.. QuicFrames.Ack(), .. QuicFrames.Crypto(0, answer.ToBytes(), dialect.CryptoFrame)];
        byte[] flight =
        [
            .. packets.Initial(id, fromClient: false, _clientId, _serverId, frames),
            .. packets.Handshake(_clientId, _serverId, random.Bytes(700)),
        ];
        truth.Add(Expect(Emit(false, flight, atMicros += random.Next(8_000, 30_000))) with { ServerHello = answer });
        byte[] acknowledged = packets.Initial(id, fromClient: true, _serverId, _clientId, QuicFrames.Ack(), _number, token, DatagramSize);
        Emit(true, acknowledged, atMicros += 500);
        Emit(true, [0x4A, .. _serverId, .. random.Bytes(90)], atMicros += 700);
        Emit(false, [0x51, .. _clientId, .. random.Bytes(600)], atMicros + 12_000);
    }

    private Frame Send(QuicPackets packets, byte[] message, byte[] id, byte[] token, QuicDialect dialect, QuicDelivery delivery,
        ref long atMicros)
    {
        List<byte[]> datagrams = [];
        for (var at = 0; at < message.Length; at += FrameSize)
        {
            var part = message.AsSpan(at, Math.Min(FrameSize, message.Length - at));
            var frames = delivery is QuicDelivery.Shredded ? Shred(part, at, dialect) : QuicFrames.Crypto(at, part, dialect.CryptoFrame);
            datagrams.Add(packets.Initial(id, fromClient: true, id, _clientId, frames, _number++, token, DatagramSize));
        }
        if (delivery is QuicDelivery.Reversed) datagrams.Reverse();
        var last = default(Frame);
        foreach (var datagram in datagrams) last = Emit(true, datagram, atMicros += random.Next(20, 200));
        if (delivery is QuicDelivery.Retransmitted)
            foreach (var datagram in datagrams) Emit(true, datagram, atMicros += 90_000);
        return last!;
    }

    private byte[] Shred(ReadOnlySpan<byte> part, int offset, QuicDialect dialect)
    {
        const int Piece = 150;
        List<byte[]> frames = [];
        for (var at = 0; at < part.Length; at += Piece)
            frames.Add(QuicFrames.Crypto(offset + at, part.Slice(at, Math.Min(Piece, part.Length - at)), dialect.CryptoFrame));
        frames.Add(QuicFrames.Ping);
        frames.Add(QuicFrames.Padding(3));
        return [.. random.Shuffle(frames).SelectMany(frame => frame)];
    }

    /// <summary>In another order each time, with a parameter that only keeps servers tolerant.</summary>
    private byte[] Parameters() =>
    [
        .. random.Shuffle<byte[]>(
        [
            QuicFrames.Parameter(0x01, 30_000UL), QuicFrames.Parameter(0x03, 1472UL), QuicFrames.Parameter(0x04, 15_728_640UL),
            QuicFrames.Parameter(0x05, 6_291_456UL), QuicFrames.Parameter(0x08, 100UL), QuicFrames.Parameter(0x0F, _clientId),
            QuicFrames.Parameter((ulong)(31 * random.Next(1000) + 27), random.Bytes(4)),
        ]).SelectMany(parameter => parameter),
    ];

    private Frame Emit(bool fromClient, byte[] datagram, long atMicros)
    {
        var (from, to) = fromClient ? (path.Client, path.Server) : (path.Server, path.Client);
        var route = new IpRoute(from.Address, to.Address, fromClient ? path.ClientTimeToLive : path.ServerTimeToLive);
        return timeline.Add(atMicros, path.Link(UdpDatagram.Packet(route, from.Port, to.Port, datagram), fromClient));
    }

    private TlsExpectation Expect(Frame frame) => new(frame, device, path.Client, path.Server) { Behind = Behind, IsQuic = true };
}
