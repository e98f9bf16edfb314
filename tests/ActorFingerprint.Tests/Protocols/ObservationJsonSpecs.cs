using System.Buffers;
using System.Text;
using System.Text.Json;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Protocols;
using ActorFingerprint.Protocols.Dhcp;
using ActorFingerprint.Tests.Protocols.Dhcp;
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

    [Theory]
    [InlineData(0, "BOOTP")]
    [InlineData(13, "LEASEACTIVE")]
    [InlineData(200, "200")]
    public void Message_types_have_their_names_or_their_number(int type, string name) =>
        Assert.Equal(name, DhcpMessageTypeNames.Of((DhcpMessageType)type));

    private static string Write(Observation observation)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer)) ObservationJson.Write(json, observation, "x.pcap", 7);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
