using ActorFingerprint.Core.Net;
using ActorFingerprint.Protocols;
using ActorFingerprint.Protocols.Network;
using Xunit;
using static ActorFingerprint.Tests.Protocols.Network.FrameWalkerSpecs;
using static ActorFingerprint.Tests.Protocols.Network.Wire;

namespace ActorFingerprint.Tests.Protocols.Network;

public sealed class TunnelSpecs
{
    private const string OuterMac = "02:00:00:00:0F:01";
    private static readonly byte[] Inner = Ipv4(6, Tcp([1, 2, 3]));
    private static readonly byte[] InnerFrame = Ethernet(0x8100, Vlan(33, 0x0800, Inner));
    private static readonly byte[] Station = Wlan(Snap(0x0800, Inner));

    public static TheoryData<string, byte[], string, int> Tunnels() => new()
    {
        { "IPIP", Outer(4, Inner), "", 0 },
        { "6in4 and back", Outer(41, Ipv6(4, Inner)), "", 0 },
        { "4in6", Ethernet(0x86DD, Ipv6(4, Inner), OuterMac), "", 0 },
        { "GRE", Outer(47, [0, 0, 8, 0, .. Inner]), "", 0 },
        { "GRE with checksum, key and sequence", Outer(47, [0xB0, 0, 8, 0, .. Bytes(12), .. Inner]), "", 0 },
        { "GRE bridging", Outer(47, [0x20, 0, 0x65, 0x58, .. Bytes(4), .. InnerFrame]), ClientMac, 33 },
        { "GRE with MPLS", Outer(47, [0, 0, 0x88, 0x47, 0, 1, 1, 9, .. Inner]), "", 0 },
        { "ERSPAN I", Outer(47, [0, 0, 0x88, 0xBE, .. InnerFrame]), ClientMac, 33 },
        { "ERSPAN II", Outer(47, [0x10, 0, 0x88, 0xBE, .. Bytes(4), 0x10, .. Bytes(7), .. InnerFrame]), ClientMac, 33 },
        { "ERSPAN III", Outer(47, [0x10, 0, 0x22, 0xEB, .. Bytes(4), 0x20, .. Bytes(10), 0, .. InnerFrame]), ClientMac, 33 },
        { "ERSPAN III with subheader",
            Outer(47, [0x10, 0, 0x22, 0xEB, .. Bytes(4), 0x20, .. Bytes(10), 1, .. Bytes(8), .. InnerFrame]), ClientMac, 33 },
        { "VXLAN", OuterUdp(4789, [8, 0, 0, 0, 0, 0, 7, 0, .. InnerFrame]), ClientMac, 33 },
        { "VXLAN on Linux's port", OuterUdp(8472, [8, 0, 0, 0, 0, 0, 7, 0, .. InnerFrame]), ClientMac, 33 },
        { "Geneve bridging with options", OuterUdp(6081, [2, 0, 0x65, 0x58, 0, 0, 1, 0, .. Bytes(8), .. InnerFrame]), ClientMac, 33 },
        { "Geneve IP", OuterUdp(6081, [0, 0, 8, 0, 0, 0, 1, 0, .. Inner]), "", 0 },
        { "CAPWAP 802.11", OuterUdp(5247, [0, 0x10, 0x03, 0, 0, 0, 0, 0, .. Station]), ClientMac, 0 },
        { "CAPWAP 802.11, bytes swapped", OuterUdp(5247,
            [0, 0x20, 0x43, 0x20, .. Bytes(12), Station[1], Station[0], .. Station[2..22], 1, 0x10, .. Station[24..]]), ClientMac, 0 },
        { "CAPWAP 802.3", OuterUdp(5247, [0, 0x10, 0x02, 0, 0, 0, 0, 0, .. InnerFrame]), ClientMac, 33 },
        { "GTP-U", OuterUdp(2152, [0x30, 255, 0, 0, 0, 0, 0, 9, .. Inner]), "", 0 },
        { "GTP-U with extension header", OuterUdp(2152, [0x34, 255, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0x85, 1, 0, 9, 0, .. Inner]), "", 0 },
        { "VXLAN in GRE", Outer(47, [0, 0, 8, 0, .. Ipv4(17, Udp([8, 0, 0, 0, 0, 0, 7, 0, .. InnerFrame], 1, 4789))]), ClientMac, 33 },
    };

