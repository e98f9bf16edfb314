using System.Buffers;
using System.Text;
using System.Text.Json;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Protocols;
using ActorFingerprint.Protocols.Arp;
using ActorFingerprint.Protocols.Cdp;
using ActorFingerprint.Protocols.Dhcpv6;
using ActorFingerprint.Protocols.Icmpv6;
using ActorFingerprint.Protocols.Lldp;
using ActorFingerprint.Tests.Protocols.Arp;
using ActorFingerprint.Tests.Protocols.Cdp;
using ActorFingerprint.Tests.Protocols.Dhcpv6;
using ActorFingerprint.Tests.Protocols.Icmpv6;
using ActorFingerprint.Tests.Protocols.Lldp;
using Xunit;

namespace ActorFingerprint.Tests.Protocols;

/// <summary>The contract of the link protocols, character by character, from the protocol's name on.</summary>
public sealed class NeighborJsonSpecs
{
    [Fact]
    public void An_arp_conflict()
    {
        var probe = new StageProbe(new ArpStage());
        probe.Give(ArpBytes.From(ArpBytes.Alice), ArpBytes.Request(ArpBytes.Alice, ArpBytes.Address))
            .Give(ArpBytes.From(ArpBytes.Bob), ArpBytes.Reply(ArpBytes.Bob, ArpBytes.Address));
        Is(
            """
            "protocol":"arp","event":"conflict","device":"02:00:00:00:00:02","src_ip":"10.0.0.7","src_port":0,"dst_ip":"10.0.0.1","dst_port":0,
            "arp":{"operation":2,"sender_mac":"02:00:00:00:00:02","target_mac":"02:00:00:00:00:01","frame_mac":"02:00:00:00:00:02",
            "holder_mac":"02:00:00:00:00:01"}}
            """, probe);
    }

    [Fact]
    public void A_cdp_packet() => Is(
        """
        "protocol":"cdp","event":"announcement","device":"02:11:22:33:44:55","src_ip":null,"src_port":0,"dst_ip":null,"dst_port":0,
        "cdp":{"version":2,"ttl":180,"device_id":"switch-1.lab","software":"IOS\\x0a15.2","platform":"cisco WS-C2960",
        "port_id":"GigabitEthernet0/1","capabilities":["switch","igmp"],"addresses":["10.0.0.1","2001:db8::1","10.0.0.2"],"native_vlan":42,
        "partial":false}}
        """, new StageProbe(new CdpStage()).Give(FromClient, CdpStageSpecs.Switch));

    [Fact]
    public void A_relayed_dhcpv6_solicitation() => Is(
        """
        "protocol":"dhcpv6","event":"solicit","device":"02:00:00:00:00:99","src_ip":"2001:db8::a","src_port":546,"dst_ip":"2001:db8::b",
        "dst_port":547,"dhcpv6":{"type":1,"xid":"0xabcdef","duid_type":"llt","client_duid_hex":"0001000101020304020000000099",
        "server_duid_hex":null,"option_order":[1,6,8,3,5,16,39],"option_request":[24,23,17,23],
        "vendor_classes":[{"enterprise":311,"data":["MSFT 5.0"]}],"fqdn":"host.lan","lease":"2001:db8::7",
        "relays":[{"type":12,"hop_count":0,"link_address":"2001:db8::1","peer_address":"fe80::9","option_order":[9]}],"partial":false}}
        """, new StageProbe(new Dhcpv6Stage()).Give(Dhcpv6Bytes.Routed(), Dhcpv6Bytes.Relay(12, 0, Dhcpv6Bytes.Option(9, Dhcpv6Bytes.Solicit()))));

    [Fact]
    public void A_router_and_a_neighbour_advertisement()
    {
        var probe = new StageProbe(new Icmpv6Stage("lab"));
        probe.Give(NeighborBytes.From(NeighborBytes.Alice, "fe80::1"), NeighborBytes.RouterAdvertisement(0x80));
        Is(
            """
            "protocol":"icmpv6","event":"router_advertisement","device":"02:00:00:00:00:01","src_ip":"fe80::1","src_port":0,"dst_ip":"ff02::1",
            "dst_port":0,"icmpv6":{"type":134,"target":null,"router":null,"solicited":null,"override":null,"link_address":null,
            "frame_mac":"02:00:00:00:00:01","holder_mac":null,"advertisement":"flags=M;hops=64;lifetime=1800;mtu=;prefixes=;rdnss="}}
            """, probe);
        probe.Give(
            NeighborBytes.From(NeighborBytes.Alice, "fe80::1"),
            NeighborBytes.Advertisement(0x20, "fe80::1", NeighborBytes.TargetLink(NeighborBytes.Alice)));
        Is(
            """
            "protocol":"icmpv6","event":"neighbor_advertisement","device":"02:00:00:00:00:01","src_ip":"fe80::1","src_port":0,
            "dst_ip":"ff02::1","dst_port":0,"icmpv6":{"type":136,"target":"fe80::1","router":false,"solicited":false,"override":true,
            "link_address":"02:00:00:00:00:01","frame_mac":"02:00:00:00:00:01","holder_mac":null,"advertisement":null}}
            """, probe);
    }

    [Fact]
    public void An_lldp_unit() => Is(
        """
        "protocol":"lldp","event":"announcement","device":"02:11:22:33:44:55","src_ip":null,"src_port":0,"dst_ip":null,"dst_port":0,
        "lldp":{"chassis_id":"10.0.0.9","port_id":"02:00:00:00:00:07","ttl":120,"port_description":"eth0","system_name":"phone-7",
        "system_description":"ACME Phone\\x0a1.2","capabilities":["telephone"],"management_addresses":["10.0.0.9","2001:db8::9"],"class":3,
        "manufacturer":"ACME","model":"P-100","hardware":"rev B","firmware":"fw 1","software":"sw 2","partial":false}}
        """, new StageProbe(new LldpStage()).Give(FromClient, LldpStageSpecs.Phone));

    private static PacketHeader FromClient => new() { SourceMac = StageProbe.ClientMac };

    private static void Is(string expected, StageProbe probe)
    {
        var json = Write(probe.Found[^1]);
        Assert.Equal(expected.ReplaceLineEndings(""), json[json.IndexOf("\"protocol\"", StringComparison.Ordinal)..]);
    }

    private static string Write(Observation observation)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer)) ObservationJson.Write(json, observation, "x.pcap", 7);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
