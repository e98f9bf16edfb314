using System.Text;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Protocols;
using ActorFingerprint.Protocols.Http;
using ActorFingerprint.Protocols.Tcp;
using Xunit;

namespace ActorFingerprint.Tests.Protocols.Http;

public sealed class HttpStageSpecs
{
    private const string Get = "GET /secret/path?q=1 HTTP/1.1\r\nHost: www.example\r\nUser-Agent: curl/8.0\r\nAccept: */*\r\n\r\n";

    private readonly StageProbe _probe = new(new HttpStage("lab", new ReassemblyLimits()));

    [Fact]
    public void A_request_tells_of_the_client_without_its_path()
    {
        var found = Request(Get);
        Assert.Equal(DeviceKey.OfMac(StageProbe.ClientMac), found.Device);
        Assert.Equal(("GET", "www.example", "curl/8.0", 1), (found.Method, found.Host, found.UserAgent, found.MinorVersion));
        Assert.Equal(["Host", "User-Agent", "Accept"], found.FieldNames);
        Assert.Equal(
            "1:Host,User-Agent,Accept=[*/*]:Connection,Accept-Encoding,Accept-Language,Accept-Charset,Keep-Alive:curl/8.0",
            found.Signature);
        Assert.Equal([new(FactKind.UserAgent, "curl/8.0"), new(FactKind.HttpRequest, found.Signature)], found.Facts);
        Assert.False(found.IsPartial);
        Assert.DoesNotContain("secret", ObservationJsonSpecs.Write(found), StringComparison.Ordinal);
    }

    [Fact]
    public void An_answer_tells_of_a_server_of_the_local_network()
    {
        var packet = StageProbe.FromClient();
        (packet.SourcePort, packet.DestinationPort) = (8080, 50000);
        _probe.Give(packet, "HTTP/1.0 404 Not Found\r\nServer: GoAhead-Webs\r\nContent-Length: 3\r\n\r\nabc"u8.ToArray());
        var found = Assert.IsType<HttpResponseObservation>(Assert.Single(_probe.Found));
        Assert.Equal(DeviceKey.OfMac(StageProbe.ClientMac), found.Device);
        Assert.Equal((404, "GoAhead-Webs", 0), (found.Status, found.Server, found.MinorVersion));
        Assert.Equal("0:Server,?Content-Length:Content-Type,Connection,Keep-Alive,Accept-Ranges,Date:GoAhead-Webs", found.Signature);
        Assert.Equal([new(FactKind.HttpServer, "GoAhead-Webs"), new(FactKind.HttpResponse, found.Signature)], found.Facts);
    }

    [Fact]
    public void A_server_of_the_internet_is_no_device()
    {
        _probe.Answer(1, "HTTP/1.1 200 OK\r\nServer: x\r\n\r\n"u8.ToArray());
        Assert.True(Assert.Single(_probe.Found).Device.IsNone);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(40)]
    public void A_request_split_over_segments_is_found_at_the_frame_that_ends_it(int size)
    {
        var at = 1U;
        foreach (var part in Encoding.ASCII.GetBytes(Get).Chunk(size))
        {
            _probe.Send(at, part);
            at += (uint)part.Length;
        }
        var found = Assert.IsType<HttpRequestObservation>(Assert.Single(_probe.Found));
        Assert.Equal((Get.Length + size - 1) / size, found.Frame);
        Assert.Equal("curl/8.0", found.UserAgent);
    }

    [Fact]
    public void Later_segments_may_come_in_any_order_and_twice()
    {
        var bytes = Encoding.ASCII.GetBytes(Get);
        _probe.Send(1, bytes[..30]).Send(61, bytes[60..]).Send(1, bytes[..30]).Send(31, bytes[30..60]);
        Assert.Equal("curl/8.0", Assert.IsType<HttpRequestObservation>(Assert.Single(_probe.Found)).UserAgent);
    }

    [Fact]
    public void A_retransmission_of_an_earlier_request_does_not_end_the_unfinished_one()
    {
        var first = Encoding.ASCII.GetBytes(Get);
        var second = Encoding.ASCII.GetBytes(Get.Replace("curl", "wget", StringComparison.Ordinal));
        var at = 1U + (uint)first.Length;
        _probe.Send(1, first).Send(at, second[..30]).Send(1, first).Send(at + 30, second[30..]);
        Assert.Equal(["curl/8.0", "wget/8.0"], _probe.Found.Cast<HttpRequestObservation>().Select(found => found.UserAgent));
    }

