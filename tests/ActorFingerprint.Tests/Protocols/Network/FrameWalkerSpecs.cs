using ActorFingerprint.Core.Net;
using ActorFingerprint.Protocols;
using ActorFingerprint.Protocols.Network;
using Xunit;
using static ActorFingerprint.Tests.Protocols.Network.Wire;

namespace ActorFingerprint.Tests.Protocols.Network;

public sealed class FrameWalkerSpecs
{
    private static readonly byte[] Payload = [1, 2, 3, 4, 5];
    private static readonly byte[] V4 = Ipv4(6, Tcp(Payload));
    private static readonly byte[] V6 = Ipv6(6, Tcp(Payload));

    [Theory]
    [InlineData(0)]
    [InlineData(26)]
    public void The_length_of_an_802_3_frame_leaves_padding_and_check_sequence_out(int behind)
    {
        byte[] llc = [0xAA, 0xAA, 3, 0, 0, 0x0C, 0x20, 0, .. Payload];
        foreach (var frame in new[] { Ethernet(llc.Length, [.. llc, .. Bytes(behind)]), Ethernet(0x8100, Vlan(7, llc.Length, [.. llc, .. Bytes(behind)])) })
        {
            var (outcome, header, _) = Walk(LinkType.Ethernet, frame);
            Assert.Equal((WalkOutcome.Cdp, Payload.Length), (outcome, header.PayloadLength));
        }
        byte[] cooked = [0, 1, 0, 1, 0, 6, .. Mac(ClientMac), 0, 0, 0, 4, .. llc]; // 4 says LLC here, not a length
        Assert.Equal((WalkOutcome.Cdp, Payload.Length), Walk(LinkType.LinuxSll, cooked) is var (found, seen, _) ? (found, seen.PayloadLength) : default);
    }

    public static TheoryData<string, LinkType, byte[], bool, bool> Links() => new()
    {
        { "Ethernet", LinkType.Ethernet, Ethernet(0x0800, V4), true, false },
        { "Ethernet IPv6", LinkType.Ethernet, Ethernet(0x86DD, V6), true, true },
        { "802.3 LLC/SNAP", LinkType.Ethernet, Ethernet(8 + V4.Length, Snap(0x0800, V4)), true, false },
        { "PPPoE", LinkType.Ethernet, Ethernet(0x8864, [0x11, 0, 0, 9, .. U16(2 + V4.Length), 0, 0x21, .. V4]), true, false },
        { "MPLS, two labels, IPv4", LinkType.Ethernet, Ethernet(0x8847, [0, 1, 0, 9, 0, 2, 1, 9, .. V4]), true, false },
        { "MPLS, IPv6", LinkType.Ethernet, Ethernet(0x8847, [0, 1, 1, 9, .. V6]), true, true },
        { "MPLS pseudowire with control word", LinkType.Ethernet,
            Ethernet(0x8847, [0, 1, 1, 9, 0, 0, 0, 0, .. Ethernet(0x0800, V4)]), true, false },
        { "raw", LinkType.Raw, V4, false, false },
        { "raw IPv6", LinkType.Raw, V6, false, true },
        { "raw 12", LinkType.RawBsd, V4, false, false },
        { "raw 14", LinkType.RawOpenBsd, V6, false, true },
        { "IPv4 228", LinkType.Ipv4, V4, false, false },
        { "IPv6 229", LinkType.Ipv6, V6, false, true },
        { "null", LinkType.Null, [2, 0, 0, 0, .. V4], false, false },
        { "null, big-endian", LinkType.Null, [0, 0, 0, 2, .. V4], false, false },
        { "null IPv6 Linux", LinkType.Null, [10, 0, 0, 0, .. V6], false, true },
        { "null IPv6 NetBSD", LinkType.Null, [24, 0, 0, 0, .. V6], false, true },
        { "null IPv6 FreeBSD", LinkType.Null, [28, 0, 0, 0, .. V6], false, true },
        { "null IPv6 macOS", LinkType.Null, [30, 0, 0, 0, .. V6], false, true },
        { "loop", LinkType.Loop, [0, 0, 0, 2, .. V4], false, false },
        { "loop IPv6", LinkType.Loop, [0, 0, 0, 24, .. V6], false, true },
        { "PPP", LinkType.Ppp, [0xFF, 3, 0, 0x21, .. V4], false, false },
        { "PPP without framing", LinkType.Ppp, [0, 0x57, .. V6], false, true },
        { "PPP, protocol compressed", LinkType.Ppp, [0x21, .. V4], false, false },
        { "SLL", LinkType.LinuxSll, [0, 0, 0, 1, 0, 6, .. Mac(ClientMac), 0, 0, 8, 0, .. V4], true, false },
        { "SLL2", LinkType.LinuxSll2, [8, 0, 0, 0, 0, 0, 0, 3, 0, 1, 0, 6, .. Mac(ClientMac), 0, 0, .. V4], true, false },
        { "802.11", LinkType.Ieee80211, Wlan(Snap(0x0800, V4)), true, false },
        { "802.11 with check sequence", LinkType.Ieee80211, [.. Wlan(Snap(0x0800, V4)), 1, 2, 3, 4], true, false },
        { "802.11 QoS", LinkType.Ieee80211, Wlan(Snap(0x86DD, V6), 0x88, afterHeader: [0, 0]), true, true },
        { "802.11 QoS, HT control", LinkType.Ieee80211, Wlan(Snap(0x0800, V4), 0x88, 0x81, [0, 0, 9, 9, 9, 9]), true, false },
        { "802.11 four addresses", LinkType.Ieee80211,
            Wlan(Snap(0x0800, V4), 0x08, 0x03, Mac(ClientMac), "02:00:00:00:00:BB"), true, false },
        { "802.11 A-MSDU", LinkType.Ieee80211,
            Wlan(Subframe(Snap(0x0800, V4), ClientMac, true), 0x88, afterHeader: [0x80, 0]), true, false },
        { "radiotap", LinkType.Ieee80211Radiotap, [0, 0, 8, 0, 0, 0, 0, 0, .. Wlan(Snap(0x0800, V4))], true, false },
        { "radiotap, time stamp and check sequence", LinkType.Ieee80211Radiotap,
            [0, 0, 17, 0, 3, 0, 0, 0, .. Bytes(8), 0x10, .. Wlan(Snap(0x0800, V4)), 1, 2, 3, 4], true, false },
        { "radiotap, two presence words, data pad", LinkType.Ieee80211Radiotap,
            [0, 0, 13, 0, 2, 0, 0, 0x80, 0, 0, 0, 0, 0x20, .. Wlan(Snap(0x0800, V4), 0x88, afterHeader: [0, 0, 0, 0])], true, false },
    };

