using System.Text;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Protocols;
using ActorFingerprint.Protocols.Banners;
using ActorFingerprint.Protocols.Tcp;
using Xunit;

namespace ActorFingerprint.Tests.Protocols.Banners;

public sealed class BannerStageSpecs
{
    private readonly StageProbe _probe = new(new BannerStage("lab", new ReassemblyLimits()));

    [Theory]
    [InlineData(21, "220 ProFTPD 1.3.5 Server\r\n", "ftp", "ProFTPD 1.3.5 Server", "ftp/21 ProFTPD 1.3.5 Server")]
    [InlineData(2121, "220 (vsFTPd 3.0.3)\n", "ftp", "(vsFTPd 3.0.3)", "ftp/2121 (vsFTPd 3.0.3)")]
    [InlineData(21, "220-Welcome\r\n220-to\r\n  this\r\n220 FTP\\\r\n", "ftp", @"Welcome\x0ato\x0a  this\x0aFTP\x5c",
        @"ftp/21 Welcome\x0ato\x0a  this\x0aFTP\x5c")]
    [InlineData(21, "220 \r\n", "ftp", "", "ftp/21")]
    [InlineData(25, "220 nas.example ready\r\n", "smtp", "nas.example ready", "smtp/25 nas.example ready")]
    [InlineData(2500, "220 mx ESMTP Sendmail 8.14; Sun, 22 Nov 2026 05:23:04 GMT\r\n", "smtp",
        "mx ESMTP Sendmail 8.14; Sun, 22 Nov 2026 05:23:04 GMT", "smtp/2500 mx ESMTP Sendmail 8.14")]
    [InlineData(110, "+OK Dovecot ready. <12.34@mx>\r\n", "pop3", "Dovecot ready. <12.34@mx>", "pop3/110 Dovecot ready.")]
    [InlineData(1110, "+OK Qpopper POP3 server\r\n", "pop3", "Qpopper POP3 server", "pop3/1110 Qpopper POP3 server")]
    [InlineData(143, "* OK [CAPABILITY IMAP4rev1 STARTTLS] Dovecot ready.\r\n", "imap", "[CAPABILITY IMAP4rev1 STARTTLS] Dovecot ready.",
        "imap/143 [CAPABILITY IMAP4rev1 STARTTLS] Dovecot ready.")]
    [InlineData(143, "* PREAUTH IMAP4rev1 server\r\n", "imap", "PREAUTH IMAP4rev1 server", "imap/143 PREAUTH IMAP4rev1 server")]
    [InlineData(554, "RTSP/1.0 200 OK\r\nCSeq: 1\r\nserver: Hipcam RealServer/V1.0\r\n\r\n", "rtsp", "Hipcam RealServer/V1.0",
        "rtsp/554 Hipcam RealServer/V1.0")]
    public void A_greeting_tells_of_the_server(int port, string greeting, string service, string text, string fact)
    {
        var found = Assert.IsType<BannerObservation>(Assert.Single(Give(port, greeting).Found));
        Assert.Equal((service, text), (found.Service, found.Text));
        Assert.Equal([new DeviceFact(FactKind.Banner, fact)], found.Facts);
        Assert.False(found.Device.IsNone);
    }

    [Theory]
    [InlineData(25, "220 2.0.0 Ready to start TLS\r\n")]
    [InlineData(8000, "220 something\r\n")]
    [InlineData(21, "221 Goodbye\r\n")]
    [InlineData(110, "+OK 12 4711\r\n")]
    [InlineData(110, "+OK Begin TLS negotiation\r\n")]
    [InlineData(110, "+OK Logged in, ready.\r\n")]
    [InlineData(6379, "+OK ready\r\n")]
    [InlineData(143, "* OK [UIDNEXT 4392] IMAP4 ready\r\n")]
    [InlineData(143, "* OK Still here\r\n")]
    [InlineData(554, "RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n")]
    [InlineData(80, "HTTP/1.1 200 OK\r\nServer: x\r\n\r\n")]
    public void Other_answers_are_none(int port, string answer)
    {
        Assert.Empty(Give(port, answer).Found);
        Assert.Equal(long.MaxValue, _probe.Stage.OldestOpenFrame);
    }

