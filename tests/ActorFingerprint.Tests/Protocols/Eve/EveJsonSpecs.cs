using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Fingerprints;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Protocols.Dhcp;
using ActorFingerprint.Protocols.Eve;
using ActorFingerprint.Tests.Protocols.Dhcp;
using ActorFingerprint.Tests.Protocols.Tls;
using Xunit;

namespace ActorFingerprint.Tests.Protocols.Eve;

/// <summary>EVE, character by character: consumers written for Suricata rely on names and forms.</summary>
public sealed class EveJsonSpecs
{
    [Fact]
    public void A_client_hello()
    {
        var probe = StageProbe.OfTls().Send(1, TlsBytes.Records(TlsBytes.ClientHello("a.example")));
        Assert.Equal(
            """
            {"timestamp":"2026-11-22T10:00:30.000000+0000","flow_id":FLOW,"pcap_cnt":7,"event_type":"tls",
            "src_ip":"10.0.0.1","src_port":40000,"dest_ip":"192.0.2.1","dest_port":443,"proto":"TCP",
            "community_id":"COMMUNITY","pcap_filename":"x.pcap",
            "tls":{"sni":"a.example","version":"TLS 1.3","client_alpns":["h2","http/1.1"],
            "ja3":{"hash":"97737df38853b88c4324af06e211c4a1","string":"771,4865-49199,0-10-11-13-16-43,29-23,0"},
            "ja4":"t13d0206h2_c1929292aa6b_fb71836bce29"},
            "actorfp":{"device":"02:11:22:33:44:55","protocol":"tls","event":"client_hello"}}
            """.ReplaceLineEndings(""), WithoutFlow(Write(probe.Found[0])));
    }

    [Fact]
    public void A_server_hello_names_the_client_first_as_the_flow_does()
    {
        var probe = StageProbe.OfTls();
        var packet = StageProbe.FromClient();
        (packet.Source, packet.Destination, packet.SourcePort, packet.DestinationPort) = (packet.Destination, packet.Source, 443, 40000);
        probe.Give(packet, TlsBytes.Records(TlsBytes.ServerHello()));
        var eve = JsonNode.Parse(Write(probe.Found[0]))!;
        Assert.Equal("10.0.0.1", (string?)eve["src_ip"]);
        Assert.Equal("TLS 1.3", (string?)eve["tls"]!["version"]);
        Assert.Equal("eb1d94daa7e0344597e756a1fb6e7054", (string?)eve["tls"]!["ja3s"]!["hash"]);
        Assert.Equal("771,4865,", ((string?)eve["tls"]!["ja3s"]!["string"])![..9]);
        Assert.Null(eve["tls"]!["ja3"]);
    }

    [Fact]
    public void A_dhcp_request_in_the_extended_form()
    {
        var probe = new StageProbe(new DhcpStage("lab"));
        var packet = StageProbe.FromClient();
        (packet.SourcePort, packet.DestinationPort) = (68, 67);
        packet.Vlan = 42;
        probe.Give(packet, new DhcpBytes
        {
            Options =
            [
                .. DhcpBytes.Option(53, 3), .. DhcpBytes.Option(12, 0x61, 0xE9), .. DhcpBytes.Option(55, 1, 121, 3, 6, 42),
                .. DhcpBytes.Option(50, 10, 0, 0, 9), .. DhcpBytes.Option(60, 0x4D, 0x53), .. DhcpBytes.Option(61, 1, 0xAB), 255,
            ],
        }.ToArray());
        Assert.Equal(
            """
            {"timestamp":"2026-11-22T10:00:30.000000+0000","flow_id":FLOW,"pcap_cnt":7,"event_type":"dhcp","vlan":[42],
            "src_ip":"10.0.0.1","src_port":68,"dest_ip":"192.0.2.1","dest_port":67,"proto":"UDP",
            "community_id":"COMMUNITY","pcap_filename":"x.pcap",
            "dhcp":{"type":"request","id":3735928559,"client_mac":"02:00:00:00:00:09","assigned_ip":"0.0.0.0","client_ip":"0.0.0.0",
            "dhcp_type":"request","requested_ip":"10.0.0.9","params":["subnet_mask","router","dns_server","ntp_server"],
            "option55":[1,121,3,6,42],"hostname":"a\\xe9","client_id":"ab","vendor_class_identifier":"MS"},
            "actorfp":{"device":"02:00:00:00:00:09","protocol":"dhcp","event":"request"}}
            """.ReplaceLineEndings(""), WithoutFlow(Write(probe.Found[0])));
    }