    [Theory]
    [MemberData(nameof(Links))]
    public void Every_link_type_leads_to_the_same_segment(string link, LinkType linkType, byte[] frame, bool hasMac, bool isV6)
    {
        var (outcome, header, _) = Walk(linkType, frame);
        Assert.True(outcome == WalkOutcome.Tcp, $"{link}: {outcome}");
        Assert.Equal((isV6 ? ClientV6 : Client, isV6 ? ServerV6 : Server), (header.Source.ToString(), header.Destination.ToString()));
        Assert.Equal((40000, 443, 1000u, 0x18), (header.SourcePort, header.DestinationPort, header.TcpSequence, header.TcpFlags));
        Assert.Equal(isV6 ? 60 : 64, header.TimeToLive);
        Assert.Equal(hasMac ? ClientMac : "00:00:00:00:00:00", header.SourceMac.ToString());
        Assert.Equal(Payload, frame.AsSpan(header.PayloadOffset, header.PayloadLength).ToArray());
        Assert.False(header.IsTruncated);
    }

    [Fact]
    public void Vlan_is_that_of_the_innermost_tag_and_a_priority_tag_changes_nothing()
    {
        Assert.Equal(42, Walk(LinkType.Ethernet, Ethernet(0x8100, Vlan(0xE000 | 42, 0x0800, V4))).Header.Vlan);
        Assert.Equal(200, Walk(LinkType.Ethernet, Ethernet(0x88A8, Vlan(100, 0x8100, Vlan(200, 0x0800, V4)))).Header.Vlan);
        Assert.Equal(200, Walk(LinkType.Ethernet, Ethernet(0x9100, Vlan(100, 0x8100, Vlan(200, 0x86DD, V6)))).Header.Vlan);
        Assert.Equal(7, Walk(LinkType.Ethernet, Ethernet(0x8100, Vlan(0, 0x8100, Vlan(7, 0x0800, V4)))).Header.Vlan);
        Assert.Equal(7, Walk(LinkType.Ethernet, Ethernet(0x8100, Vlan(7, 0x8100, Vlan(0xA000, 0x0800, V4)))).Header.Vlan);
        Assert.Equal(0, Walk(LinkType.Ethernet, Ethernet(0x8100, Vlan(0x6000, 0x0800, V4))).Header.Vlan);
    }

