using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Protocols;
using ActorFingerprint.Protocols.Tcp;
using ActorFingerprint.Protocols.Tls;

namespace ActorFingerprint.Tests.Protocols;

/// <summary>One stage with a sink that keeps everything, fed with packets between two fixed hosts.</summary>
internal sealed class StageProbe(IProtocolStage stage) : IObservationSink
{
    public static readonly MacAddress ClientMac = new(0x02_11_22_33_44_55);
    public static readonly MacAddress ServerMac = new(0x00_AA_BB_CC_DD_EE);
    public static readonly NetworkAddress Client = NetworkAddress.V4(0x0A000001);
    public static readonly NetworkAddress Server = NetworkAddress.V4(0xC0000201);

    private long _frame;

    /// <summary>A TLS stage of the site <c>lab</c>.</summary>
    public static StageProbe OfTls(ReassemblyLimits? limits = null) => new(new TlsStage("lab", limits ?? new ReassemblyLimits()));

    /// <summary>The stage under test.</summary>
    public IProtocolStage Stage => stage;

    /// <summary>Frame time of the next packet.</summary>
    public long AtTicks { get; set; } = new DateTime(2026, 11, 22, 10, 0, 30, DateTimeKind.Utc).Ticks;

    public List<Observation> Found { get; } = [];

    public List<Malformed> Faults { get; } = [];

    public List<StateLimit> Evictions { get; } = [];

    /// <summary>A segment of the client, at a frame number of its own.</summary>
    public StageProbe Send(uint sequence, byte[] payload, ushort port = 40000) => Give(FromClient(sequence, port), payload);

    /// <summary>A segment of the server.</summary>
    public StageProbe Answer(uint sequence, byte[] payload, ushort port = 40000)
    {
        var packet = FromClient(sequence, port);
        (packet.Source, packet.Destination) = (packet.Destination, packet.Source);
        (packet.SourcePort, packet.DestinationPort) = (packet.DestinationPort, packet.SourcePort);
        (packet.SourceMac, packet.DestinationMac) = (packet.DestinationMac, packet.SourceMac);
        return Give(packet, payload);
    }

    /// <summary>A frame of something else: only its number counts.</summary>
    public void SkipFrame() => _frame++;

    /// <summary>Any packet; frame number and time are set here.</summary>
    public StageProbe Give(PacketHeader packet, byte[] payload)
    {
        packet.Frame = packet.ResumeFrame = ++_frame;
        packet.AtTicks = AtTicks;
        packet.PayloadLength = payload.Length;
        stage.Parse(in packet, payload, this);
        return this;
    }

    /// <summary>The header of a client's segment.</summary>
    public static PacketHeader FromClient(uint sequence = 1, ushort port = 40000) => new()
    {
        Interest = Interest.TcpStream,
        SourceMac = ClientMac,
        DestinationMac = ServerMac,
        Source = Client,
        Destination = Server,
        SourcePort = port,
        DestinationPort = 443,
        TcpSequence = sequence,
        WireLength = 600,
    };

    void IObservationSink.Emit(Observation observation) => Found.Add(observation);

    void IObservationSink.Fault(Malformed fault) => Faults.Add(fault);

    void IObservationSink.Evicted(StateLimit limit) => Evictions.Add(limit);
}
