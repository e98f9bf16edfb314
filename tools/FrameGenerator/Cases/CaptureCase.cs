using System.Net;
using ActorFingerprint.Tools.FrameGenerator.Packets;
using ActorFingerprint.Tools.FrameGenerator.Truth;
using ActorFingerprint.Tools.FrameGenerator.Writers;

namespace ActorFingerprint.Tools.FrameGenerator.Cases;

/// <summary>A small capture that shows one rule, with what a reader must find in it.</summary>
/// <param name="Protocol">Folder: <c>dhcp</c>, <c>quic</c> or <c>tls</c>.</param>
/// <param name="Name">File name without its end.</param>
/// <param name="Rule">The rule in one sentence, with its section where there is one.</param>
internal sealed record CaptureCase(string Protocol, string Name, string Rule)
{
    /// <summary>2025-03-04 12:00:00 UTC.</summary>
    private const long StartMicros = 1_741_089_600L * 1_000_000;

    public static readonly EthernetAddress Client = EthernetAddress.Parse("F0:18:98:0A:0B:0C");
    public static readonly EthernetAddress Peer = EthernetAddress.Parse("78:8A:20:01:02:03");
    public static readonly IPEndPoint Server = new(new IPAddress([192, 0, 2, 10]), 443);

    private long _atMicros = StartMicros;
    private int _nextPort = 49_000;

    public int LinkType { get; init; } = CaptureWriter.Ethernet;

    public SeededRandom Random { get; } = SeededRandom.For(1, $"{Protocol}/{Name}");

    public Timeline Timeline { get; } = new();

    public List<Expectation> Truth { get; } = [];

    /// <summary>The client's MAC address as the contract writes it.</summary>
    public static string ClientText => Client.ToString();

    /// <summary>Adds one frame, a millisecond after the last.</summary>
    public Frame Add(byte[] bytes) => Timeline.Add(Tick(), bytes);

    /// <summary>Adds one frame of which the capture holds only the first bytes.</summary>
    public Frame AddCut(byte[] bytes, int capturedLength) => Timeline.Add(new Frame(Tick(), bytes) { CapturedLength = capturedLength });

    /// <summary>A conversation from the client to <paramref name="server"/>, starting a second after the last frame.</summary>
    public TcpConversation Conversation(IPEndPoint? server = null, Link? link = null, IPAddress? client = null)
    {
        _atMicros += 1_000_000;
        var from = new IPEndPoint(client ?? new IPAddress([10, 20, 1, 7]), _nextPort++);
        return new TcpConversation(new ConversationPath(link ?? Links.Ethernet(Client, Peer), from, server ?? Server), Timeline, Random,
            _atMicros);
    }

    private long Tick() => _atMicros += 1_000;
}