    [Fact]
    public void A_request_from_before_an_unfinished_one_that_runs_past_the_window_is_read_alone()
    {
        const string Open = "GET / HTTP/1.1\r\nHost: a\r\n";
        var rest = Encoding.ASCII.GetBytes($"\r\n{string.Concat(Enumerable.Repeat(Open + "\r\n", (SegmentBuffer.Window - 300) / (Open.Length + 2) - 1))}{Open}");
        var unfinished = 1 + (uint)rest.Length; // the last Open begins here
        var late = Encoding.ASCII.GetBytes($"GET /late HTTP/1.1\r\nHost: {new string('b', 1200)}");
        _probe.Send(1, Encoding.ASCII.GetBytes(Open)).Send(1 + (uint)Open.Length, rest);
        var before = _probe.Found.Count;
        _probe.Send(unfinished - 100, late).Send(unfinished - 100 + (uint)late.Length, "\r\n\r\n"u8.ToArray());
        Assert.StartsWith("bbbb", Assert.IsType<HttpRequestObservation>(Assert.Single(_probe.Found[before..])).Host, StringComparison.Ordinal);
    }

    [Fact]
    public void Segments_that_begin_no_message_leave_no_state()
    {
        _probe.Send(31, Encoding.ASCII.GetBytes(Get)[30..]).Send(1, [22, 3, 1, 0, 5]).Send(9, "EHLO me\r\n"u8.ToArray())
            .Send(20, "OPTIONS rtsp://cam/ RTSP/1.0\r\nCSeq: 1\r\n\r\n"u8.ToArray()).Send(90, "GET\u0001"u8.ToArray())
            .Send(95, "X"u8.ToArray());
        Assert.Empty(_probe.Found);
        Assert.Empty(_probe.Faults);
        Assert.Equal(long.MaxValue, _probe.Stage.OldestOpenFrame);
    }

    [Fact]
    public void Requests_behind_each_other_in_one_segment_are_all_read_and_bodies_are_passed_over()
    {
        _probe.Send(1, Encoding.ASCII.GetBytes(
            "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 22\r\n\r\nGET /no HTTP/1.1\r\n\r\n12"
            + "GET /b HTTP/1.1\r\nHost: b\r\n\r\nHEAD /c HTTP/1.1\r\nHost: c"));
        _probe.Send(1 + 72 + 29 + 26, "\r\n\r\n"u8.ToArray());
        Assert.Equal(["a", "b"], _probe.Found.Cast<HttpRequestObservation>().Select(found => found.Host).Take(2));
    }

    [Theory]
    [InlineData("Content-Length: 5\r\nTransfer-Encoding: chunked")]
    [InlineData("Content-Length: many")]
    [InlineData("Content-Length: 99")]
    public void Nothing_behind_a_body_of_unknown_end_is_read(string length)
    {
        _probe.Send(1, Encoding.ASCII.GetBytes($"PUT /a HTTP/1.1\r\n{length}\r\n\r\nGET /b HTTP/1.1\r\nHost: b\r\n\r\n"));
        Assert.Single(_probe.Found);
    }

    [Fact]
    public void Names_are_found_in_any_case_and_signed_as_spelled()
    {
        var found = Request("GET / HTTP/1.0\r\nhOST: a\r\nuser-agent: b\r\nAccept:\r\n\r\n");
        Assert.Equal(("a", "b"), (found.Host, found.UserAgent));
        Assert.Equal(
            "0:hOST=[a],user-agent=[b],Accept:Host,User-Agent,Connection,Accept-Encoding,Accept-Language,Accept-Charset,Keep-Alive:",
            found.Signature);
    }

    [Fact]
    public void Folded_lines_go_on_with_one_space()
    {
        Assert.Equal("one two three", Request("GET / HTTP/1.1\nUser-Agent: one\r\n \t two\n\tthree\r\nHost: a\n\n").UserAgent);
    }

    [Theory]
    [InlineData("GET http://user:pw@proxy.example:8080/x?a@b HTTP/1.1\r\n", "proxy.example:8080")]
    [InlineData("CONNECT host.example:443 HTTP/1.1\r\n", "host.example:443")]
    [InlineData("GET http://target/ HTTP/1.1\r\nHost: sent\r\n", "sent")]
    [InlineData("GET / HTTP/1.1\r\nHost: first\r\nHost: second\r\n", "first")]
    [InlineData("GET / HTTP/1.1\r\nHost:\r\n", "")]
    [InlineData("OPTIONS * HTTP/1.1\r\n", null)]
    public void The_host_is_the_field_or_else_the_authority_of_the_target(string head, string? host)
    {
        Assert.Equal(host, Request(head + "\r\n").Host);
    }