    [Theory]
    [InlineData("tls", "128.232.110.120", 34855, "66.35.250.204", 80, "1:LQU9qZlK+B5F3KDmev6m5PMibrg=")]
    [InlineData("tls", "66.35.250.204", 80, "128.232.110.120", 34855, "1:LQU9qZlK+B5F3KDmev6m5PMibrg=")]
    [InlineData("quic", "192.168.1.52", 54585, "8.8.8.8", 53, "1:d/FP5EW3wiY1vCndhwleRRKHowQ=")]
    public void The_community_id_is_that_of_its_specification_in_both_directions(
        string protocol, string source, int sourcePort, string destination, int destinationPort, string expected)
    {
        var eve = JsonNode.Parse(Write(new ProbeObservation(protocol, Flow(source, sourcePort, destination, destinationPort))))!;
        Assert.Equal(expected, (string?)eve["community_id"]);
        var back = JsonNode.Parse(Write(new ProbeObservation(protocol, Flow(destination, destinationPort, source, sourcePort))))!;
        Assert.Equal((long?)back["flow_id"], (long?)eve["flow_id"]);
        Assert.InRange((long)eve["flow_id"]!, 0, 1L << 51);
    }

    [Fact]
    public void An_ipv6_flow_and_one_to_itself_have_one_id_in_both_directions()
    {
        foreach (var other in new[] { "2001:db8::2", "2001:db8::1" })
        {
            var there = JsonNode.Parse(Write(new ProbeObservation("tls", Flow("2001:db8::1", 5000, other, 443))))!;
            var back = JsonNode.Parse(Write(new ProbeObservation("tls", Flow(other, 443, "2001:db8::1", 5000))))!;
            Assert.Equal((string?)there["community_id"], (string?)back["community_id"]);
        }
    }

    [Theory]
    [InlineData("arp", "ARP")]
    [InlineData("lldp", null)]
    public void Below_ip_there_is_no_flow(string protocol, string? name)
    {
        var eve = JsonNode.Parse(Write(new ProbeObservation(protocol, default)))!;
        Assert.Null(eve["flow_id"]);
        Assert.Null(eve["community_id"]);
        Assert.Null(eve["src_ip"]);
        Assert.Null(eve["src_port"]);
        Assert.Equal(name, (string?)eve["proto"]);
        Assert.Equal(protocol, (string?)eve["event_type"]);
    }

    [Fact]
    public void A_certificate_names_the_client_first_too()
    {
        var eve = JsonNode.Parse(Write(new CertificateObservation(Flow("192.0.2.1", 443, "10.0.0.1", 40000), new ServerCertificate("ab", "CN=issuer", "CN=subject"))))!;
        Assert.Equal(("10.0.0.1", 40000, "192.0.2.1", 443), ((string?)eve["src_ip"], (int)eve["src_port"]!, (string?)eve["dest_ip"], (int)eve["dest_port"]!));
        Assert.Equal("""{"subject":"CN=subject","issuerdn":"CN=issuer","sha256":"ab"}""", eve["tls"]!.ToJsonString());
    }

    [Fact]
    public void An_http_request_and_its_answer_are_events_of_one_flow()
    {
        var request = JsonNode.Parse(Write(new HttpRequestObservation(Flow("10.0.0.1", 40000, "192.0.2.1", 80))
        {
            Signature = "",
            Method = "GET",
            Host = "h.example",
            UserAgent = "agent/1",
            MinorVersion = 1,
        }))!;
        var answer = JsonNode.Parse(Write(new HttpResponseObservation(Flow("192.0.2.1", 80, "10.0.0.1", 40000)) { Signature = "", Status = 404, Server = "nginx" }))!;
        Assert.Equal("""{"hostname":"h.example","http_user_agent":"agent/1","http_method":"GET","protocol":"HTTP/1.1"}""", request["http"]!.ToJsonString());
        Assert.Equal("""{"protocol":"HTTP/1.0","status":404,"server":"nginx"}""", answer["http"]!.ToJsonString());
        Assert.Equal((string?)request["src_ip"], (string?)answer["src_ip"]);
        Assert.Equal((long)request["flow_id"]!, (long)answer["flow_id"]!);
    }

    [Fact]
    public void Ssh_has_versions_and_hassh_below_the_side_that_sent_them()
    {
        var client = new SshIdentificationObservation(Flow("10.0.0.1", 40000, "192.0.2.1", 22)) { Identification = "SSH-2.0-OpenSSH_9.6 Debian" };
        Assert.Equal("""{"client":{"proto_version":"2.0","software_version":"OpenSSH_9.6"}}""", JsonNode.Parse(Write(client))!["ssh"]!.ToJsonString());
        var server = new SshKeyExchangeObservation(Flow("192.0.2.1", 22, "10.0.0.1", 40000))
        {
            IsServer = true,
            Hassh = "aa",
            Offer = new SshOffer { KeyExchange = "k", CipherToClient = "c", MacToClient = "m", CompressionToClient = "none", CipherToServer = "x" },
        };
        var eve = JsonNode.Parse(Write(server))!;
        Assert.Equal("""{"server":{"hassh":{"hash":"aa","string":"k;c;m;none"}}}""", eve["ssh"]!.ToJsonString());
        Assert.Equal("10.0.0.1", (string?)eve["src_ip"]);
    }

