using System.Runtime.Intrinsics;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Protocols;
using ActorFingerprint.Protocols.Quic;
using ActorFingerprint.Tools.FrameGenerator;
using ActorFingerprint.Tools.FrameGenerator.Quic;
using ActorFingerprint.Tools.FrameGenerator.Tls;
using BenchmarkDotNet.Attributes;

namespace ActorFingerprint.Benchmarks.Protocols;

/// <summary>One Initial packet of 1,200 bytes: key derivation, opening, and the whole way to an observation.</summary>
public class QuicBenchmarks
{
    private const int Connections = 256;

    private readonly QuicStage _stage = new("bench", new QuicLimits());
    private readonly ObservationCounter _counter = new();
    private readonly byte[] _id = [1, 2, 3, 4, 5, 6, 7, 8];
    private readonly byte[] _buffer = new byte[2048];
    private readonly byte[][] _datagrams = new byte[Connections][];
    private InitialKeys _keys;
    private uint _flow;

    [GlobalSetup]
    public void Load()
    {
        var hello = TlsStacks.SafariQuicLike.Hello(SeededRandom.For(1, "quic"), "www.example.com").ToBytes();
        for (var i = 0; i < Connections; i++)
        {
            byte[] id = [.. _id.AsSpan(..^1), (byte)(_id[^1] + i)];
            _datagrams[i] = new QuicPackets(QuicDialect.V1).Initial(id, true, id, [], QuicFrames.Crypto(0, hello), size: 1200);
        }
        _keys = new InitialSecret(QuicVersion.V1, _id).ClientKeys;
    }

    /// <summary>The client's three keys from its connection ID.</summary>
    [Benchmark]
    public Vector128<byte> Derive() => new InitialSecret(QuicVersion.V1, _id).ClientKeys.Key;

    /// <summary>Header protection and payload of one packet under known keys.</summary>
    [Benchmark]
    public int Open()
    {
        new QuicPacketReader(_datagrams[0]).TryRead(out var packet);
        _keys.TryOpen(in packet, _buffer, out var payload);
        return payload.Length;
    }

    /// <summary>A datagram of a connection of its own, the client's hello seen before: what a busy network shows.</summary>
    [Benchmark]
    public int StageOfKnownHello()
    {
        var datagram = _datagrams[_flow % Connections];
        var packet = new PacketHeader
        {
            Frame = ++_flow,
            AtTicks = DateTime.UnixEpoch.Ticks + _flow * 1000L,
            Interest = Interest.Quic,
            Source = NetworkAddress.V4(0x0A140000 | _flow >> 14 & 0xFFFF),
            Destination = NetworkAddress.V4(0xC000020A),
            SourcePort = (ushort)(32768 + (_flow & 0x3FFF)),
            DestinationPort = 443,
            PayloadLength = datagram.Length,
        };
        _stage.Parse(packet, datagram, _counter);
        return _counter.Count;
    }
}
