using System.Globalization;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Protocols;
using ActorFingerprint.Protocols.Dhcp;
using ActorFingerprint.Tools.FrameGenerator.Dhcp;
using BenchmarkDotNet.Attributes;
using DhcpMessageType = ActorFingerprint.Tools.FrameGenerator.Dhcp.DhcpMessageType;
using DhcpOption = ActorFingerprint.Tools.FrameGenerator.Dhcp.DhcpOption;

namespace ActorFingerprint.Benchmarks.Protocols;

/// <summary>DHCP messages through the stage; for each message.</summary>
public class DhcpBenchmarks
{
    private const int Clients = 8192;

    private readonly DhcpStage _stage = new("bench");
    private readonly ObservationCounter _counter = new();
    private byte[] _one = [];
    private byte[][] _many = [];

    [GlobalSetup]
    public void Load()
    {
        _one = Message(0);
        _many = [.. Enumerable.Range(0, Clients).Select(Message)];
    }

    /// <summary>A client that repeats itself, as all do.</summary>
    [Benchmark]
    public int KnownContent()
    {
        _stage.Parse(Packet(), _one, _counter);
        return _counter.Count;
    }

    /// <summary>More clients in turn than the stage keeps contents of.</summary>
    [Benchmark(OperationsPerInvoke = Clients)]
    public int NewContent()
    {
        var packet = Packet();
        foreach (var message in _many) _stage.Parse(packet, message, _counter);
        return _counter.Count;
    }

    private static PacketHeader Packet() => new()
    {
        Frame = 1,
        AtTicks = DateTime.UnixEpoch.Ticks,
        Interest = Interest.Dhcp,
        Source = NetworkAddress.V4(0),
        Destination = NetworkAddress.V4(uint.MaxValue),
        SourcePort = 68,
        DestinationPort = 67,
    };

    private static byte[] Message(int client) => new DhcpMessage
    {
        HardwareAddress = [0xF0, 0x18, 0x98, 0, (byte)(client >> 8), (byte)client],
        TransactionId = (uint)client,
        Options =
        [
            DhcpOption.Type(DhcpMessageType.Discover),
            DhcpOption.Text(12, "host-" + client.ToString(CultureInfo.InvariantCulture)),
            DhcpOption.Text(60, "MSFT 5.0"),
            DhcpOption.Parameters(1, 3, 6, 15, 31, 33, 43, 44, 46, 47, 119, 121, 249, 252),
            DhcpOption.End,
        ],
        MinimumLength = 300,
    }.ToBytes();
}
