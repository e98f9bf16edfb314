using ActorFingerprint.Core.Observations;
using Xunit;

namespace ActorFingerprint.Tests.Golden;

/// <summary>CDP, LLDP and neighbour discovery in the shared corpora, as another decoder shows them.</summary>
public sealed class NeighborGoldenSpecs
{
    [Theory]
    [InlineData("dhcp/kholia-eigrp-ios.pcap", 19, "AA:BB:CC:00:0A:00", "Router", "Linux Unix", "Ethernet0/0", "172.16.12.1",
        "router,source-route-bridge")]
    [InlineData("dhcp/kholia-eigrp-ios.pcap", 67, "AA:BB:CC:00:14:00", "Router", "Linux Unix", "Ethernet0/0", "172.16.12.2",
        "router,source-route-bridge")]
    [InlineData("dhcp/kholia-vrrp-iou.pcap", 25, "AA:BB:CC:00:0A:00", "Router", "Linux Unix", "Ethernet0/0", "10.0.0.10",
        "router,source-route-bridge")]
    [InlineData("dhcp/ndpi-capwap.pcap", 4, "B8:38:61:F3:05:AC", "APb838.61f3.05ac", "cisco AIR-CAP2602I-Q-K9", "GigabitEthernet0", "192.168.10.10",
        "router,transparent-bridge")]
    public void A_cdp_packet(
        string pcap, long frame, string mac, string name, string platform, string port, string address, string capabilities)
    {
        var found = At<CdpObservation>(pcap, frame);
        Assert.Equal("mac:" + mac, found.Device.ToString());
        Assert.Equal([name], found.HostNames.Select(given => given.Name));
        Assert.Equal((platform, port), (found.Packet.Platform, found.Packet.PortId));
        Assert.Equal(address, found.OwnAddress.ToString());
        Assert.Equal(capabilities, string.Join(',', found.Packet.Capabilities!));
        Assert.NotNull(found.Packet.Software);
    }

    [Theory]
    [InlineData("dhcp/arkime_synthetic.pcap", 291, "00:11:22:33:44:24", "00:11:22:33:44:55", "1/1")]
    [InlineData("dhcp/tcpdump-dcb_ets.pcap", 28, "08:00:27:42:BA:59", "08:00:27:42:BA:59", "08:00:27:42:BA:59")]
    [InlineData("dhcp/tcpdump-dcb_pfc.pcap", 4, "08:00:27:0D:F1:3C", "08:00:27:0D:F1:3C", "08:00:27:0D:F1:3C")]
    public void An_lldp_unit(string pcap, long frame, string mac, string chassis, string port)
    {
        var found = At<LldpObservation>(pcap, frame);
        Assert.Equal("mac:" + mac, found.Device.ToString());
        Assert.Equal((chassis, port, 120), (found.Unit.ChassisId, found.Unit.PortId, found.Unit.TimeToLive));
        Assert.False(found.IsPartial);
    }

    [Theory]
    [InlineData("dhcp/suricata-output-eve-ftp-data.pcap", 4, "router_solicitation", "68:5D:43:8B:F9:DE", "fe80::9154:c66f:8d0e:33cb")]
    [InlineData("dhcp/suricata-output-eve-ftp-data.pcap", 11, "duplicate_detection", "68:5D:43:8B:F9:DE", "fe80::9154:c66f:8d0e:33cb")]
    [InlineData("dhcp/suricata-output-eve-ftp-data.pcap", 21, "neighbor_advertisement", "68:5D:43:8B:F9:DE", "fe80::9154:c66f:8d0e:33cb")]
    [InlineData("dhcp/wireshark-dhcpv6.pcap", 3, "neighbor_solicitation", "08:00:27:D4:10:BB", "fe80::a00:27ff:fed4:10bb")]
    [InlineData("dhcp/wireshark-dhcpv6.pcap", 10, "neighbor_advertisement", "08:00:27:D4:10:BB", "fe80::a00:27ff:fed4:10bb")]
    [InlineData("dhcp/kholia-dhcp-auth-dhcpcd.pcap", 2, "router_solicitation", "08:00:27:02:AF:30", "fe80::3f0b:5691:31c9:6877")]
    public void A_neighbour_message(string pcap, long frame, string @event, string mac, string address)
    {
        var found = At<NeighborObservation>(pcap, frame);
        Assert.Equal((@event, "mac:" + mac, address), (found.Event, found.Device.ToString(), found.OwnAddress.ToString()));
    }

    private static T At<T>(string pcap, long frame)
        where T : Observation
    {
        Assert.SkipWhen(Repository.Shared is null, "the shared corpora are absent");
        return Assert.Single(StageRun.OfCorpus(pcap).Observations.OfType<T>(), observation => observation.Frame == frame);
    }
}
