using System.Buffers;
using System.Text;
using System.Text.Json;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Protocols;
using ActorFingerprint.Protocols.Dhcp;
using ActorFingerprint.Protocols.Handshakes;
using ActorFingerprint.Protocols.Mdns;
using ActorFingerprint.Protocols.Names;
using ActorFingerprint.Protocols.Ntp;
using ActorFingerprint.Protocols.Ssdp;
using ActorFingerprint.Tests.Protocols.Dhcp;
using ActorFingerprint.Tests.Protocols.Dns;
using ActorFingerprint.Tests.Protocols.Handshakes;
using ActorFingerprint.Tests.Protocols.Names;
using ActorFingerprint.Tests.Protocols.Tls;
using Xunit;

namespace ActorFingerprint.Tests.Protocols;

/// <summary>The contract, character by character: consumers rely on names, order and forms.</summary>
public sealed class ObservationJsonSpecs
{
    [Fact]
    public void A_client_hello()
    {
        var probe = StageProbe.OfTls().Send(1, TlsBytes.Records(TlsBytes.ClientHello("a.example")));
        Assert.Equal(
            """
            {"frame":7,"ts":"2026-11-22T10:00:30Z","pcap":"x.pcap","protocol":"tls","event":"client_hello","device":"02:11:22:33:44:55",
            "src_ip":"10.0.0.1","src_port":40000,"dst_ip":"192.0.2.1","dst_port":443,
            "tls":{"version":"TLS 1.3","sni":"a.example","alpn":["h2","http/1.1"],"ja3":"97737df38853b88c4324af06e211c4a1",
            "ja3_full":"771,4865-49199,0-10-11-13-16-43,29-23,0","ja3s":null,"ja4":"t13d0206h2_c1929292aa6b_fb71836bce29",
            "ja4_r":"t13d0206h2_1301,c02f_000a,000b,000d,002b_0403,0804","ja4_o":"t13d0206h2_c1929292aa6b_7051468abb01",
            "ja4_ro":"t13d0206h2_1301,c02f_0000,000a,000b,000d,0010,002b_0403,0804","ech":false,"partial":false,
            "stack":"afs1:0304:c2x4g2s2:c1147cfa846ef5bd"}}
            """.ReplaceLineEndings(""), Write(probe.Found[0]));
    }

