using ActorFingerprint.Protocols;
using ActorFingerprint.Protocols.Network;
using Xunit;
using static ActorFingerprint.Tests.Protocols.Network.Wire;

namespace ActorFingerprint.Tests.Protocols.Network;

public sealed class DefragmentSpecs
{
    private static readonly byte[] Message = [.. Enumerable.Range(0, 600).Select(i => (byte)(i * 7))];
    private static readonly byte[] Datagram = Udp(Message, 68, 67);
    private static readonly int[][] Orders = [[0, 1, 2], [2, 1, 0], [1, 0, 2], [2, 0, 1], [0, 2, 1], [1, 2, 0]];

    private readonly TestedStream _stream = new(new InterestOptions());

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Datagram_is_whole_with_its_last_fragment_in_any_order(bool isV6)
    {
        foreach (var order in Orders)
        {
            var stream = new TestedStream(new InterestOptions());
            var payload = isV6 ? Tcp(Hello(591)) : Datagram;
            byte[] Part(int part) => isV6 ? V6Part(payload, part * 208, Math.Min(208, payload.Length - part * 208), part < 2)
                : V4Part(payload, part * 208, Math.Min(208, payload.Length - part * 208), part < 2);
            Assert.Equal(Interest.None, stream.Test(Part(order[0]), 100));
            Assert.Equal(1, stream.Target.OldestOpenFrame);
            Assert.Equal(Interest.None, stream.Test(Part(order[1]), 200));
            Assert.Equal(isV6 ? Interest.TcpStream : Interest.Dhcp, stream.Test(Part(order[2]), 300));
            Assert.Equal((3L, 300L, 1L), (stream.Header.Frame, stream.Header.AtTicks, stream.Header.ResumeFrame));
            Assert.Equal(isV6 ? Hello(591) : Message, stream.Payload);
            Assert.Equal(ClientMac, stream.Header.SourceMac.ToString());
            Assert.Equal(2, stream.Counters[PacketFate.FragmentHeld]);
        }
    }

    [Fact]
    public void First_fragment_alone_is_not_parsed()
    {
        Assert.Equal(Interest.None, _stream.Test(V4Part(Datagram, 0, 400, true)));
        Assert.Equal(1, _stream.Counters[PacketFate.FragmentHeld]);
    }

    [Fact]
    public void Repeated_fragment_changes_nothing_and_bytes_that_came_first_win_an_overlap()
    {
        var forged = Datagram.ToArray();
        forged[300] ^= 0xFF;
        _stream.Test(V4Part(Datagram, 208, 208, true));
        _stream.Test(V4Part(Datagram, 208, 208, true));
        Assert.Equal(0, _stream.Counters[Malformed.IpFragment]);
        _stream.Test(V4Part(forged, 0, 416, true));
        Assert.Equal(1, _stream.Counters[Malformed.IpFragment]);
        Assert.Equal(Interest.Dhcp, _stream.Test(V4Part(Datagram, 408, 200, false)));
        Assert.Equal(Message, _stream.Payload);
    }

    [Fact]
    public void Fragments_that_contradict_each_other_drop_the_datagram()
    {
        _stream.Test(V4Part(Datagram, 208, 208, true));
        Assert.Equal(Interest.None, _stream.Test(V4Part(Datagram, 8, 96, false))); // ends before bytes that are there
        Assert.Equal(1, _stream.Counters[Malformed.IpFragment]);

        var stream = new TestedStream(new InterestOptions { Protocols = ProtocolSet.Dhcp });
        stream.Test(V4Part(Datagram, 208, 208, true, id: 2));
        stream.Test(V4Part(Datagram, 8, 96, false, id: 2));
        stream.Test(V4Part(Datagram, 104, 100, true, id: 3)); // a middle piece whose length is no multiple of 8
        stream.Test(Raw(Ipv4(17, Bytes(1000), fragment: 0x1FFF, identification: 4))); // past 65,535
        stream.Test(Raw(Ipv4(17, [], fragment: 0x2000, identification: 5)));
        Assert.Equal(4, stream.Counters[Malformed.IpFragment]);
        Assert.Equal(long.MaxValue, stream.Target.OldestOpenFrame);
    }

    [Fact]
    public void Datagrams_are_told_apart_by_addresses_protocol_identification_and_vlan()
    {
        byte[] first = Ipv4(17, Datagram[..400], fragment: 0x2000);
        byte[] last = Ipv4(17, Datagram[400..], fragment: 50);
        _stream.Test(Ethernet(0x8100, Vlan(5, 0x0800, first)));
        byte[][] others =
        [
            Vlan(6, 0x0800, last),
            Vlan(5, 0x0800, Ipv4(17, Datagram[400..], fragment: 50, identification: 8)),
            Vlan(5, 0x0800, Ipv4(17, Datagram[400..], Server, fragment: 50)),
            Vlan(5, 0x0800, Ipv4(6, Datagram[400..], fragment: 50)),
        ];
        foreach (var other in others) Assert.Equal(Interest.None, _stream.Test(Ethernet(0x8100, other)));
        Assert.Equal(Interest.Dhcp, _stream.Test(Ethernet(0x8100, Vlan(5, 0x0800, last))));
        Assert.Equal(5, _stream.Header.Vlan);
    }