    [Fact]
    public void Station_behind_an_access_point_is_the_source_in_every_direction()
    {
        byte[] body = Snap(0x0800, V4);
        var fromAccessPoint = Walk(LinkType.Ieee80211, Wlan(body, flags: 0x02, source: "02:00:00:00:00:BB", destination: ClientMac)).Header;
        var betweenStations = Walk(LinkType.Ieee80211, Wlan(body, flags: 0x00)).Header;
        Assert.Equal((ClientMac, "02:00:00:00:00:AA"), (fromAccessPoint.SourceMac.ToString(), fromAccessPoint.DestinationMac.ToString()));
        Assert.Equal((ClientMac, "02:00:00:00:00:AA"), (betweenStations.SourceMac.ToString(), betweenStations.DestinationMac.ToString()));
    }

    [Fact]
    public void Padding_behind_the_ip_packet_is_not_payload()
    {
        var frame = Ethernet(0x0800, [.. Ipv4(6, Tcp([9])), .. Bytes(5)]);
        var header = Walk(LinkType.Ethernet, frame).Header;
        Assert.Equal((1, 9), (header.PayloadLength, frame[header.PayloadOffset]));
    }

    [Fact]
    public void Udp_length_bounds_the_payload_within_the_ip_packet()
    {
        var header = Walk(LinkType.Raw, Ipv4(17, Udp(Payload, 1068, 9999, 8 + 3))).Header;
        Assert.Equal((3, false), (header.PayloadLength, header.IsTruncated));
        header = Walk(LinkType.Raw, Ipv4(17, Udp(Payload, 1068, 9999, 8 + 30))).Header;
        Assert.Equal((5, true), (header.PayloadLength, header.IsTruncated));
        Assert.Equal(Malformed.TransportHeader, Walk(LinkType.Raw, Ipv4(17, Udp(Payload, 1068, 9999, 7))).Detail.Fault);
    }

    [Fact]
    public void Segment_cut_by_the_snap_length_is_marked()
    {
        var frame = TcpFrame(Bytes(100));
        var (outcome, header, _) = Walk(LinkType.Ethernet, frame.AsSpan(0, 64).ToArray(), frame.Length);
        Assert.Equal((WalkOutcome.Tcp, 10, true), (outcome, header.PayloadLength, header.IsTruncated));
    }

    [Fact]
    public void Total_length_zero_of_segmentation_offload_takes_what_was_captured()
    {
        var header = Walk(LinkType.Ethernet, Ethernet(0x0800, Ipv4(6, Tcp(Bytes(3000)), totalLength: 0))).Header;
        Assert.Equal((3000, false), (header.PayloadLength, header.IsTruncated));
        header = Walk(LinkType.Raw, Ipv6(6, Tcp(Bytes(3000)), length: 0)).Header;
        Assert.Equal((3000, false), (header.PayloadLength, header.IsTruncated));
    }

    [Fact]
    public void Sequence_number_of_data_on_a_syn_is_that_of_its_first_byte()
    {
        Assert.Equal(0u, Walk(LinkType.Ethernet, TcpFrame(Payload, sequence: 0xFFFFFFFF, flags: 0x02)).Header.TcpSequence);
        var overV6 = Ipv6(6, Tcp(Payload, sequence: 0xFFFFFFFF, flags: 0x02));
        Assert.Equal(0u, Walk(LinkType.Raw, overV6).Header.TcpSequence);
    }

