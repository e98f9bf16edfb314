using System.Text;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Protocols;
using ActorFingerprint.Protocols.Tcp;
using ActorFingerprint.Protocols.Tls;
using Xunit;
using static ActorFingerprint.Tests.Protocols.Tls.TlsBytes;

namespace ActorFingerprint.Tests.Protocols.Tls;

public sealed class TlsStageSpecs
{
    private readonly StageProbe _probe = StageProbe.OfTls();

    [Fact]
    public void A_hello_in_one_segment_is_one_observation_of_the_client_with_its_fields()
    {
        _probe.Send(100, TlsBytes.Records(TlsBytes.ClientHello("a\\b\u007F.example")));
        var found = Assert.IsType<ClientHelloObservation>(Assert.Single(_probe.Found));
        Assert.Equal(DeviceKey.OfMac(StageProbe.ClientMac), found.Device);
        Assert.Equal((1L, 40000, 443), (found.Frame, found.SourcePort, found.DestinationPort));
        Assert.Equal((StageProbe.Client, StageProbe.Server), (found.Source, found.Destination));
        Assert.Equal("a\\x5cb\\x7f.example", found.Hello.Sni);
        Assert.Equal(["h2", "http/1.1"], found.Hello.Alpn!.Select(Encoding.ASCII.GetString));
        Assert.Equal("771,4865-49199,0-10-11-13-16-43,29-23,0", found.Hello.Ja3Text());
        Assert.Equal("t13d0206h2_1301,c02f_000a,000b,000d,002b_0403,0804", found.Hello.Ja4Raw());
        Assert.False(found.IsPartial);
        Assert.Empty(_probe.Faults);
    }

    [Fact]
    public void A_server_hello_tells_of_the_client()
    {
        _probe.Answer(7, TlsBytes.Records(TlsBytes.ServerHello()));
        var found = Assert.IsType<ServerHelloObservation>(Assert.Single(_probe.Found));
        Assert.Equal(DeviceKey.OfMac(StageProbe.ClientMac), found.Device);
        Assert.Equal((StageProbe.Client, 40000, 443), (found.Source, found.SourcePort, found.DestinationPort));
        Assert.Equal("771,4865,51-43", found.Hello.Ja3SText());
        Assert.Equal("eb1d94daa7e0344597e756a1fb6e7054", found.Hello.Ja3S);
        Assert.Equal((ushort)0x0304, found.Hello.SelectedVersion);
    }

    [Fact]
    public void A_server_hello_is_read_before_the_rest_of_its_record_arrives()
    {
        var certificate = TlsBytes.Message(11, new byte[3000]);
        var flight = TlsBytes.Records([.. TlsBytes.ServerHello(), .. certificate]);
        _probe.Answer(7, flight[..1400]).Answer(1407, flight[1400..2800]).Answer(2807, flight[2800..]);
        Assert.Equal(1, Assert.Single(_probe.Found).Frame);
        Assert.Empty(_probe.Faults);
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(0x01_00_5E_00_00_01UL)]
    public void Without_a_unicast_mac_the_address_in_its_site_and_vlan_is_the_device(ulong mac)
    {
        var packet = StageProbe.FromClient();
        packet.SourceMac = new MacAddress(mac);
        packet.Vlan = 12;
        _probe.Give(packet, TlsBytes.Records(TlsBytes.ClientHello()));
        Assert.Equal("ip:lab/12/10.0.0.1", Assert.Single(_probe.Found).Device.ToString());
    }

    [Fact]
    public void Ech_marks_the_observation_partial()
    {
        _probe.Send(1, TlsBytes.Records(TlsBytes.ClientHello(more: (0xFE0D, [0, 0, 1]))));
        var found = Assert.IsType<ClientHelloObservation>(Assert.Single(_probe.Found));
        Assert.True(found.IsPartial && found.Hello.HasEch);
    }

    [Fact]
    public void Plaintext_before_the_hello_does_not_hide_it()
    {
        _probe.Send(1, "EHLO me\r\n"u8.ToArray()).Answer(1, "250 STARTTLS\r\n"u8.ToArray()).Send(10, "STARTTLS\r\n"u8.ToArray())
            .Answer(15, "220 go\r\n"u8.ToArray()).Send(20, TlsBytes.Records(TlsBytes.ClientHello()))
            .Answer(23, TlsBytes.Records(TlsBytes.ServerHello()));
        Assert.Equal(["client_hello", "server_hello"], _probe.Found.Select(o => o.Event));
    }

    [Fact]
    public void Both_hellos_around_a_hello_retry_request_are_found()
    {
        var first = TlsBytes.Records(TlsBytes.ClientHello(seed: 1));
        var second = (byte[])[.. TlsBytes.ChangeCipherSpec, .. TlsBytes.Records(TlsBytes.ClientHello(seed: 1, more: (44, [0, 1, 2])))];
        var retry = (byte[])[.. TlsBytes.Records(TlsBytes.ServerHello(isRetry: true)), .. TlsBytes.ChangeCipherSpec];
        _probe.Send(1, first).Answer(1, retry).Send(1 + (uint)first.Length, second)
            .Answer(1 + (uint)retry.Length, TlsBytes.Records(TlsBytes.ServerHello()));
        Assert.Equal(["client_hello", "server_hello", "client_hello", "server_hello"], _probe.Found.Select(o => o.Event));
        Assert.True(Assert.IsType<ServerHelloObservation>(_probe.Found[1]).Hello.IsHelloRetryRequest);
        Assert.False(Assert.IsType<ServerHelloObservation>(_probe.Found[3]).Hello.IsHelloRetryRequest);
    }