    [Theory]
    [MemberData(nameof(Tunnels))]
    public void Innermost_packet_counts_and_the_outer_link_is_forgotten(string tunnel, byte[] frame, string mac, int vlan)
    {
        var (outcome, header, _) = Walk(LinkType.Ethernet, frame);
        Assert.True(outcome == WalkOutcome.Tcp, $"{tunnel}: {outcome}");
        Assert.Equal((Client, 40000), (header.Source.ToString(), header.SourcePort));
        Assert.Equal((Server, 443), (header.Destination.ToString(), header.DestinationPort));
        Assert.Equal(mac.Length == 0 ? MacAddress.None.ToString() : mac, header.SourceMac.ToString());
        Assert.Equal(vlan, header.Vlan);
        Assert.Equal([1, 2, 3], frame.AsSpan(header.PayloadOffset, header.PayloadLength).ToArray());
    }

    public static TheoryData<string, byte[]> NotTunnels() => new()
    {
        { "VXLAN without its flag", OuterUdp(4789, [0, 0, 0, 0, 0, 0, 7, 0, .. InnerFrame]) },
        { "Geneve of another version", OuterUdp(6081, [0x40, 0, 8, 0, 0, 0, 1, 0, .. Inner]) },
        { "Geneve control", OuterUdp(6081, [0, 0x80, 8, 0, 0, 0, 1, 0, .. Inner]) },
        { "CAPWAP in DTLS", OuterUdp(5247, [1, 0, 0, 0, .. Bytes(40)]) },
        { "CAPWAP keep-alive", OuterUdp(5247, [0, 0x10, 0x02, 0x08, .. Bytes(40)]) },
        { "GTP-U echo", OuterUdp(2152, [0x30, 1, 0, 0, .. Bytes(20)]) },
        { "GTP-U with an empty extension header", OuterUdp(2152, [0x34, 255, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0x85, 0, 0, 0, 0, .. Inner]) },
        { "something else on the port", OuterUdp(2152, Bytes(30)) },
        { "empty", OuterUdp(4789, []) },
    };

    [Theory]
    [MemberData(nameof(NotTunnels))]
    public void Datagram_that_only_shares_a_tunnels_port_stays_a_datagram(string what, byte[] frame)
    {
        var (outcome, header, _) = Walk(LinkType.Ethernet, frame);
        Assert.True(outcome == WalkOutcome.Udp, $"{what}: {outcome}");
        Assert.Equal((OuterMac, 12), (header.SourceMac.ToString(), header.Vlan));
    }

    public static TheoryData<string, byte[]> WithoutAPacket() => new()
    {
        { "GRE keepalive", Outer(47, [0, 0, 0, 0]) },
        { "GRE with a small protocol type", Outer(47, [0, 0, 0, 4, .. Inner]) },
        { "Geneve with a small protocol type", OuterUdp(6081, [0, 0, 0, 4, 0, 0, 1, 0, .. Inner]) },
    };

    [Theory]
    [MemberData(nameof(WithoutAPacket))]
    public void A_small_protocol_type_is_no_length_inside_a_tunnel(string what, byte[] frame)
    {
        var (outcome, _, _) = Walk(LinkType.Ethernet, frame);
        Assert.True(outcome == WalkOutcome.NotIp, $"{what}: {outcome}");
    }

    [Fact]
    public void Eight_tunnels_are_walked_and_a_ninth_is_refused()
    {
        var packet = Inner;
        for (var depth = 1; depth <= 8; depth++) packet = Ipv4(4, packet, "203.0.113.1", "203.0.113.2");
        Assert.Equal(Client, Walk(LinkType.Raw, packet).Header.Source.ToString());
        var (outcome, _, detail) = Walk(LinkType.Raw, Ipv4(4, packet));
        Assert.Equal((WalkOutcome.Malformed, Malformed.TunnelTooDeep), (outcome, detail.Fault));
    }

    private static byte[] Outer(byte protocol, byte[] payload) =>
        Ethernet(0x8100, Vlan(12, 0x0800, Ipv4(protocol, payload, "203.0.113.1", "203.0.113.2")), OuterMac);

    private static byte[] OuterUdp(int port, byte[] payload) => Outer(17, Udp(payload, 50000, port));
}