    [Fact]
    public void Tunnel_that_was_fragmented_is_walked_further_and_so_is_a_fragment_inside_it()
    {
        byte[] Tunnelled(byte[] packet) => Udp([8, 0, 0, 0, 0, 0, 7, 0, .. Ethernet(0x0800, packet)], 50000, 4789);
        byte[] first = Tunnelled(Ipv4(17, Datagram[..400], fragment: 0x2000));
        byte[] last = Tunnelled(Ipv4(17, Datagram[400..], fragment: 50));
        _stream.Test(V4Part(first, 0, 208, true, id: 100));
        _stream.Test(V4Part(last, 0, 208, true, id: 101));
        Assert.Equal(Interest.None, _stream.Test(V4Part(first, 208, first.Length - 208, false, id: 100)));
        Assert.Equal(Interest.Dhcp, _stream.Test(V4Part(last, 208, last.Length - 208, false, id: 101)));
        Assert.Equal(Message, _stream.Payload);
        Assert.Equal((4L, 1L), (_stream.Header.Frame, _stream.Header.ResumeFrame));
    }

    [Fact]
    public void Incomplete_datagram_is_given_up_after_thirty_seconds()
    {
        var stream = new TestedStream(new InterestOptions { Protocols = ProtocolSet.Dhcp });
        stream.Test(V4Part(Datagram, 0, 400, true), 0);
        Assert.Equal(Interest.None, stream.Test(V4Part(Datagram, 400, 208, false), 31 * TimeSpan.TicksPerSecond));
        Assert.Equal(1, stream.Counters[StateLimit.Time]);
        Assert.Equal(2, stream.Target.OldestOpenFrame);
        stream.Test(TcpFrame([]), 120 * TimeSpan.TicksPerSecond);
        Assert.Equal(long.MaxValue, stream.Target.OldestOpenFrame);
    }

    [Fact]
    public void Oldest_datagram_gives_way_at_the_limits()
    {
        var byCount = new TestedStream(new InterestOptions { Defragment = new DefragmentOptions { MaxDatagrams = 3 } });
        for (var id = 1; id <= 5; id++) byCount.Test(V4Part(Datagram, 0, 400, true, id));
        Assert.Equal(2, byCount.Counters[StateLimit.Flows]);
        Assert.Equal(Interest.None, byCount.Test(V4Part(Datagram, 400, 208, false, 1)));
        Assert.Equal(Interest.Dhcp, byCount.Test(V4Part(Datagram, 400, 208, false, 5)));

        var byBytes = new TestedStream(new InterestOptions { Defragment = new DefragmentOptions { MaxBytes = 100_000 } });
        for (var id = 1; id <= 50; id++) byBytes.Test(Raw(Ipv4(17, Bytes(8), fragment: 0x2000 | 7000, identification: id)));
        Assert.Equal(49, byBytes.Counters[StateLimit.Bytes]);
    }

    [Fact]
    public void Datagram_in_too_many_separate_pieces_is_dropped()
    {
        for (var i = 0; i < 40; i++) _stream.Test(Raw(Ipv4(17, Bytes(8), fragment: 0x2000 | i * 2)));
        Assert.Equal(1, _stream.Counters[Malformed.IpFragment]);
    }

    [Fact]
    public void Fragment_that_the_capture_cut_or_of_a_protocol_nobody_reads_is_not_kept()
    {
        var frame = V4Part(Datagram, 0, 400, true);
        _stream.Test(frame[..200], wireLength: frame.Length);
        _stream.Test(Raw(Ipv4(1, Bytes(400), fragment: 0x2000)));
        Assert.Equal((1, 1, 0), (_stream.Counters[PacketFate.FragmentCut], _stream.Counters[PacketFate.OtherIpProtocol],
            _stream.Counters[PacketFate.FragmentHeld]));
    }

    private static byte[] Raw(byte[] packet) => Ethernet(0x0800, packet);

    private static byte[] V4Part(byte[] datagram, int at, int length, bool hasMore, int id = 7) =>
        Raw(Ipv4(17, datagram[at..(at + length)], fragment: (hasMore ? 0x2000 : 0) | at / 8, identification: id));

    private static byte[] V6Part(byte[] datagram, int at, int length, bool hasMore) =>
        Ethernet(0x86DD, Ipv6(44, [6, 0, .. U16(at | (hasMore ? 1 : 0)), 0, 0, 0, 9, .. datagram[at..(at + length)]]));
}