    [Fact]
    public void Smb_has_dialects_and_what_the_stack_says_of_itself()
    {
        var offer = new SmbObservation(Flow("10.0.0.1", 40000, "192.0.2.1", 445)) { Content = new SmbContent { Version = 2, Dialects = ["0202", "0311"] } };
        Assert.Equal("""{"command":"SMB2_COMMAND_NEGOTIATE_PROTOCOL","client_dialects":["2.02","3.11"]}""", JsonNode.Parse(Write(offer))!["smb"]!.ToJsonString());
        var answer = new SmbObservation(Flow("192.0.2.1", 445, "10.0.0.1", 40000))
        {
            Content = new SmbContent { Version = 1, IsServer = true, IsSessionSetup = true, NativeOs = "Unix", LanManager = "Samba", Ntlm = new NtlmContent { OsVersion = "6.1.7601", Revision = 15 } },
        };
        Assert.Equal(
            """{"command":"SMB1_COMMAND_SESSION_SETUP_ANDX","response":{"native_os":"Unix","native_lm":"Samba"},"ntlmssp":{"version":"6.1 build 7601 rev 15"}}""",
            JsonNode.Parse(Write(answer))!["smb"]!.ToJsonString());
    }

    [Theory]
    [InlineData("0202", "2.02")]
    [InlineData("0210", "2.10")]
    [InlineData("02ff", "2.??")]
    [InlineData("0300", "3.00")]
    [InlineData("0302", "3.02")]
    [InlineData("0311", "3.11")]
    [InlineData("0400", "1024")]
    public void The_chosen_dialect_of_smb_2_has_the_name_that_suricata_gives_it(string dialect, string expected) =>
        Assert.Equal(expected, (string?)SmbAnswer(new SmbContent { Version = 2, IsServer = true, Dialect = dialect })["dialect"]);

    [Fact]
    public void Smb_1_has_the_names_offered_and_not_the_place_of_the_one_chosen()
    {
        Assert.Null(SmbAnswer(new SmbContent { Version = 1, IsServer = true, Dialect = "#5" })["dialect"]);
        Assert.Equal("""["NT LM 0.12"]""", SmbAnswer(new SmbContent { Version = 1, Dialects = ["NT LM 0.12"] })["client_dialects"]!.ToJsonString());
    }

    [Theory]
    [InlineData(2, "reply")]
    [InlineData(3, "request_reverse")]
    [InlineData(4, "reply_reverse")]
    [InlineData(9, "unknown")]
    public void Arp_operations_have_names(int operation, string expected)
    {
        var arp = new ArpObservation(Flow("10.0.0.1", 0, "10.0.0.2", 0)) { Operation = (ushort)operation };
        Assert.Equal(expected, (string?)JsonNode.Parse(Write(arp))!["arp"]!["opcode"]);
    }

    [Theory]
    [InlineData(new byte[] { 1 }, null)]
    [InlineData(new byte[] { 1, 0x00, 0x15, 0x5D, 0x22, 0x0E, 0x91 }, "00:15:5d:22:0e:91")]
    public void A_dhcp_client_identifier_stands_without_its_type(byte[] identifier, string? expected)
    {
        var probe = new StageProbe(new DhcpStage("lab"));
        var packet = StageProbe.FromClient();
        (packet.SourcePort, packet.DestinationPort) = (68, 67);
        probe.Give(packet, new DhcpBytes { Options = [.. DhcpBytes.Option(53, 1), .. DhcpBytes.Option(61, identifier), 255] }.ToArray());
        Assert.Equal(expected, (string?)JsonNode.Parse(Write(probe.Found[0]))!["dhcp"]!["client_id"]);
    }

    [Fact]
    public void Arp_has_both_addresses_of_both_sides()
    {
        var arp = new ArpObservation(Flow("10.0.0.1", 0, "10.0.0.2", 0)) { Operation = 1, SenderMac = new MacAddress(0x0200_0000_0001) };
        Assert.Equal(
            """{"hw_type":"ethernet","proto_type":"ipv4","opcode":"request","src_mac":"02:00:00:00:00:01","src_ip":"10.0.0.1","dest_mac":"00:00:00:00:00:00","dest_ip":"10.0.0.2"}""",
            JsonNode.Parse(Write(arp))!["arp"]!.ToJsonString());
    }