    [Fact]
    public void Segments_of_the_second_hello_after_a_retry_may_overtake_each_other()
    {
        var second = TlsBytes.Records(TlsBytes.ClientHello(padding: 900, seed: 9));
        _probe.Send(1, TlsBytes.Records(TlsBytes.ClientHello())).Answer(1, TlsBytes.Records(TlsBytes.ServerHello(isRetry: true)))
            .Send(5700, second[700..]).Send(5000, second[..700]);
        Assert.Equal(2, _probe.Found.OfType<ClientHelloObservation>().Count());
    }

    [Fact]
    public void A_part_that_overtakes_the_start_counts_also_when_it_begins_like_the_header_of_an_alert()
    {
        // Cut before the low byte of the handshake length: 15 03 03 …, then the random.
        var records = Enumerable.Range(0, 512).Select(padding => TlsBytes.Records(TlsBytes.ClientHello(padding: padding, seed: 3)))
            .First(bytes => bytes[8] == 0x15);
        Assert.True((records[11] << 8 | records[12]) > 512);
        _probe.Send(1 + 8, records[8..]).Send(1, records[..8]);
        Assert.Single(_probe.Found.OfType<ClientHelloObservation>());
    }

    [Fact]
    public void Two_different_hellos_behind_each_other_in_one_segment_are_two()
    {
        _probe.Send(1, [.. TlsBytes.Records(TlsBytes.ClientHello(seed: 1)), .. TlsBytes.Records(TlsBytes.ClientHello(seed: 2))]);
        Assert.Equal(2, _probe.Found.Count);
    }

    [Fact]
    public void The_same_hello_of_another_port_is_another_observation()
    {
        var hello = TlsBytes.Records(TlsBytes.ClientHello());
        _probe.Send(1, hello, port: 40000).Send(1, hello, port: 40001);
        Assert.Equal(2, _probe.Found.Count);
    }

    [Fact]
    public void Hellos_that_differ_in_one_list_are_never_taken_for_each_other()
    {
        byte[][] hellos =
        [
            .. from name in (string[])["a.example", "b.example"]
            from ciphers in (byte[][])[[0x13, 1], [0x13, 2], [0x13, 1, 0x13, 2]]
            from extensions in (byte[][])
            [
                [], Extension(10, [0, 2, 0, 29]), Extension(13, [0, 2, 0, 29]), Extension(43, [2, 0, 29]), Extension(43, [0]),
                Extension(16, [0, 3, 2, 104, 50]), Extension(16, [0, 6, 2, 104, 50, 2, 104, 51]), Extension(11, [2, 0, 29]),
            ]
            let server = Extension(0, Vector16([0, .. Vector16(Encoding.ASCII.GetBytes(name))]))
            select ClientHello(0x0303, ciphers, [.. server, .. extensions]),
        ];
        for (ushort round = 1; round <= 4; round++)
            foreach (var hello in hellos)
            {
                _probe.AtTicks += TimeSpan.TicksPerHour;
                _probe.Send(1, TlsBytes.Records(hello), round);
                var alone = StageProbe.OfTls().Send(1, TlsBytes.Records(hello), round);
                Assert.Equal(Text(alone.Found[^1]), Text(_probe.Found[^1]));
            }
        Assert.Equal(4 * hellos.Length, _probe.Found.Count);

        static string Text(Observation observation)
        {
            var hello = ((ClientHelloObservation)observation).Hello;
            var alpn = string.Join(',', (hello.Alpn ?? []).Select(Convert.ToHexString));
            return $"{hello.Sni} {hello.Ja3} {hello.Ja3Text()} {hello.Ja4} {hello.Ja4OriginalRaw()} {alpn}";
        }
    }

    [Fact]
    public void A_version_2_hello_gives_nothing()
    {
        _probe.Send(1, [0x80, 0x2E, 1, 0, 2, 0, 0x15, 0, 0, 0, 0x10, .. new byte[37]]);
        Assert.Empty(_probe.Found);
        Assert.Empty(_probe.Faults);
    }

    [Fact]
    public void A_draft_server_hello_without_session_id_is_read_by_its_version()
    {
        var body = (byte[])[0x7F, 0x12, .. new byte[32], 0x13, 0x01, .. Vector16(Extension(40, [0, 29]))];
        _probe.Answer(1, TlsBytes.Records(TlsBytes.Message(2, body)));
        Assert.Equal("32530,4865,40", Assert.IsType<ServerHelloObservation>(Assert.Single(_probe.Found)).Hello.Ja3SText());
    }

    [Fact]
    public void Empty_segments_and_other_traffic_give_nothing()
    {
        _probe.Send(1, []).Send(1, "GET / HTTP/1.1\r\n\r\n"u8.ToArray())
            .Send(19, [23, 3, 3, 0, 5, 1, 2, 3, 4, 5]).Send(29, [22, 3, 3, 0, 4, 14, 0, 0, 0]);
        Assert.Empty(_probe.Found);
        Assert.Empty(_probe.Faults);
        Assert.Empty(_probe.Evictions);
    }
}
