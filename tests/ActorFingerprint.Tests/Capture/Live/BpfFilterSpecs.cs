using ActorFingerprint.Capture.Live;
using ActorFingerprint.Protocols;
using Xunit;

namespace ActorFingerprint.Tests.Capture.Live;

public sealed class BpfFilterSpecs
{
    [Fact]
    public void The_filter_names_the_enabled_protocols_only_and_looks_behind_two_tags()
    {
        Assert.Equal("tcp or (vlan and (tcp or (vlan and (tcp))))", BpfFilter.For(ProtocolSet.Tls, LinkType.Ethernet));
        Assert.Equal("tcp", BpfFilter.For(ProtocolSet.Tls, LinkType.Raw));
        Assert.Equal(
            "udp port 67 or udp port 68 or (ip proto 17 and ip[6:2] & 0x1fff != 0)",
            BpfFilter.For(ProtocolSet.Dhcp, LinkType.LinuxSll));
        Assert.Throws<ArgumentOutOfRangeException>(() => BpfFilter.For(ProtocolSet.None, LinkType.Ethernet));
    }

    [Theory]
    [InlineData(LinkType.Ethernet)]
    [InlineData(LinkType.LinuxSll)]
    [InlineData(LinkType.LinuxSll2)]
    [InlineData(LinkType.RawBsd)]
    [InlineData(LinkType.Null)]
    [InlineData(LinkType.Ieee80211Radiotap)]
    public void Every_filter_compiles_for_every_link_type(LinkType linkType)
    {
        LibPcapTests.SkipWithoutLibrary();
        using var pcap = PcapHandle.OpenDead(linkType);
        foreach (var protocols in new[] { ProtocolSet.Dhcp, ProtocolSet.Tls, ProtocolSet.Dhcp | ProtocolSet.Tls })
            foreach (var tunnels in new[] { false, true })
                Assert.Null(pcap.Check(BpfFilter.For(protocols, linkType, tunnels)));
        Assert.NotNull(pcap.Check("udp prt 67"));
    }
}