    [Fact]
    public void Mdns_has_its_sections_apart_and_types_by_name()
    {
        var message = new DnsMessage
        {
            IsResponse = true,
            Records =
            [
                new DnsRecord { Name = "_ipp._tcp.local", Type = 12, TimeToLive = 120, Target = "p._ipp._tcp.local" },
                new DnsRecord { Section = DnsSection.Additional, Name = "p._ipp._tcp.local", Type = 16, TimeToLive = 4500, Text = ["ty=x"] },
                new DnsRecord { Section = DnsSection.Additional, Name = "p.local", Type = 1, TimeToLive = 120, Address = NetworkAddress.V4(0x0A000001) },
                new DnsRecord { Section = DnsSection.Additional, Name = "p._ipp._tcp.local", Type = 33, TimeToLive = 120, Target = "p.local", Port = 631 },
                new DnsRecord { Section = DnsSection.Additional, Name = "p.local", Type = 47, TimeToLive = 120, Types = [1] },
            ],
        };
        Assert.Equal(
            """
            {"type":"response","opcode":0,"answers":[{"rrname":"_ipp._tcp.local","ptr":"p._ipp._tcp.local"}],
            "additionals":[{"rrname":"p._ipp._tcp.local","txt":["ty=x"]},{"rrname":"p.local","a":"10.0.0.1"},
            {"rrname":"p._ipp._tcp.local","srv":{"port":631,"name":"p.local"}},{"rrname":"p.local"}]}
            """.ReplaceLineEndings(""),
            JsonNode.Parse(Write(new MdnsObservation(Flow("10.0.0.1", 5353, "224.0.0.251", 5353), message)))!["mdns"]!.ToJsonString());
        var query = new DnsMessage { Questions = [new DnsQuestion("_ipp._tcp.local", 12)] };
        Assert.Equal("""{"type":"request","opcode":0,"queries":[{"rrname":"_ipp._tcp.local","rrtype":"ptr"}]}""",
            JsonNode.Parse(Write(new MdnsObservation(Flow("10.0.0.1", 5353, "224.0.0.251", 5353), query)))!["mdns"]!.ToJsonString());
    }

    [Theory]
    [InlineData(1u, "1")]
    [InlineData(0x6b3343cfu, "6b3343cf")]
    [InlineData(0xff00001du, "ff00001d")]
    public void A_quic_hello_has_the_version_of_its_packet(uint version, string text)
    {
        var hello = ((ClientHelloObservation)StageProbe.OfTls().Send(1, TlsBytes.Records(TlsBytes.ClientHello("a.example"))).Found[0]).Hello;
        var quic = new ClientHelloObservation
        {
            Device = default,
            AtTicks = 0,
            Frame = 1,
            Hello = new ClientHello
            {
                Transport = TlsTransport.Quic,
                LegacyVersion = hello.LegacyVersion,
                CipherSuites = hello.CipherSuites,
                Extensions = hello.Extensions,
                Sni = hello.Sni,
                Ja3 = hello.Ja3,
                Ja4 = hello.Ja4,
            },
            Quic = new QuicFacts(version, "", "agent/1"),
        };
        var eve = JsonNode.Parse(Write(quic))!;
        Assert.Equal("quic", (string?)eve["event_type"]);
        Assert.Equal(text, (string?)eve["quic"]!["version"]);
        Assert.Equal("agent/1", (string?)eve["quic"]!["ua"]);
        Assert.Equal("a.example", (string?)eve["quic"]!["sni"]);
        Assert.Equal(hello.Ja3, (string?)eve["quic"]!["ja3"]!["hash"]);
    }

    private static JsonNode SmbAnswer(SmbContent content) =>
        JsonNode.Parse(Write(new SmbObservation(Flow("192.0.2.1", 445, "10.0.0.1", 40000)) { Content = content }))!["smb"]!;

    private static Origin Flow(string source, int sourcePort, string destination, int destinationPort) => new()
    {
        Source = NetworkAddress.TryParse(source, out var from) ? from : default,
        SourcePort = sourcePort,
        Destination = NetworkAddress.TryParse(destination, out var to) ? to : default,
        DestinationPort = destinationPort,
    };

    /// <summary>Replaces what other tests look at.</summary>
    private static string WithoutFlow(string line)
    {
        var eve = JsonNode.Parse(line)!;
        return line.Replace($"\"flow_id\":{eve["flow_id"]}", "\"flow_id\":FLOW", StringComparison.Ordinal)
            .Replace((string)eve["community_id"]!, "COMMUNITY", StringComparison.Ordinal);
    }

    private static string Write(Observation observation)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, EveJson.WriterOptions))
            EveJson.Write(json, observation, "x.pcap", 7);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    [method: System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    private sealed class ProbeObservation(string protocol, in Origin origin) : SignalObservation(origin)
    {
        public override string Protocol => protocol;

        public override string Event => "seen";
    }
}
