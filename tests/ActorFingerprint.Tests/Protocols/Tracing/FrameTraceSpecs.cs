using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Protocols;
using ActorFingerprint.Protocols.Network;
using ActorFingerprint.Protocols.Tracing;
using ActorFingerprint.Tests.Protocols.Network;
using Xunit;
using static ActorFingerprint.Tests.Protocols.Network.Wire;

namespace ActorFingerprint.Tests.Protocols.Tracing;

public sealed class FrameTraceSpecs
{
    private static readonly byte[] Datagram = Udp(Bytes(600), 68, 67);

    private readonly FrameTrace _trace = new();
    private readonly TestedStream _stream;

    public FrameTraceSpecs() => _stream = new TestedStream(new InterestOptions { Trace = _trace });

    [Fact]
    public void A_fragment_that_brings_nothing_new_is_no_part_of_its_datagram()
    {
        for (var i = 0; i < 100; i++) _stream.Test(V4Part(Datagram, 0, 208, true));
        _stream.Test(V4Part(Datagram, 104, 104, true));
        _stream.Test(V4Part(Datagram, 104, 208, true));
        Assert.Equal(Interest.Dhcp, _stream.Test(V4Part(Datagram, 312, Datagram.Length - 312, false)));
        Assert.Equal([1, 102, 103], FramesOf(103));
    }

    [Fact]
    public void One_that_repeats_bytes_and_tells_the_end_is_new()
    {
        _stream.Test(V4Part(Datagram, 0, 608, true));
        Assert.Equal(Interest.Dhcp, _stream.Test(V4Part(Datagram, 400, 208, false)));
        Assert.Equal([1, 2], FramesOf(2));
    }

    [Fact]
    public void Of_a_datagram_in_more_frames_than_are_remembered_the_latest_are()
    {
        var inner = Udp(Bytes(64_000), 68, 67);
        for (var (at, id) = (0, 1000); at < inner.Length; at += 640, id++)
        {
            var length = Math.Min(640, inner.Length - at);
            var fragment = at / 8 | (at + length < inner.Length ? 0x2000 : 0);
            var outer = Udp([8, 0, 0, 0, 0, 0, 7, 0, .. Ethernet(0x0800, Ipv4(17, inner[at..(at + length)], fragment: fragment))], 50000, 4789);
            for (var piece = 0; piece < outer.Length; piece += 8)
                _stream.Test(V4Part(outer, piece, Math.Min(8, outer.Length - piece), piece + 8 < outer.Length, id: id));
        }
        Assert.Equal(Interest.Dhcp, _stream.Header.Interest);
        var last = _stream.Header.Frame;
        Assert.InRange(last, FrameTrace.MaxFragments + 1, int.MaxValue);
        Assert.Equal(Enumerable.Range(0, FrameTrace.MaxFragments).Select(i => last - FrameTrace.MaxFragments + 1 + i), FramesOf(last).Order());
    }

    [Fact]
    public void The_oldest_datagrams_are_forgotten_when_all_have_too_many_frames()
    {
        const int Datagrams = FrameTrace.MaxFrames / FrameTrace.MaxFragments;
        for (var n = 1; n <= Datagrams + 2; n++)
            _trace.Complete(n, Enumerable.Repeat((long)n, FrameTrace.MaxFragments));
        Assert.Equal([1], FramesOf(1));
        Assert.Equal([2], FramesOf(2));
        for (var n = 3; n <= Datagrams + 2; n++) Assert.Equal(FrameTrace.MaxFragments, FramesOf(n).Count);
    }

    [Fact]
    public void Directions_hold_so_many_packets_in_all_and_the_latest_keep_theirs()
    {
        var trails = new FlowTrails(_trace);
        const int Directions = 3 * FlowTrails.MaxEntries / FlowTrails.MaxPackets;
        for (var flow = 0; flow < Directions; flow++)
        {
            for (var i = 0; i < FlowTrails.MaxPackets; i++) trails.Note(Packet(flow, i), []);
            Assert.InRange(trails.Entries, 1, FlowTrails.MaxEntries);
        }
        Assert.Equal(FlowTrails.MaxPackets, Attached(trails, Directions - 1).Count);
        Assert.Single(Attached(trails, 0));
    }

    [Fact]
    public void Packets_in_many_fragments_count_as_many_and_keep_them_after_the_trace_forgot()
    {
        var trails = new FlowTrails(_trace);
        for (var flow = 0; flow < 400; flow++)
        {
            var packet = Packet(flow, 0);
            _trace.Complete(packet.Frame, Enumerable.Range(1, FrameTrace.MaxFragments).Select(i => packet.Frame - FrameTrace.MaxFragments + i));
            trails.Note(in packet, []);
            Assert.InRange(trails.Entries, 1, FlowTrails.MaxEntries);
        }
        for (var flow = 1000; flow < 1000 + FrameTrace.MaxFrames / FrameTrace.MaxFragments; flow++)
            _trace.Complete(Packet(flow, 0).Frame, new long[FrameTrace.MaxFragments]);
        Assert.Equal([Packet(399, 0).Frame], FramesOf(Packet(399, 0).Frame));
        Assert.Equal(FrameTrace.MaxFragments, Attached(trails, 399).Count);
        Assert.Single(Attached(trails, 0));
    }

    /// <summary>What an observation of the direction's first packet is made of; the packet alone when nothing is remembered.</summary>
    private static IReadOnlyList<long> Attached(FlowTrails trails, int flow)
    {
        var packet = Packet(flow, 0);
        var observation = new SshIdentificationObservation(new Origin { Frame = packet.Frame }) { Identification = "SSH-2.0-x" };
        trails.Attach(in packet, observation);
        return observation.Frames ?? [observation.Frame];
    }

    private static PacketHeader Packet(int flow, int number) => new()
    {
        Interest = Interest.TcpStream,
        Frame = (flow + 1L) * 100_000 + number,
        Source = NetworkAddress.V4(0x0A000000 + (uint)flow),
        Destination = NetworkAddress.V4(0xC0000201),
        SourcePort = 40000,
        DestinationPort = 22,
    };

    private static byte[] V4Part(byte[] datagram, int at, int length, bool hasMore, int id = 7) =>
        Ethernet(0x0800, Ipv4(17, datagram[at..(at + length)], fragment: at / 8 | (hasMore ? 0x2000 : 0), identification: id));

    private List<long> FramesOf(long frame)
    {
        List<long> frames = [];
        _trace.AddFramesOf(frame, frames);
        return frames;
    }
}