    [Fact]
    public void A_greeting_split_over_segments_is_one()
    {
        var bytes = "220-Welcome\r\n220 ProFTPD\r\n"u8.ToArray();
        for (var cut = 4; cut < bytes.Length; cut++)
        {
            var probe = new StageProbe(new BannerStage("lab", new ReassemblyLimits()));
            Give(probe, 21, bytes[..cut], 1);
            Give(probe, 21, bytes[cut..], (uint)(1 + cut));
            Assert.Equal(@"Welcome\x0aProFTPD", Assert.IsType<BannerObservation>(Assert.Single(probe.Found)).Text);
        }
    }

    [Fact]
    public void At_most_256_bytes_are_used()
    {
        Assert.Equal(252, Assert.IsType<BannerObservation>(Assert.Single(Give(21, "220 " + new string('x', 3000)).Found)).Text.Length);
        Assert.Equal(256, Assert.IsType<BannerObservation>(
            Give(554, $"RTSP/1.0 200 OK\r\nServer: {new string('y', 3000)}\r\n\r\n").Found[^1]).Text.Length);
    }

    [Fact]
    public void Repeats_within_the_minute_are_one_although_their_time_differs()
    {
        Give(25, "220 mx ESMTP; Sun, 22 Nov 2026 05:23:04 GMT\r\n");
        Give(25, "220 mx ESMTP; Sun, 22 Nov 2026 05:23:09 GMT\r\n");
        Assert.Single(_probe.Found);
    }

    [Fact]
    public void The_contract()
    {
        Assert.EndsWith("\"protocol\":\"banner\",\"event\":\"greeting\",\"device\":\"02:11:22:33:44:55\","
            + "\"src_ip\":\"10.0.0.1\",\"src_port\":21,\"dst_ip\":\"192.0.2.1\",\"dst_port\":50000,"
            + "\"banner\":{\"service\":\"ftp\",\"text\":\"x\"}}",
            ObservationJsonSpecs.Write(Assert.Single(Give(21, "220 x\r\n").Found)), StringComparison.Ordinal);
    }

    [Fact]
    public void Mutated_greetings_in_random_segments_never_throw()
    {
        string[] greetings =
        [
            "220-a\r\n220 b ESMTP 01:02:03\r\n", "+OK POP <1@2>\r\n", "* OK [CAPABILITY IMAP4] x\r\n",
            "RTSP/1.0 200 OK\r\nServer: a\r\n b\r\n\r\n",
        ];
        for (var seed = 0; seed < 4000; seed++)
        {
            var random = new Random(seed);
            var stream = Encoding.Latin1.GetBytes(greetings[random.Next(4)]);
            for (var i = random.Next(4); i > 0; i--) stream[random.Next(stream.Length)] = (byte)random.Next(256);
            var cut = random.Next(1, stream.Length);
            var port = (int[])[21, 25, 110, 143, 554, 9];
            var from = port[random.Next(6)];
            Give(_probe, from, stream[..cut], 1);
            Give(_probe, from, stream[cut..], (uint)(1 + cut));
            _probe.AtTicks += TimeSpan.TicksPerSecond;
        }
        Assert.NotEmpty(_probe.Found);
        Assert.All(_probe.Found.Cast<BannerObservation>().SelectMany(seen => seen.Facts.Select(fact => fact.Value).Append(seen.Text)),
            text => Assert.True(text.Length <= 4 * Greeting.MaxLength && text.All(letter => letter is >= ' ' and <= '~')));
    }

    [Theory]
    [InlineData("tls/ndpi/ftp-start-tls.pcap", 1)]
    [InlineData("tls/ndpi/imap-starttls.pcap", 1)]
    [InlineData("tls/zeek/tls/smtp-starttls.pcap", 1)]
    [InlineData("tls/zeek/tls/pop3-starttls.pcap", 1)]
    [InlineData("tls/zeek/tls/imap-starttls.pcap", 1)]
    [InlineData("tls/ndpi/pop3_stls.pcap", 0)] // greets with a bare name, as an answer within a session could
    public void A_real_connection_has_one_greeting_if_it_says_that_it_is_one(string path, int greetings)
    {
        Assert.SkipWhen(Repository.Shared is null, "the shared corpora are absent");
        var found = Golden.StageRun.OfCorpus(path).Observations.OfType<BannerObservation>().ToList();
        Assert.Equal(greetings, found.Count);
    }

    private StageProbe Give(int port, string text) => Give(_probe, port, Encoding.Latin1.GetBytes(text), 1);

    private static StageProbe Give(StageProbe probe, int port, byte[] bytes, uint sequence)
    {
        var packet = StageProbe.FromClient(sequence);
        (packet.SourcePort, packet.DestinationPort) = ((ushort)port, 50000);
        return probe.Give(packet, bytes);
    }
}