    [Fact]
    public void Ipv6_extension_headers_and_ah_are_stepped_over_up_to_a_limit()
    {
        byte[] tcp = Tcp(Payload);
        byte[] chain = [43, 0, .. Bytes(6), 60, 1, .. Bytes(14), 51, 0, .. Bytes(6), 6, 4, .. Bytes(22), .. tcp];
        Assert.Equal(5, Walk(LinkType.Raw, Ipv6(0, chain)).Header.PayloadLength);
        Assert.Equal(5, Walk(LinkType.Raw, Ipv4(51, [6, 4, .. Bytes(22), .. tcp])).Header.PayloadLength);

        byte[] Chained(int count) =>
            [.. Enumerable.Repeat<byte[]>([60, 0, .. Bytes(6)], count - 1).SelectMany(b => b), 6, 0, .. Bytes(6), .. tcp];
        Assert.Equal(WalkOutcome.Tcp, Walk(LinkType.Raw, Ipv6(60, Chained(8))).Outcome);
        Assert.Equal(Malformed.IpExtensionHeader, Walk(LinkType.Raw, Ipv6(60, Chained(9))).Detail.Fault);
    }

    [Fact]
    public void Atomic_ipv6_fragment_is_a_whole_datagram() =>
        Assert.Equal(5, Walk(LinkType.Raw, Ipv6(44, [6, 0, 0, 0, 1, 2, 3, 4, .. Tcp(Payload)])).Header.PayloadLength);

    [Fact]
    public void Ipv4_options_are_stepped_over() =>
        Assert.Equal(5, Walk(LinkType.Ethernet, Ethernet(0x0800, Ipv4(6, Tcp(Payload, options: 12), options: 8))).Header.PayloadLength);

    public static TheoryData<string, WalkOutcome, int, LinkType, byte[]> Uninteresting() => new()
    {
        { "unknown link type", WalkOutcome.UnknownLinkType, 195, (LinkType)195, Bytes(60) },
        { "EAPOL", WalkOutcome.NotIp, 0x888E, LinkType.Ethernet, Ethernet(0x888E, Bytes(46)) },
        { "spanning tree", WalkOutcome.NotIp, 0x42, LinkType.Ethernet, Ethernet(38, [0x42, 0x42, 3, .. Bytes(40)]) },
        { "Cisco SNAP", WalkOutcome.NotIp, 0x2003, LinkType.Ethernet, Ethernet(60, [0xAA, 0xAA, 3, 0, 0, 0x0C, 0x20, 3, .. Bytes(40)]) },
        { "PPP LCP", WalkOutcome.NotIp, 0xC021, LinkType.Ppp, [0xFF, 3, 0xC0, 0x21, .. Bytes(10)] },
        { "AppleTalk on loopback", WalkOutcome.NotIp, 16, LinkType.Null, [16, 0, 0, 0, .. Bytes(10)] },
        { "ICMP error that quotes DHCP", WalkOutcome.OtherIpProtocol, 1, LinkType.Raw,
            Ipv4(1, [3, 3, 0, 0, 0, 0, 0, 0, .. Ipv4(17, Udp(Bytes(300), 68, 67))]) },
        { "ESP", WalkOutcome.OtherIpProtocol, 50, LinkType.Raw, Ipv6(50, Bytes(40)) },
        { "PPTP", WalkOutcome.OtherIpProtocol, 47, LinkType.Raw, Ipv4(47, [0x30, 0x01, 0x88, 0x0B, .. Bytes(40)]) },
        { "beacon", WalkOutcome.Ieee80211NotData, 0x80, LinkType.Ieee80211, Wlan(Bytes(40), 0x80, 0) },
        { "acknowledgement", WalkOutcome.Ieee80211NotData, 0xD4, LinkType.Ieee80211, [0xD4, 0, 0, 0, .. Bytes(6)] },
        { "QoS null", WalkOutcome.Ieee80211NotData, 0xC8, LinkType.Ieee80211, Wlan([], 0xC8, afterHeader: [0, 0]) },
        { "encrypted", WalkOutcome.Ieee80211Protected, 0, LinkType.Ieee80211, Wlan(Bytes(60), flags: 0x41) },
        { "802.11 fragment", WalkOutcome.Ieee80211Fragment, 0, LinkType.Ieee80211, Wlan(Bytes(60), flags: 0x05) },
        { "damaged", WalkOutcome.BadFrameCheck, 0, LinkType.Ieee80211Radiotap,
            [0, 0, 9, 0, 2, 0, 0, 0, 0x40, .. Wlan(Snap(0x0800, V4))] },
        { "CAPWAP fragment", WalkOutcome.CapwapFragment, 0, LinkType.Raw, Ipv4(17, Udp([0, 0x10, 0x03, 0x80, .. Bytes(40)], 5247, 40000)) },
    };

