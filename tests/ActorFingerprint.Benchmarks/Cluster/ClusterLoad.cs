using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Engine.Sharding;
using ActorFingerprint.Protocols;
using ActorFingerprint.Protocols.Network;
using ActorFingerprint.Protocols.Tcp;
using ActorFingerprint.Protocols.Tls;
using ActorFingerprint.Tools.FrameGenerator;
using ActorFingerprint.Tools.FrameGenerator.Tls;

namespace ActorFingerprint.Benchmarks.Cluster;

/// <summary>Observations as the stages make them, in the batches that a run would send.</summary>
internal static class ClusterLoad
{
    /// <summary>Shards of the region.</summary>
    public const int Shards = 64;

    private const int BatchSize = 256;
    private const int Devices = 4_000;
    private const int Names = 20_000;
    private const int TlsObservations = 64 * BatchSize * 2;

    private static readonly TlsStack[] Stacks =
        [TlsStacks.ChromeLike, TlsStacks.ChromeLike, TlsStacks.WebViewLike, TlsStacks.FirefoxLike, TlsStacks.SafariLike,
            TlsStacks.JavaLike, TlsStacks.CurlLike];

    /// <summary>
    /// Hellos of browsers, applications and tools, each with fresh GREASE and order where its stack draws them, to many servers.
    /// </summary>
    public static IReadOnlyList<ShardBatch> Tls()
    {
        var sink = new List<Observation>();
        var stage = new TlsStage("bench", new ReassemblyLimits());
        var into = new Sink(sink);
        var random = new Random(1);
        for (var flow = 1; flow <= TlsObservations; flow++)
        {
            var device = random.Next(Devices);
            var stack = Stacks[device % Stacks.Length];
            var name = $"host{(int)(Names * Math.Pow(random.NextDouble(), 3))}.service-{random.Next(9)}.example.com";
            var record = TlsRecord.Split(stack.Hello(SeededRandom.For(flow, stack.Name), name).ToBytes());
            stage.Parse(Packet(flow, device, record.Length), record, into);
        }
        return Batches(sink);
    }

    /// <summary>All that a busy home shows.</summary>
    public static IReadOnlyList<ShardBatch> Home()
    {
        var interest = new InterestTest(new InterestOptions());
        PartitionStages[] stages = [.. Enumerable.Range(0, PacketHeader.Partitions)
            .Select(_ => new PartitionStages(new ProtocolOptions()))];
        var sink = new List<Observation>();
        var into = new Sink(sink);
        var number = 0;
        foreach (var frame in HomeFrames.All)
        {
            var header = default(PacketHeader);
            var wanted = interest.Test(
                LinkType.Ethernet, frame.Bytes, frame.Bytes.Length, ++number, DateTime.UnixEpoch.Ticks + frame.AtMicros * 10, ref header,
                    out var payload);
            while (true)
            {
                if (wanted != Interest.None) stages[header.Partition].Parse(in header, payload, into);
                if (!interest.HasMore) break;
                wanted = interest.TestNext(frame.Bytes, ref header, out payload);
            }
        }
        return Batches(sink);
    }

    private static List<ShardBatch> Batches(List<Observation> observations)
    {
        var batches = new List<ShardBatch>();
        foreach (var shard in observations.Where(o => !o.Device.IsNone).GroupBy(o => ShardId.Of(o.Device, Shards)))
        {
            var number = 0;
            foreach (var chunk in shard.Chunk(BatchSize))
                batches.Add(new ShardBatch("0123456789abcdef0123456789abcdef", ++number, shard.Key,
                    [.. chunk.Select(o => new ShardEnvelope(o, null, o.Frame, o.Index))]));
        }
        return batches;
    }

    private static PacketHeader Packet(int flow, int device, int length) => new()
    {
        Frame = flow,
        AtTicks = DateTime.UnixEpoch.Ticks + flow * 20_000L,
        Interest = Interest.TcpStream,
        SourceMac = new MacAddress(0xF01898_000000UL + (ulong)device),
        DestinationMac = new MacAddress(0x001A11_000001UL),
        Source = NetworkAddress.V4(0x0A140000 | (uint)device),
        Destination = NetworkAddress.V4(0xC0000200 | (uint)(flow * 2654435761 >> 24)),
        SourcePort = (ushort)(32768 + (flow & 0x3FFF)),
        DestinationPort = 443,
        TcpFlags = 0x18,
        TcpSequence = 1,
        PayloadLength = length,
        WireLength = length + 66,
        FlowHash = (uint)flow,
    };

    private sealed class Sink(List<Observation> into) : IObservationSink
    {
        public void Emit(Observation observation) => into.Add(observation);

        public void Fault(Malformed fault) => throw new InvalidOperationException($"benchmark data is malformed: {fault}");

        public void Evicted(StateLimit limit)
        {
            // flows are never closed here
        }
    }
}
