using ActorFingerprint.Core.Fingerprints;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Protocols;
using ActorFingerprint.Protocols.Tcp;
using ActorFingerprint.Protocols.Tls;
using ActorFingerprint.Tools.FrameGenerator;
using ActorFingerprint.Tools.FrameGenerator.Tls;
using BenchmarkDotNet.Attributes;

namespace ActorFingerprint.Benchmarks.Protocols;

/// <summary>JA3 and JA4 of hellos of three sizes, and a whole hello through the stage; for each hello.</summary>
public class TlsBenchmarks
{
    private readonly TlsStage _stage = new("bench", new ReassemblyLimits());
    private readonly ObservationCounter _counter = new();
    private ClientHello _hello = null!;
    private byte[] _record = [];
    private uint _flow;

    /// <summary>The client whose hello it is.</summary>
    [Params("chrome-like", "java-like", "mbedtls2-like")]
    public string Stack { get; set; } = "";

    [GlobalSetup]
    public void Load()
    {
        var stack = TlsStacks.All.Single(stack => stack.Name == Stack);
        var message = stack.Hello(SeededRandom.For(1, Stack), "www.example.com");
        _record = TlsRecord.Split(message.ToBytes());
        _hello = new ClientHello
        {
            LegacyVersion = message.LegacyVersion,
            CipherSuites = [.. message.CipherSuites],
            Extensions = [.. message.Extensions ?? []],
            SupportedGroups = [.. message.Groups],
            PointFormats = [.. message.PointFormats],
            SignatureAlgorithms = [.. message.SignatureAlgorithms],
            SupportedVersions = message.Versions.Count == 0 ? null : [.. message.Versions],
            Alpn = [.. message.Alpn],
            HasSni = true,
            Ja3 = "",
            Ja4 = "",
        };
    }

    [Benchmark]
    public string Ja3String() => Ja3.Text(_hello.Fields);

    [Benchmark]
    public string Ja3Hash() => Ja3.Hash(_hello.Fields);

    [Benchmark]
    public string Ja4Hash() => Ja4.Compute(_hello.Fields);

    [Benchmark]
    public string Ja4Lists() => Ja4.Raw(_hello.Fields);

    /// <summary>One segment of a flow of its own, the client's hello seen before: what a busy network shows.</summary>
    [Benchmark]
    public int StageOfKnownHello()
    {
        var packet = new PacketHeader
        {
            Frame = ++_flow,
            AtTicks = DateTime.UnixEpoch.Ticks + _flow * 1000L,
            Interest = Interest.TcpStream,
            Source = NetworkAddress.V4(0x0A140000 | _flow >> 14 & 0xFFFF),
            Destination = NetworkAddress.V4(0xC000020A),
            SourcePort = (ushort)(32768 + (_flow & 0x3FFF)),
            DestinationPort = 443,
            TcpFlags = 0x18,
            TcpSequence = 1,
            PayloadLength = _record.Length,
            FlowHash = _flow,
        };
        _stage.Parse(packet, _record, _counter);
        return _counter.Count;
    }
}