    [Theory]
    [MemberData(nameof(Uninteresting))]
    public void What_cannot_be_read_says_why(string what, WalkOutcome outcome, int number, LinkType linkType, byte[] frame)
    {
        var walk = Walk(linkType, frame);
        Assert.True((outcome, number) == (walk.Outcome, walk.Detail.Number), $"{what}: {walk.Outcome} {walk.Detail.Number}");
    }

    public static TheoryData<string, Malformed, LinkType, byte[]> Faults() => new()
    {
        { "short Ethernet", Malformed.LinkHeaderTruncated, LinkType.Ethernet, Bytes(13) },
        { "cut VLAN tag", Malformed.LinkHeaderTruncated, LinkType.Ethernet, Ethernet(0x8100, [0, 1]) },
        { "cut label stack", Malformed.LinkHeaderTruncated, LinkType.Ethernet, Ethernet(0x8847, [0, 1, 0, 9]) },
        { "short SLL", Malformed.LinkHeaderTruncated, LinkType.LinuxSll, Bytes(15) },
        { "radiotap longer than the frame", Malformed.LinkHeaderTruncated, LinkType.Ieee80211Radiotap,
            [0, 0, 90, 0, 0, 0, 0, 0, .. Bytes(40)] },
        { "empty raw frame", Malformed.IpHeader, LinkType.Raw, [] },
        { "version 5", Malformed.IpHeader, LinkType.Raw, [0x55, .. Bytes(40)] },
        { "IPv4 inside an IPv6 type", Malformed.IpHeader, LinkType.Ethernet, Ethernet(0x86DD, [.. V4, .. Bytes(20)]) },
        { "header length 4", Malformed.IpHeader, LinkType.Raw, [0x44, .. V4[1..]] },
        { "total length below the header", Malformed.IpHeader, LinkType.Raw, Ipv4(6, Tcp(Payload), totalLength: 12) },
        { "cut extension header", Malformed.IpExtensionHeader, LinkType.Raw, Ipv6(0, [6, 9, .. Bytes(6)]) },
        { "cut TCP header", Malformed.TransportHeader, LinkType.Raw, Ipv4(6, Tcp([])[..19]) },
        { "TCP data offset past the end", Malformed.TransportHeader, LinkType.Raw, Ipv4(6, [.. Tcp([])[..12], 0xF0, .. Bytes(20)]) },
        { "TCP data offset 4", Malformed.TransportHeader, LinkType.Ethernet,
            Ethernet(0x0800, Ipv4(6, [.. Tcp([])[..12], 0x40, .. Bytes(20)])) },
        { "cut UDP header", Malformed.TransportHeader, LinkType.Raw, Ipv4(17, Bytes(7)) },
        { "cut GRE key", Malformed.TransportHeader, LinkType.Raw, Ipv4(47, [0x20, 0, 8, 0, 0, 0]) },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Bytes_that_cannot_be_right_are_a_named_fault(string what, Malformed fault, LinkType linkType, byte[] frame)
    {
        var walk = Walk(linkType, frame);
        Assert.True((WalkOutcome.Malformed, fault) == (walk.Outcome, walk.Detail.Fault), $"{what}: {walk.Outcome} {walk.Detail.Fault}");
    }

    [Fact]
    public void Header_of_the_frame_before_leaves_no_trace()
    {
        var header = new PacketHeader { Frame = 3, AtTicks = 5 };
        FrameWalker.Walk(LinkType.Ethernet, Ethernet(0x8100, Vlan(9, 0x0800, V4)), 100, ref header, out _);
        FrameWalker.Walk(LinkType.Raw, Ipv4(17, Udp(Payload, 1, 2)), 33, ref header, out _);
        Assert.Equal((3, 5, 33), (header.Frame, header.AtTicks, header.WireLength));
        Assert.Equal((MacAddress.None, 0, 0, 0u), (header.SourceMac, header.Vlan, header.TcpFlags, header.TcpSequence));
    }

    internal static (WalkOutcome Outcome, PacketHeader Header, WalkDetail Detail) Walk(
        LinkType linkType, byte[] frame, int? wireLength = null)
    {
        var header = new PacketHeader { Vlan = 4000, IsTruncated = true, TcpFlags = 0xFF };
        var outcome = FrameWalker.Walk(linkType, frame, wireLength ?? frame.Length, ref header, out var detail);
        return (outcome, header, detail);
    }
}
