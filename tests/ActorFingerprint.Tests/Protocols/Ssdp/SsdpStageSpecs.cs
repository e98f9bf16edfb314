using System.Text;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Protocols;
using ActorFingerprint.Protocols.Ssdp;
using Xunit;
using static ActorFingerprint.Tests.Protocols.DiscoveryProbe;

namespace ActorFingerprint.Tests.Protocols.Ssdp;

public sealed class SsdpStageSpecs
{
    private readonly StageProbe _probe = new(new SsdpStage("lab"));

    [Fact]
    public void An_advert_tells_server_type_location_and_uuid()
    {
        var found = Read("NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nServer:  Linux/3 UPnP/1.0 Cam/2 \r\n"
            + "LOCATION: http://10.0.0.1:80/d.xml\r\nnt: urn:x:device:Cam:1\r\nNTS:ssdp:alive\r\n"
            + "USN: uuid:ab-1::urn:x:device:Cam:1\r\n\r\nSERVER: body\r\n");
        Assert.Equal("alive", found.Event);
        Assert.Equal(
            ["SsdpServer Linux/3 UPnP/1.0 Cam/2", "SsdpType urn:x:device:Cam:1", "SsdpLocation http://10.0.0.1:80/d.xml", "SsdpUuid ab-1"],
            found.Facts());
        Assert.Equal(Sender, found.OwnAddress);
        Assert.False(found.IsPartial || found.CrossesRouters);
    }

    [Fact]
    public void Of_equal_headers_the_first_counts_and_bare_line_feeds_end_lines_too()
    {
        var found = Read("NOTIFY * HTTP/1.0\nSERVER: a\nserver: b\n X: folded\nno colon\nNTS : ssdp:update\nUSN: something else");
        Assert.Equal(("a", "ssdp:update", "update"), (found.Message.Server, found.Message.NotificationSubType, found.Event));
        Assert.Equal(["SsdpServer a"], found.Facts());
    }

    [Fact]
    public void A_byebye_tells_nothing()
    {
        var found = Read("NOTIFY * HTTP/1.1\r\nSERVER: a\r\nNT: upnp:rootdevice\r\nNTS: SSDP:ByeBye\r\nUSN: uuid:1\r\n\r\n");
        Assert.Equal("byebye", found.Event);
        Assert.Empty(found.Facts());
    }

    [Fact]
    public void A_search_tells_what_is_looked_for_and_never_what_the_sender_is()
    {
        var found = Read("M-SEARCH * HTTP/1.1\r\nMAN: \"ssdp:discover\"\r\nST: urn:x:dial:1\r\nUser-Agent: Browser/9\r\nSERVER: x\r\n\r\n");
        Assert.Equal("search", found.Event);
        Assert.Equal(["SsdpSearch urn:x:dial:1", "SsdpUserAgent Browser/9"], found.Facts());
        Assert.Empty(Read("M-SEARCH * HTTP/1.1\r\nST: ssdp:all\r\n\r\n").Facts());
    }

    [Fact]
    public void An_answer_is_an_advert_of_what_was_searched()
    {
        const string answer = "HTTP/1.1 200 OK\r\nST: upnp:rootdevice\r\nUSN: uuid:7\r\nLocation: http://10.0.0.99/x\r\nExt:\r\n\r\n";
        _probe.Give(ToHost(1900, 50000), Encoding.ASCII.GetBytes(answer));
        _probe.Give(ToHost(40001, 50000), Encoding.ASCII.GetBytes(answer));
        Assert.All(_probe.Found, found => Assert.Equal(
            ["SsdpType upnp:rootdevice", "SsdpLocation http://10.0.0.99/x", "SsdpUuid 7"], found.Facts()));
        Assert.All(_probe.Found, found => Assert.True(found.CrossesRouters && ((SignalObservation)found).OwnAddress.IsNone));
    }

    [Fact]
    public void An_answer_of_another_status_tells_nothing()
    {
        var found = Read("HTTP/1.1 412 Precondition Failed\r\nST: upnp:rootdevice\r\nSERVER: a\r\n\r\n");
        Assert.Equal("refusal", found.Event);
        Assert.Empty(found.Facts());
    }

