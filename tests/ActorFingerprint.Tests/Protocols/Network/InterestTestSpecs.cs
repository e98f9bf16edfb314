using ActorFingerprint.Protocols;
using ActorFingerprint.Protocols.Network;
using Xunit;
using static ActorFingerprint.Tests.Protocols.Network.Wire;

namespace ActorFingerprint.Tests.Protocols.Network;

public sealed class InterestTestSpecs
{
    private static readonly long Noon = new DateTime(2026, 1, 5, 12, 0, 0, DateTimeKind.Utc).Ticks;
    private readonly TestedStream _stream = new(new InterestOptions { FlowSetBits = 10 });

    [Theory]
    [InlineData(68, 67)]
    [InlineData(67, 68)]
    [InlineData(67, 67)]
    [InlineData(1068, 67)]
    [InlineData(68, 5000)]
    public void Datagram_from_or_to_a_bootp_port_is_for_dhcp(int source, int destination)
    {
        Assert.Equal(Interest.Dhcp, _stream.Test(UdpFrame(Bytes(20), source, destination)));
        Assert.Equal(Bytes(20), _stream.Payload);
        Assert.Equal(1, _stream.Counters[Interest.Dhcp]);
    }

    [Fact]
    public void Other_datagrams_and_bootp_ports_over_ipv6_are_not()
    {
        Assert.Equal(Interest.None, _stream.Test(UdpFrame(Bytes(20), 53, 66)));
        Assert.Equal(Interest.None, _stream.Test(Ethernet(0x86DD, Ipv6(17, Udp(Bytes(20), 68, 67)))));
        Assert.Equal(2, _stream.Counters[PacketFate.UdpOther]);
    }

    [Fact]
    public void Protocols_that_are_off_are_not_looked_for()
    {
        var tlsOnly = new TestedStream(new InterestOptions { Protocols = ProtocolSet.Tls });
        var dhcpOnly = new TestedStream(new InterestOptions { Protocols = ProtocolSet.Dhcp });
        Assert.Equal((Interest.None, Interest.TcpStream), (tlsOnly.Test(UdpFrame(Bytes(9), 68, 67)), tlsOnly.Test(TcpFrame(Hello()))));
        Assert.Equal((Interest.Dhcp, Interest.None), (dhcpOnly.Test(UdpFrame(Bytes(9), 68, 67)), dhcpOnly.Test(TcpFrame(Hello()))));
        Assert.Equal(1, dhcpOnly.Counters[PacketFate.TcpDisabled]);
        Assert.Equal(long.MaxValue, dhcpOnly.Target.OldestOpenFrame);
    }

    [Fact]
    public void Segment_without_payload_is_not_interesting_and_data_on_a_syn_is()
    {
        var stream = new TestedStream(new InterestOptions { FlowSetBits = 10, Protocols = ProtocolSet.All & ~ProtocolSet.Tcp });
        Assert.Equal(Interest.None, stream.Test(TcpFrame([], flags: 0x02)));
        Assert.Equal(Interest.None, stream.Test(TcpFrame([], flags: 0x10)));
        Assert.Equal(Interest.TcpStream, stream.Test(TcpFrame(Hello(), flags: 0x02)));
        Assert.Equal(2, stream.Counters[PacketFate.TcpEmpty]);
    }

    [Theory]
    [InlineData(0x02)]
    [InlineData(0x12)]
    public void Handshake_segment_is_handed_on_from_its_ip_header_on(byte flags)
    {
        byte[] packet = Ipv4(6, Tcp([], flags: flags, options: 8));
        Assert.Equal(Interest.TcpHandshake, _stream.Test(Ethernet(0x8100, Vlan(7, 0x0800, packet)), link: LinkType.Ethernet));
        Assert.Equal(packet, _stream.Payload);
        Assert.Equal(Interest.TcpHandshake, _stream.Test(packet, link: LinkType.Raw));
        Assert.Equal(packet, _stream.Payload);
        Assert.Equal(2, _stream.Counters[Interest.TcpHandshake]);
    }