    [Fact]
    public void A_server_hello_of_a_device_without_mac()
    {
        var probe = StageProbe.OfTls();
        probe.AtTicks = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc).Ticks + 1_200_000;
        var packet = StageProbe.FromClient();
        (packet.Source, packet.Destination, packet.SourcePort, packet.DestinationPort) = (packet.Destination, packet.Source, 443, 40000);
        packet.DestinationMac = default;
        probe.Give(packet, TlsBytes.Records(TlsBytes.ServerHello()));
        Assert.Equal(
            """
            {"frame":7,"ts":"2026-01-02T03:04:05.12Z","pcap":"x.pcap","protocol":"tls","event":"server_hello","device":"ip:lab/0/10.0.0.1",
            "src_ip":"10.0.0.1","src_port":40000,"dst_ip":"192.0.2.1","dst_port":443,
            "tls":{"version":"TLS 1.3","sni":null,"alpn":[],"ja3":null,"ja3_full":null,"ja3s":"eb1d94daa7e0344597e756a1fb6e7054","ja4":null,
            "ja4_r":null,"ja4_o":null,"ja4_ro":null,"ech":false,"partial":false,"stack":null}}
            """.ReplaceLineEndings(""), Write(probe.Found[0]));
    }

    [Fact]
    public void A_dhcp_request()
    {
        var probe = new StageProbe(new DhcpStage("lab"));
        var packet = StageProbe.FromClient();
        (packet.SourcePort, packet.DestinationPort) = (68, 67);
        probe.Give(packet, new DhcpBytes
        {
            Options =
            [
                .. DhcpBytes.Option(53, 3), .. DhcpBytes.Option(12, 0x61, 0xE9, 0x5C, 0), .. DhcpBytes.Option(55, 1, 3, 6),
                .. DhcpBytes.Option(50, 10, 0, 0, 9), .. DhcpBytes.Option(61, 1, 0xAB), 255,
            ],
        }.ToArray());
        Assert.Equal(
            """
            {"frame":7,"ts":"2026-11-22T10:00:30Z","pcap":"x.pcap","protocol":"dhcp","event":"request","device":"02:00:00:00:00:09",
            "src_ip":"10.0.0.1","src_port":68,"dst_ip":"192.0.2.1","dst_port":67,
            "dhcp":{"op":1,"client_mac":"02:00:00:00:00:09","hlen":6,"msg_type":"REQUEST","option55":[1,3,6],"option60":null,
            "option12":"a\\xe9\\x5c\\x00","option61_hex":"01ab","option77_hex":null,"option81_hex":null,"requested_ip":"10.0.0.9",
            "giaddr":"0.0.0.0","ciaddr":"0.0.0.0","yiaddr":"0.0.0.0","xid":"0xdeadbeef","option_order":[53,12,55,50,61,255]}}
            """.ReplaceLineEndings(""), Write(probe.Found[0]));
    }

    [Fact]
    public void A_multicast_dns_message()
    {
        var probe = new StageProbe(new MdnsStage("lab"));
        probe.Give(DiscoveryProbe.ToGroup(5353), new DnsBytes
        {
            Flags = DnsBytes.Response,
            Questions = [DnsBytes.Question(DnsBytes.Name("a.local"), 255)],
            Answers = [DnsBytes.Srv("x._ipp._tcp.local", "a.local", 631), DnsBytes.Txt("x._ipp._tcp.local", "ty=\"é", "")],
            Additional = [DnsBytes.Address("a.local", 10, 0, 0, 1), DnsBytes.Record([0], 47, [0, 0, 1, 0x40])],
        }.ToArray());
        Assert.Equal(
            """
            {"frame":7,"ts":"2026-11-22T10:00:30Z","pcap":"x.pcap","protocol":"mdns","event":"response","device":"02:11:22:33:44:55",
            "src_ip":"10.0.0.1","src_port":5353,"dst_ip":"224.0.0.251","dst_port":5353,
            "mdns":{"response":true,"questions":[{"name":"a.local","type":255}],"records":[
            {"section":"answer","name":"x._ipp._tcp.local","type":33,"ttl":120,"target":"a.local","port":631,"address":null,
            "txt":null,"types":null},
            {"section":"answer","name":"x._ipp._tcp.local","type":16,"ttl":120,"target":null,"port":null,"address":null,
            "txt":["ty=\u0022\\xc3\\xa9",""],"types":null},
            {"section":"additional","name":"a.local","type":1,"ttl":120,"target":null,"port":null,"address":"10.0.0.1",
            "txt":null,"types":null},
            {"section":"additional","name":".","type":47,"ttl":120,"target":null,"port":null,"address":null,"txt":null,"types":[1]}]}}
            """.ReplaceLineEndings(""), Write(probe.Found[0]));
    }

    [Fact]
    public void An_ssdp_message()
    {
        var probe = new StageProbe(new SsdpStage("lab"));
        probe.Give(DiscoveryProbe.ToGroup(1900), "NOTIFY * HTTP/1.1\r\nNT: a\r\nNTS: ssdp:byebye\r\nUSN:\r\n\r\n"u8.ToArray());
        Assert.Equal(
            """
            {"frame":7,"ts":"2026-11-22T10:00:30Z","pcap":"x.pcap","protocol":"ssdp","event":"byebye","device":"02:11:22:33:44:55",
            "src_ip":"10.0.0.1","src_port":1900,"dst_ip":"224.0.0.251","dst_port":1900,
            "ssdp":{"start_line":"NOTIFY * HTTP/1.1","server":null,"location":null,"usn":"","st":null,"nt":"a","nts":"ssdp:byebye",
            "user_agent":null}}
            """.ReplaceLineEndings(""), Write(probe.Found[0]));
    }

    [Fact]
    public void Messages_about_names()
    {
        var probe = new StageProbe(new NamesStage("lab"));
        probe.Give(DiscoveryProbe.ToGroup(137), NetbiosBytes.Claim("PC", 0x20, isGroup: false, [10, 0, 0, 1]));
        probe.Give(DiscoveryProbe.ToGroup(138), NetbiosBytes.Datagram(
            "PC", 0, [10, 0, 0, 1], NetbiosBytes.Mailslot(NetbiosBytes.Announcement(1, "PC", 10, 0, 0x1003, ""))));
        probe.Give(DiscoveryProbe.ToGroup(5355), DnsBytes.Query("wpad"));
        string[] names = [.. probe.Found.Select(found => Write(found).Split("\"names\":")[1])];
        Assert.Equal(
            """
            {"service":"nbns","nbns":{"response":false,"opcode":5,"rcode":0,"questions":[{"name":"PC","suffix":"20"}],
            "records":[{"name":"PC","suffix":"20","type":32,"group":false,"addresses":["10.0.0.1"],"node_names":[]}]},
            "datagram":null,"llmnr":null}}
            """.ReplaceLineEndings(""), names[0]);
        Assert.Equal(
            """
            {"service":"datagram","nbns":null,"datagram":{"source":{"name":"PC","suffix":"00"},"source_ip":"10.0.0.1",
            "destination":{"name":"GROUP","suffix":"1d"},"browser":{"command":1,"server":"PC","os_major":10,"os_minor":0,
            "server_type":"00001003","comment":null,"master":null}},"llmnr":null}}
            """.ReplaceLineEndings(""), names[1]);
        Assert.Equal(
            """
            {"service":"llmnr","nbns":null,"datagram":null,"llmnr":{"response":false,"questions":[{"name":"wpad","type":12}],"records":[]}}}
            """.ReplaceLineEndings(""), names[2]);
    }

    [Theory]
    [InlineData(0, "BOOTP")]
    [InlineData(13, "LEASEACTIVE")]
    [InlineData(200, "200")]
    public void Message_types_have_their_names_or_their_number(int type, string name) =>
        Assert.Equal(name, DhcpMessageTypeNames.Of((DhcpMessageType)type));

    internal static string Write(Observation observation)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer)) ObservationJson.Write(json, observation, "x.pcap", 7);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    [Fact]
    public void A_SYN_ACK()
    {
        var answer = SynBytes.Answer with { Window = 1, Options = [2, 4, 5, 0xB4, 8, 10, 0, 0, 0, 9, 0, 0, 0, 1, 0, 0] };
        var probe = new StageProbe(new HandshakeStage("lab", [])).Give(answer.Header, answer.V4);
        Assert.Equal(
            """
            {"frame":7,"ts":"2026-11-22T10:00:30Z","pcap":"x.pcap","protocol":"tcp","event":"syn_ack","device":"02:11:22:33:44:55",
            "src_ip":"192.168.1.10","src_port":443,"dst_ip":"198.51.100.20","dst_port":40000,
            "tcp":{"signature":"4:64\u002B0:0:1460:1,0:mss,ts,eol\u002B1:df,id\u002B:0","ttl":64,"distance":0,"df":true,"ip_id":7,"ip_header_length":20,
            "tcp_header_length":36,"window":1,"options":[2,8,0],"mss":1460,"wscale":null,"tsval":9,"tsecr":1}}
            """.ReplaceLineEndings(""), Write(probe.Found[0]));
    }

    [Fact]
    public void An_NTP_request()
    {
        var probe = new StageProbe(new NtpStage("lab", []));
        var packet = StageProbe.FromClient(port: 123) with { DestinationPort = 123 };
        probe.Give(packet, [0xE3, 0, 6, 0xEC, .. new byte[36], 1, 2, 3, 4, 5, 6, 7, 8]);
        Assert.Equal(
            """
            {"frame":7,"ts":"2026-11-22T10:00:30Z","pcap":"x.pcap","protocol":"ntp","event":"client","device":"02:11:22:33:44:55",
            "src_ip":"10.0.0.1","src_port":123,"dst_ip":"192.0.2.1","dst_port":123,
            "ntp":{"version":4,"mode":3,"leap":3,"stratum":0,"poll":6,"precision":-20,"reference_id":"00000000",
            "stack":"v4 mode 3 leap 3 stratum 0 poll 6 precision -20 refid - set transmit"}}
            """.ReplaceLineEndings(""), Write(probe.Found[0]));
    }
}