    [Fact]
    public void Values_that_may_be_secrets_are_in_the_signature_only_never_in_a_fact()
    {
        var found = Request(
            "GET / HTTP/1.1\r\nHost: a\r\nX-Api-Key: s3cret\r\nCookie: s3cret\r\nAuthorization: s3cret\r\nTE: trailers\r\n\r\n");
        Assert.StartsWith("1:Host,X-Api-Key=[s3cret],?Cookie,?Authorization,TE=[trailers]:", found.Signature, StringComparison.Ordinal);
        var fact = Assert.Single(found.Facts);
        Assert.StartsWith("1:Host,X-Api-Key,?Cookie,?Authorization,TE=[trailers]:", fact.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Equal_headers_of_one_client_within_the_minute_are_one_observation()
    {
        _probe.Send(1, Encoding.ASCII.GetBytes(Get))
            .Send(500, Encoding.ASCII.GetBytes(Get.Replace("path", "other", StringComparison.Ordinal)));
        Assert.Single(_probe.Found);
        _probe.AtTicks += TimeSpan.TicksPerMinute;
        _probe.Send(900, Encoding.ASCII.GetBytes(Get));
        Assert.Equal(2, _probe.Found.Count);
        var other = StageProbe.FromClient();
        other.SourceMac = StageProbe.ServerMac;
        _probe.Give(other, Encoding.ASCII.GetBytes(Get))
            .Send(1200, Encoding.ASCII.GetBytes(Get.Replace("curl/8.0", "wget", StringComparison.Ordinal)));
        Assert.Equal(4, _probe.Found.Count);
    }

    [Fact]
    public void A_header_over_the_limit_is_read_as_far_as_it_goes_and_counted()
    {
        var bytes = Encoding.ASCII.GetBytes(Get[..^2] + "Cookie: " + new string('x', 9000) + "\r\n\r\n");
        var at = 1U;
        foreach (var part in bytes.Chunk(1400))
        {
            _probe.Send(at, part);
            at += (uint)part.Length;
        }
        var found = Assert.IsType<HttpRequestObservation>(Assert.Single(_probe.Found));
        Assert.True(found.IsPartial);
        Assert.Equal("curl/8.0", found.UserAgent);
        Assert.Equal([Malformed.Http], _probe.Faults);
        Assert.Equal(["Host", "User-Agent", "Accept"], found.FieldNames);
    }

    [Fact]
    public void What_stands_before_a_broken_line_is_valid()
    {
        var found = Request("GET / HTTP/1.1\r\nHost: a\r\nno field\r\nUser-Agent: b\r\n\r\n");
        Assert.True(found.IsPartial);
        Assert.Equal(("a", null), (found.Host, found.UserAgent));
        Assert.Equal([Malformed.Http], _probe.Faults);
    }

    [Fact]
    public void A_request_cut_by_the_capture_is_read_as_far_as_it_goes()
    {
        var packet = StageProbe.FromClient();
        packet.IsTruncated = true;
        _probe.Give(packet, Encoding.ASCII.GetBytes(Get)[..60]);
        var found = Assert.IsType<HttpRequestObservation>(Assert.Single(_probe.Found));
        Assert.True(found.IsPartial);
        Assert.Equal(("www.example", null), (found.Host, found.UserAgent));
    }

    [Fact]
    public void An_unfinished_request_is_dropped_after_a_minute_and_counted()
    {
        _probe.Send(1, "GET / HTTP/1.1\r\nHost: a"u8.ToArray());
        Assert.Equal(1, _probe.Stage.OldestOpenFrame);
        _probe.AtTicks += TimeSpan.TicksPerMinute + 1;
        _probe.Stage.Advance(_probe.AtTicks);
        _probe.Send(24, "\r\n\r\n"u8.ToArray());
        Assert.Empty(_probe.Found);
        Assert.Equal([StateLimit.Time], _probe.Evictions);
        Assert.Equal(long.MaxValue, _probe.Stage.OldestOpenFrame);
    }

    [Fact]
    public void A_new_request_takes_the_place_of_one_that_lost_its_end()
    {
        _probe.Send(1, "GET / HTTP/1.1\r\nHost: lost"u8.ToArray()).Send(100_000, Encoding.ASCII.GetBytes(Get));
        Assert.Equal("www.example", Assert.IsType<HttpRequestObservation>(Assert.Single(_probe.Found)).Host);
    }

    [Fact]
    public void Unfinished_requests_stay_within_the_limits()
    {
        var probe = new StageProbe(new HttpStage("lab", new ReassemblyLimits { MaxStreams = 16 }));
        for (ushort port = 1; port <= 100; port++) probe.Send(1, "GET / HTTP/1.1\r\n"u8.ToArray(), port);
        Assert.Equal(Enumerable.Repeat(StateLimit.Flows, 96), probe.Evictions);
    }

    private HttpRequestObservation Request(string text)
    {
        _probe.Send(1, Encoding.ASCII.GetBytes(text));
        return Assert.IsType<HttpRequestObservation>(Assert.Single(_probe.Found));
    }
}