    [Fact]
    public void Packets_below_ip_go_to_their_stages_and_to_none_when_these_are_off()
    {
        (Interest, byte[])[] frames =
        [
            (Interest.Arp, Ethernet(0x0806, Bytes(46))),
            (Interest.Lldp, Ethernet(0x88CC, Bytes(46))),
            (Interest.Cdp, Ethernet(60, [0xAA, 0xAA, 3, 0, 0, 0x0C, 0x20, 0, .. Bytes(40)])),
            (Interest.Icmpv6, Ethernet(0x86DD, Ipv6(58, [135, .. Bytes(23)]))),
        ];
        var off = new TestedStream(new InterestOptions { FlowSetBits = 10, Protocols = ProtocolSet.Tls });
        foreach (var (interest, frame) in frames)
        {
            Assert.Equal(interest, _stream.Test(frame));
            Assert.Equal(Interest.None, off.Test(frame));
        }
        Assert.Equal(Interest.None, _stream.Test(Ethernet(0x86DD, Ipv6(58, [128, .. Bytes(23)]))));
        Assert.Equal((3, 1), (off.Counters[PacketFate.NotIp], off.Counters[PacketFate.OtherIpProtocol]));
    }

    [Theory]
    [InlineData(546, Interest.None)]
    [InlineData(5353, Interest.Mdns)]
    [InlineData(1900, Interest.Ssdp)]
    [InlineData(137, Interest.Names)]
    [InlineData(5355, Interest.Names)]
    [InlineData(123, Interest.Ntp)]
    [InlineData(53, Interest.None)]
    public void Ports_choose_the_stage_of_a_datagram_in_either_direction(ushort port, Interest interest)
    {
        Assert.Equal(interest, _stream.Test(UdpFrame(Bytes(30), 40000, port)));
        Assert.Equal(interest, _stream.Test(UdpFrame(Bytes(30), port, 40000)));
    }

    [Fact]
    public void Content_chooses_the_stage_of_a_datagram_between_other_ports()
    {
        Assert.Equal(Interest.Quic, _stream.Test(UdpFrame([0xC0, 0, 0, 0, 1, 8, .. Bytes(1200)], 40000, 8443)));
        Assert.Equal(Interest.Dtls, _stream.Test(UdpFrame([22, 0xFE, 0xFD, 0, 0, .. Bytes(60)], 40000, 5000)));
        Assert.Equal(Interest.Ssdp, _stream.Test(UdpFrame([.. "HTTP/1.1 200 OK\r\n"u8], 40000, 50000)));
        Assert.Equal(Interest.None, _stream.Test(UdpFrame([22, 3, 3, .. Bytes(60)], 40000, 5000)));
    }

    [Fact]
    public void Bulk_data_stops_being_interesting_and_a_hello_on_any_port_starts_it_again()
    {
        var handedOn = 0;
        for (var i = 0; i < 100; i++)
            if (_stream.Test(TcpFrame(Bytes(1000), destination: 8883)) == Interest.TcpStream) handedOn++;
        Assert.Equal(9, handedOn); // 8 KiB, and the segment that passes it
        Assert.Equal(Interest.TcpStream, _stream.Test(TcpFrame(Hello(), destination: 8883)));
        Assert.Equal(Interest.TcpStream, _stream.Test(TcpFrame(Bytes(1000), destination: 8883)));
        Assert.Equal(91, _stream.Counters[PacketFate.TcpBulk]);
    }