    [Fact]
    public void An_answer_from_a_foreign_network_is_no_device()
    {
        _probe.Give(ToHost(1900, 50000) with { Source = NetworkAddress.V4(0x08080808) }, "HTTP/1.1 200 OK\r\nST: a\r\n\r\n"u8.ToArray());
        Assert.True(_probe.Found[0].Device.IsNone);
    }

    [Fact]
    public void Between_other_ports_http_without_st_and_usn_is_not_ssdp()
    {
        _probe.Give(ToHost(40001, 50000), "HTTP/1.1 200 OK\r\nServer: x\r\n\r\n"u8.ToArray());
        Assert.Empty(_probe.Found);
        Assert.Equal([Malformed.SsdpMessage], _probe.Faults);
    }

    [Theory]
    [InlineData("")]
    [InlineData("GET / HTTP/1.1\r\n\r\n")]
    [InlineData("NOTIFY *")]
    public void Other_datagrams_are_counted(string text)
    {
        _probe.Give(ToGroup(1900), Encoding.ASCII.GetBytes(text));
        Assert.Empty(_probe.Found);
        Assert.Equal([Malformed.SsdpMessage], _probe.Faults);
    }

    [Theory]
    [InlineData("NT: uuid:1")]
    [InlineData("NT:")]
    public void A_uuid_or_nothing_is_no_type(string header) =>
        Assert.Empty(Read($"NOTIFY * HTTP/1.1\r\n{header}\r\nNTS: ssdp:alive\r\n\r\n").Facts());

    [Theory]
    [InlineData("http://10.0.0.1/x", true)]
    [InlineData("https://10.0.0.1:8080", true)]
    [InlineData("http://10.0.0.2:80/10.0.0.1", false)]
    [InlineData("http://[fe80::1]:80/x", false)]
    [InlineData("http://[10.0.0.1/x", false)]
    [InlineData("10.0.0.1", false)]
    public void Only_a_location_on_the_sender_shows_its_address(string location, bool isOwn) =>
        Assert.Equal(isOwn, Read($"NOTIFY * HTTP/1.1\r\nNTS: ssdp:alive\r\nLOCATION: {location}\r\n\r\n").OwnAddress == Sender);

    [Fact]
    public void Values_are_escaped_and_bounded_and_headers_limited()
    {
        var found = Read($"NOTIFY * HTTP/1.1\r\nNTS: ssdp:alive\r\nSERVER: é\\{new string('\u0002', 600)}\r\n\r\n");
        Assert.StartsWith(@"\xc3\xa9\x5c\x02", found.Message.Server, StringComparison.Ordinal);
        Assert.Equal(512 * 4, found.Message.Server!.Length);
        Assert.Equal(512, found.Facts[0].Value.Length);
        Assert.True(found.IsPartial);
        found = Read("NOTIFY * HTTP/1.1\r\n" + string.Concat(Enumerable.Repeat("X: y\r\n", 64)) + "SERVER: late\r\n\r\n");
        Assert.Null(found.Message.Server);
        Assert.True(found.IsPartial);
    }

    [Fact]
    public void Repeats_share_their_content()
    {
        for (var i = 0; i < 4; i++) Read("NOTIFY * HTTP/1.1\r\nNTS: ssdp:alive\r\nNT: a\r\n\r\n");
        Assert.Same(((SsdpObservation)_probe.Found[2]).Message, ((SsdpObservation)_probe.Found[3]).Message);
    }

    [Fact]
    public void Cut_mutated_and_random_messages_never_throw() => _probe.Torment(ToGroup(1900),
        "NOTIFY * HTTP/1.1\r\nLOCATION: http://[fe80::1]:1/x\r\nNT: a\r\nNTS: ssdp:alive\r\nUSN: uuid:1::a\r\n\r\n"u8.ToArray(),
        20_000);

    private SsdpObservation Read(string text)
    {
        _probe.Give(ToGroup(1900), Encoding.UTF8.GetBytes(text));
        return Assert.IsType<SsdpObservation>(_probe.Found[^1]);
    }
}
