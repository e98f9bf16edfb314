using ActorFingerprint.Core.Fingerprints;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Protocols.Quic;
using ActorFingerprint.Tests.Protocols.Tls;
using ActorFingerprint.Tools.FrameGenerator.Quic;

namespace ActorFingerprint.Tests.Protocols.Quic;

/// <summary>A client and a server of QUIC, packet by packet, before a stage.</summary>
internal sealed class QuicTalk(QuicDialect? dialect = null, QuicLimits? limits = null)
{
    public static readonly byte[] FirstId = [1, 2, 3, 4, 5, 6, 7, 8];
    public static readonly byte[] ClientId = [0xC1, 0xC2, 0xC3];
    public static readonly byte[] ServerId = [0x51, 0x52, 0x53, 0x54];

    private int _number;

    /// <summary>The stage and what it found.</summary>
    public StageProbe Probe { get; } = new(new QuicStage("lab", limits ?? new QuicLimits()));

    /// <summary>Dialect of the packets that follow.</summary>
    public QuicDialect Dialect { get; set; } = dialect ?? QuicDialect.V1;

    /// <summary>Version number in their headers; null for the dialect's own.</summary>
    public uint? Version { get; set; }

    /// <summary>The ID from which keys are derived.</summary>
    public byte[] KeyId { get; set; } = FirstId;

    /// <summary>Destination Connection ID of the client's packets.</summary>
    public byte[] Destination { get; set; } = FirstId;

    /// <summary>Token of the client's packets.</summary>
    public byte[] Token { get; set; } = [];

    /// <summary>Port of the client: another one is another flow.</summary>
    public ushort Port { get; set; } = 40000;

    public QuicPackets Packets => new(Dialect) { Version = Version ?? Dialect.Version };

    public List<ClientHello> ClientHellos => [.. Probe.Found.OfType<ClientHelloObservation>().Select(o => o.Hello)];

    public List<ServerHello> ServerHellos => [.. Probe.Found.OfType<ServerHelloObservation>().Select(o => o.Hello)];

    /// <summary>A ClientHello with transport parameters.</summary>
    public static byte[] Hello(string name = "host.example", int padding = 0, byte seed = 1) =>
        TlsBytes.ClientHello(name, padding, seed, (57, [.. QuicFrames.Parameter(4, 1048576UL), .. QuicFrames.Parameter(0x0F, ClientId)]));

    /// <summary>A client's Initial packet with these frames.</summary>
    public byte[] FromClient(params byte[][] frames) =>
        Packets.Initial(KeyId, fromClient: true, Destination, ClientId, [.. frames.SelectMany(f => f)], _number++, Token, size: 1200);

    /// <summary>A server's Initial packet with these frames.</summary>
    public byte[] FromServer(params byte[][] frames) =>
        Packets.Initial(KeyId, fromClient: false, ClientId, ServerId, [.. frames.SelectMany(f => f)], _number++);

    /// <summary>A CRYPTO frame of the dialect.</summary>
    public byte[] Crypto(int offset, ReadOnlySpan<byte> data) => QuicFrames.Crypto(offset, data, Dialect.CryptoFrame);

    /// <summary>The client sends a datagram.</summary>
    public QuicTalk Send(params byte[][] packets)
    {
        Probe.Send(0, [.. packets.SelectMany(p => p)], Port);
        return this;
    }

    /// <summary>The server sends a datagram.</summary>
    public QuicTalk Answer(params byte[][] packets)
    {
        Probe.Answer(0, [.. packets.SelectMany(p => p)], Port);
        return this;
    }
}