    [Fact]
    public void Directions_of_a_flow_have_budgets_of_their_own()
    {
        for (var i = 0; i < 20; i++) _stream.Test(TcpFrame(Bytes(1000)));
        Assert.Equal(Interest.None, _stream.Test(TcpFrame(Bytes(1000))));
        Assert.Equal(Interest.TcpStream, _stream.Test(TcpFrame(Bytes(1000), 443, 40000, from: Server, to: Client)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Whole_hello_of_any_size_is_handed_on_even_when_every_segment_comes_twice(byte type)
    {
        for (var i = 0; i < 20; i++) _stream.Test(TcpFrame(Bytes(1000)));
        var hello = Hello(40_000, type);
        for (var at = 0; at < hello.Length; at += 1400)
        {
            var segment = hello[at..Math.Min(at + 1400, hello.Length)];
            Assert.Equal(Interest.TcpStream, _stream.Test(TcpFrame(segment)));
            if (at > 0) Assert.Equal(Interest.TcpStream, _stream.Test(TcpFrame(segment)));
        }
    }

    [Fact]
    public void Announced_length_of_sixteen_megabytes_buys_no_more_than_a_large_hello()
    {
        var hello = Hello();
        (hello[6], hello[7], hello[8]) = (0xFF, 0xFF, 0xFF);
        _stream.Test(TcpFrame(hello));
        var handedOn = 0;
        for (var i = 0; i < 300; i++)
            if (_stream.Test(TcpFrame(Bytes(1400))) == Interest.TcpStream) handedOn += 1400;
        Assert.InRange(handedOn, 65536, 140_000);
    }

    [Fact]
    public void Hello_after_a_change_cipher_spec_record_and_in_short_segments_is_seen()
    {
        byte[][] starts = [[20, 3, 3, 0, 1, 1, .. Hello()], [22], [22, 3], [22, 3, 1, 0, 0], Hello()[..7]];
        foreach (var start in starts)
        {
            for (var i = 0; i < 20; i++) _stream.Test(TcpFrame(Bytes(1000)));
            Assert.Equal(Interest.TcpStream, _stream.Test(TcpFrame(start)));
        }
        byte[][] others = [[23, 3, 3, 0, 9], [22, 4], [22, 3, 3, 0, 40, 11], [20, 3, 3, 0, 1, 1], [20, 3, 3, 0, 1, 1, 23]];
        foreach (var other in others)
        {
            for (var i = 0; i < 20; i++) _stream.Test(TcpFrame(Bytes(1000)));
            Assert.Equal(Interest.None, _stream.Test(TcpFrame(other)));
        }
    }

    [Fact]
    public void Budgets_are_those_of_the_aligned_minute_alone()
    {
        for (var i = 0; i < 20; i++) _stream.Test(TcpFrame(Bytes(1000)), Noon + TimeSpan.TicksPerSecond);
        Assert.Equal(Interest.None, _stream.Test(TcpFrame(Bytes(1000)), Noon + TimeSpan.TicksPerMinute - 1));
        Assert.Equal(Interest.TcpStream, _stream.Test(TcpFrame(Bytes(1000)), Noon + TimeSpan.TicksPerMinute));
        Assert.Equal(22, _stream.Target.OldestOpenFrame);
        Assert.Equal(22, _stream.Header.ResumeFrame);
    }

    [Fact]
    public void Forgetting_works_however_often_the_minute_changes()
    {
        for (var minute = 0; minute < 5000; minute++)
        {
            var at = Noon + minute * TimeSpan.TicksPerMinute;
            Assert.Equal(Interest.TcpStream, _stream.Test(TcpFrame(Bytes(9000)), at));
            Assert.Equal(Interest.None, _stream.Test(TcpFrame(Bytes(9000)), at));
        }
    }

    [Fact]
    public void Test_that_starts_at_the_oldest_open_frame_answers_like_one_that_never_stopped()
    {
        var random = new Random(4711);
        var frames = new List<(byte[] Frame, long At)>();
        var at = Noon;
        for (var i = 0; i < 4000; i++)
        {
            at += random.Next(0, 200) * TimeSpan.TicksPerMillisecond;
            var source = 40000 + random.Next(12);
            byte[] payload = random.Next(9) == 0 ? Hello(500) : Bytes(random.Next(1, 1400));
            frames.Add((random.Next(20) == 0 ? Fragment(Udp(Bytes(400), 68, 67), random.Next(3), i / 60) : TcpFrame(payload, source), at));
        }
        var answers = new List<Interest>();
        var starts = new List<long>();
        foreach (var (frame, time) in frames)
        {
            answers.Add(_stream.Test(frame, time));
            starts.Add(Math.Min(_stream.Target.OldestOpenFrame, answers.Count + 1));
        }
        foreach (var stop in new[] { 500, 1777, 2500, 3999 })
        {
            var resumed = new TestedStream(new InterestOptions { FlowSetBits = 10 }) { FirstFrame = starts[stop - 1] };
            for (var i = (int)starts[stop - 1] - 1; i < frames.Count; i++)
            {
                var answer = resumed.Test(frames[i].Frame, frames[i].At);
                if (i >= stop) Assert.True(answers[i] == answer, $"frame {i + 1} after a stop at {stop}");
            }
        }
        Assert.Contains(Interest.Dhcp, answers);
        Assert.True(starts[3998] > 3000);
    }

    [Fact]
    public void Flow_hash_is_the_same_in_both_directions_stable_and_spreads_over_the_partitions()
    {
        _stream.Test(TcpFrame(Hello()));
        var forward = _stream.Header.FlowHash;
        _stream.Test(Ethernet(0x8100, Vlan(5, 0x0800, Ipv4(6, Tcp(Hello(), 443, 40000), Server, Client))));
        Assert.Equal(forward, _stream.Header.FlowHash);
        Assert.Equal(0xE652CD24u, forward); // written down: it must not change between processes or releases

        var partitions = new int[PacketHeader.Partitions];
        for (var i = 0; i < 6400; i++)
        {
            _stream.Test(i % 2 == 0 ? TcpFrame(Hello(), 32768 + i) : Ethernet(0x86DD, Ipv6(6, Tcp(Hello(), 32768 + i))));
            partitions[_stream.Header.Partition]++;
        }
        Assert.All(partitions, count => Assert.InRange(count, 50, 160));
    }

    [Fact]
    public void Every_subframe_of_an_aggregate_is_a_packet_of_its_own()
    {
        byte[] frame = Wlan([
            .. Subframe(Snap(0x0800, Ipv4(17, Udp(Bytes(11), 68, 67))), "02:00:00:00:00:11", false),
            .. Subframe(Snap(0x0806, Bytes(29)), "02:00:00:00:00:12", false),
            .. Subframe(Snap(0x0800, Ipv4(6, Tcp(Hello(50)))), "02:00:00:00:00:13", true)], 0x88, afterHeader: [0x80, 0]);
        Assert.Equal(Interest.Dhcp, _stream.Test(frame, link: LinkType.Ieee80211));
        Assert.Equal("02:00:00:00:00:11", _stream.Header.SourceMac.ToString());
        Assert.Equal(Interest.Arp, _stream.TestNext());
        Assert.Equal("02:00:00:00:00:12", _stream.Header.SourceMac.ToString());
        Assert.Equal(Interest.TcpStream, _stream.TestNext());
        Assert.Equal(("02:00:00:00:00:13", 1), (_stream.Header.SourceMac.ToString(), _stream.Header.Frame));
        Assert.Equal(Hello(50), _stream.Payload);
        Assert.False(_stream.Target.HasMore);
        Assert.Equal((1, 2), (_stream.Counters.Frames, _stream.Counters.ExtraPackets));
        Assert.Throws<InvalidOperationException>(() => _stream.TestNext());
    }

    [Fact]
    public void Fault_in_one_subframe_does_not_hide_the_next()
    {
        byte[] frame = Wlan([
            .. Subframe(Snap(0x0800, [0x45, 0]), "02:00:00:00:00:11", false),
            .. Subframe(Snap(0x0800, Ipv4(17, Udp(Bytes(11), 68, 67))), "02:00:00:00:00:12", true)], 0x88, afterHeader: [0x80, 0]);
        Assert.Equal(Interest.None, _stream.Test(frame, link: LinkType.Ieee80211));
        Assert.Equal(Interest.Dhcp, _stream.TestNext());
        Assert.Equal(1, _stream.Counters[Malformed.IpHeader]);
    }

    [Fact]
    public void Flood_of_new_flows_takes_no_memory_and_keeps_no_hello_out()
    {
        byte[][] frames = [.. Enumerable.Range(0, 60_000).Select(i => TcpFrame(Bytes(60), i, 443))];
        var header = default(PacketHeader);
        _stream.Target.Test(LinkType.Ethernet, frames[0], frames[0].Length, 1, Noon, ref header, out _); // types are initialised once
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var frame in frames) _stream.Target.Test(LinkType.Ethernet, frame, frame.Length, 1, Noon, ref header, out _);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(Interest.TcpStream, _stream.Test(TcpFrame(Hello(), 65000), Noon));
    }

    [Fact]
    public void Every_packet_has_one_fate()
    {
        byte[][] frames =
            [TcpFrame([]), TcpFrame(Hello()), UdpFrame([1], 5, 6), UdpFrame([1], 68, 67), Ethernet(0x888E, Bytes(30)), Bytes(3)];
        foreach (var frame in frames) _stream.Test(frame);
        _stream.Test(Bytes(40), link: (LinkType)147);
        _stream.Test(Bytes(40), link: (LinkType)147);
        var counters = _stream.Counters;
        Assert.Equal(8, counters.Frames);
        Assert.Equal(2, counters.Interesting);
        foreach (var fate in new[] { PacketFate.TcpEmpty, PacketFate.UdpOther, PacketFate.NotIp, PacketFate.Malformed })
            Assert.Equal(1, counters[fate]);
        Assert.Equal([new KeyValuePair<int, long>(147, 2)], counters.UnknownLinkTypes);
    }

    [Fact]
    public void Steady_path_allocates_nothing()
    {
        byte[] datagram = Udp(Bytes(1000), 68, 67);
        (LinkType Link, byte[] Frame)[] frames =
        [
            (LinkType.Ethernet, TcpFrame(Bytes(1400))), (LinkType.Ethernet, TcpFrame([])), (LinkType.Ethernet, TcpFrame(Hello(), 41000)),
            (LinkType.Ethernet, UdpFrame(Bytes(300), 68, 67)), (LinkType.Ethernet, UdpFrame(Bytes(300), 53, 5000)),
            (LinkType.Ethernet, Bytes(60)), (LinkType.Ethernet, Ethernet(0x0806, Bytes(46))),
            (LinkType.Raw, Ipv4(4, Ipv6(6, Tcp(Hello())))),
            (LinkType.Raw, Ipv4(17, datagram[..504], fragment: 0x2000)), (LinkType.Raw, Ipv4(17, datagram[504..], fragment: 63)),
            (LinkType.Ieee80211, Wlan(Subframe(Snap(0x0800, Ipv4(6, Tcp(Hello()))), ClientMac, true), 0x88, afterHeader: [0x80, 0])),
        ];
        var target = _stream.Target;
        var header = default(PacketHeader);
        long Allocated()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 10_000; i++)
            {
                var (link, frame) = frames[i % frames.Length];
                target.Test(link, frame, frame.Length, i, Noon + i * TimeSpan.TicksPerMillisecond, ref header, out _);
            }
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Allocated();
        Assert.Equal(0, Allocated());
        Assert.True(_stream.Counters[PacketFate.FragmentHeld] > 1000);
    }

    private static byte[] Fragment(byte[] datagram, int part, int identification) =>
        Ethernet(0x0800, Ipv4(17, datagram[(part * 136)..Math.Min((part + 1) * 136, datagram.Length)],
            fragment: (part < 2 ? 0x2000 : 0) | part * 17, identification: identification));
}
