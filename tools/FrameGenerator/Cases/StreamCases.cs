using System.Net;
using System.Text;
using ActorFingerprint.Tools.FrameGenerator.Packets;
using ActorFingerprint.Tools.FrameGenerator.Tls;
using ActorFingerprint.Tools.FrameGenerator.Truth;
using ActorFingerprint.Tools.FrameGenerator.Writers;
using static ActorFingerprint.Tools.FrameGenerator.Tls.TlsStacks;

namespace ActorFingerprint.Tools.FrameGenerator.Cases;

/// <summary>Rules about how hellos lie in records, segments, streams and links, and about bytes that are none.</summary>
internal static class StreamCases
{
    private const string Name = "www.example.com";

    public static IEnumerable<CaptureCase> All()
    {
        foreach (var delivery in Enum.GetValues<HelloDelivery>())
            yield return Delivered("delivery-" + delivery.ToString().ToLowerInvariant(), $"A large hello, delivered: {delivery}",
                ChromeLike, delivery);
        yield return Cut("many-records", "A message over seven records", message => TlsRecord.Split(message, 1, 2, 5, 40, 41, 200));
        yield return Cut("tiny-segments", "Segments of seven bytes", message => TlsRecord.Split(message), segmentSize: 7);
        yield return Cut("one-byte-segments", "Segments of one byte", message => TlsRecord.Split(message), segmentSize: 1);
        yield return Reordered("reversed", "Eight segments in reverse order", segments => segments.Reverse());
        yield return Reordered("overlapping", "Segments that repeat bytes of the one before", Overlap);
        yield return SequenceWrap();
        yield return Repeated();
        yield return OnSyn();
        yield return WithoutSyn();
        yield return EarlyData();
        yield return Retry();
        yield return SharedServerRecord();
        yield return Plaintext("starttls", "After STARTTLS", (false, "220 mail.example.net ESMTP\r\n"), (true, "STARTTLS\r\n"),
            (false, "220 ready\r\n"));
        yield return Plaintext("http-connect", "After HTTP CONNECT", (true, "CONNECT www.example.com:443 HTTP/1.1\r\n\r\n"),
            (false, "HTTP/1.1 200 OK\r\n\r\n"));
        yield return Plaintext("socks5", "After SOCKS 5 (RFC 1928)",
            (true, "\x05\x01\0"), (false, "\x05\0"), (true, "\x05\x01\0\x03\x0Fwww.example.com\x01\xBB"),
                (false, "\x05\0\0\x01\0\0\0\0\0\0"));
        yield return On("ipv6", "IPv6", Links.Ethernet(CaptureCase.Client, CaptureCase.Peer), IPAddress.Parse("2001:db8:20::7"),
            IPAddress.Parse("2001:db8:ffff::1"));
        yield return On("vlan", "One 802.1Q tag", Links.Tagged(CaptureCase.Client, CaptureCase.Peer, 42));
        yield return On("qinq", "802.1ad around 802.1Q",
            Links.Ethernet(CaptureCase.Client, CaptureCase.Peer, (0x88A8, 100), (0x8100, 200)));
        yield return On("pppoe", "PPPoE session", Links.Pppoe(CaptureCase.Client, CaptureCase.Peer));
        yield return On("raw-ip", "Raw IP: no MAC address", Links.Raw, linkType: CaptureWriter.Raw, device: "");
        yield return On("linux-cooked", "Linux cooked capture", Links.Cooked(CaptureCase.Client, CaptureCase.Peer),
            linkType: CaptureWriter.LinuxCooked, device: "");
        foreach (var test in Negatives()) yield return test;
    }

    private static TlsHandshake Handshake(CaptureCase test, TcpConversation conversation, string? device = null) =>
        new(conversation, test.Random, device ?? CaptureCase.ClientText, test.Truth);

    private static CaptureCase Delivered(string name, string rule, TlsStack stack, HelloDelivery delivery)
    {
        var test = new CaptureCase("tls", name, rule);
        var conversation = test.Conversation();
        conversation.Open();
        Handshake(test, conversation).Run(stack, Name, delivery);
        return test;
    }

    private static CaptureCase Cut(string name, string rule, Func<byte[], byte[]> records, int segmentSize = TcpConversation.SegmentSize)
    {
        var test = new CaptureCase("tls", name, rule);
        var conversation = test.Conversation();
        conversation.Open();
        var hello = MbedTls3Like.Hello(test.Random, Name);
        Expect(test, conversation, conversation.Send(fromClient: true, records(hello.ToBytes()), segmentSize), hello);
        return test;
    }

    private static CaptureCase Reordered(string name, string rule, Func<IReadOnlyList<Segment>, IEnumerable<Segment>> order)
    {
        var test = new CaptureCase("tls", name, rule);
        var conversation = test.Conversation();
        conversation.Open();
        var hello = CurlLike.Hello(test.Random, Name);
        var wire = TlsRecord.Split(hello.ToBytes());
        var segments = conversation.Cut(fromClient: true, wire, wire.Length / 8 + 1);
        Expect(test, conversation, conversation.Deliver(order(segments))[^1], hello);
        return test;
    }

    private static IEnumerable<Segment> Overlap(IReadOnlyList<Segment> segments)
    {
        yield return segments[0];
        for (var i = 1; i < segments.Count; i++)
        {
            var before = segments[i - 1].Payload[^9..];
            yield return segments[i] with
            {
                Sequence = segments[i].Sequence - (uint)before.Length,
                Payload = [.. before, .. segments[i].Payload]
            };
        }
    }

    private static CaptureCase SequenceWrap()
    {
        var test = new CaptureCase("tls", "sequence-wrap", "The sequence number passes 2^32 inside the hello");
        var conversation = test.Conversation();
        conversation.ClientSequence = uint.MaxValue - 99;
        conversation.Open();
        Handshake(test, conversation).SendClientHello(ChromeLike.Hello(test.Random, Name), HelloDelivery.OutOfOrder);
        return test;
    }

    private static CaptureCase Repeated()
    {
        var test = new CaptureCase("tls", "same-hello-two-flows", "The same bytes in another flow are another observation");
        var hello = SafariLike.Hello(test.Random, Name);
        for (var i = 0; i < 2; i++)
        {
            var conversation = test.Conversation();
            conversation.Open();
            Handshake(test, conversation).SendClientHello(hello, HelloDelivery.Retransmitted);
        }
        return test;
    }

    private static CaptureCase OnSyn()
    {
        var test = new CaptureCase("tls", "data-on-syn", "TCP Fast Open: the hello rides on the SYN (RFC 7413)");
        var conversation = test.Conversation();
        var hello = GoLike.Hello(test.Random, Name);
        var route = new IpRoute(conversation.Path.Client.Address, conversation.Path.Server.Address);
        var syn = TcpSegment.Build(route, conversation.Path.Client.Port, 443, 1000, 0, TcpFlags.Syn, TlsRecord.Split(hello.ToBytes()));
        Expect(test, conversation,
            test.Add(Links.Ethernet(CaptureCase.Client, CaptureCase.Peer)(IpPacket.Build(route, IpPacket.Tcp, syn), true)), hello);
        return test;
    }

    private static CaptureCase WithoutSyn()
    {
        var test = new CaptureCase("tls", "without-syn", "The capture starts inside the connection, on another port");
        var conversation = test.Conversation(new IPEndPoint(CaptureCase.Server.Address, 9443));
        Handshake(test, conversation).Run(FirefoxLike, Name, HelloDelivery.Plain);
        return test;
    }

    private static CaptureCase EarlyData()
    {
        var test = new CaptureCase("tls", "early-data", "Records after the hello in the same segment");
        var conversation = test.Conversation();
        conversation.Open();
        var hello = GoLike.Hello(test.Random, Name, resumes: true);
        byte[] wire =
            [.. TlsRecord.Split(hello.ToBytes()), .. TlsRecord.Of(TlsRecord.ChangeCipherSpec, [1]),
                .. TlsRecord.Of(TlsRecord.ApplicationData, test.Random.Bytes(80))];
        Expect(test, conversation, conversation.Send(fromClient: true, wire), hello);
        return test;
    }

    private static CaptureCase Retry()
    {
        var test = new CaptureCase("tls", "hello-retry-request", "Both hellos count, and the retry's ServerHello too (RFC 8446 §4.1.4)");
        var conversation = test.Conversation();
        conversation.Open();
        Handshake(test, conversation).Run(CurlLike, Name, HelloDelivery.Plain, retryGroup: 0x0018);
        return test;
    }

    private static CaptureCase SharedServerRecord()
    {
        var test = new CaptureCase("tls", "server-hello-shares-record", "Certificate and done in the ServerHello's record");
        var conversation = test.Conversation();
        conversation.Open();
        Handshake(test, conversation).SendClientHello(OldEmbedded.Hello(test.Random, Name), HelloDelivery.Plain);
        var answer = ServerHelloMessage.Tls12(test.Random, 0xC030);
        byte[] certificate = [11, 0, 2, 0, .. test.Random.Bytes(512)];
        var frame =
            conversation.Send(fromClient: false, TlsRecord.Of(TlsRecord.Handshake, [.. answer.ToBytes(), .. certificate, 14, 0, 0, 0]));
        test.Truth.Add(At(frame, conversation) with { ServerHello = answer });
        return test;
    }

    private static CaptureCase Plaintext(string name, string rule, params (bool FromClient, string Text)[] lines)
    {
        var test = new CaptureCase("tls", name, rule);
        var conversation = test.Conversation(new IPEndPoint(CaptureCase.Server.Address, 1080));
        conversation.Open();
        foreach (var (fromClient, text) in lines) conversation.Send(fromClient, Encoding.Latin1.GetBytes(text));
        Handshake(test, conversation).Run(JavaLike, Name, HelloDelivery.Plain);
        return test;
    }

    private static CaptureCase On(
        string name, string rule, Link link, IPAddress? client = null, IPAddress? server = null, int linkType = CaptureWriter.Ethernet,
            string? device = null)
    {
        var test = new CaptureCase("tls", "link-" + name, rule) { LinkType = linkType };
        var conversation = test.Conversation(new IPEndPoint(server ?? CaptureCase.Server.Address, 443), link, client);
        conversation.Open();
        Handshake(test, conversation, device).Run(WebViewLike, Name, HelloDelivery.Plain);
        return test;
    }

    private static IEnumerable<CaptureCase> Negatives()
    {
        var hello = GoLike.Hello(SeededRandom.For(1, "negative"), Name).ToBytes();
        var ciphersAt = 4 + 2 + 32 + 1 + 32;
        yield return Nothing("not-odd-ciphers", "A cipher list of odd length is no hello",
            TlsRecord.Split(Patched(hello, ciphersAt + 1, 25)));
        yield return Nothing("not-extension-overrun", "An extension that runs past the message is no hello",
            TlsRecord.Split(Patched(hello, ciphersAt + 2 + 26 + 2 + 2 + 2, 0xFF)));
        yield return Nothing("not-huge-length", "A message that claims 16 MB never completes", TlsRecord.Split(Patched(hello, 1, 0xFF)));
        yield return Nothing("not-ssl2", "An SSL 2 hello has no fingerprint",
            [0x80, 0x2E, 1, 3, 1, 0, 0x15, 0, 0, 0, 0x10, .. new byte[37]]);
        yield return Nothing("not-http", "Plain HTTP is no TLS",
            Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n"));
        yield return Nothing("not-cut", "The connection ends inside the hello", TlsRecord.Split(hello)[..100]);
    }

    private static byte[] Patched(byte[] bytes, int at, byte value)
    {
        byte[] patched = [.. bytes];
        patched[at] = value;
        return patched;
    }

    private static CaptureCase Nothing(string name, string rule, params byte[][] streams)
    {
        var test = new CaptureCase("tls", name, rule);
        foreach (var stream in streams)
        {
            var conversation = test.Conversation();
            conversation.Open();
            conversation.Send(fromClient: true, stream);
            conversation.Close();
        }
        return test;
    }

    private static void Expect(CaptureCase test, TcpConversation conversation, Frame frame, ClientHelloMessage hello) =>
        test.Truth.Add(At(frame, conversation) with { ClientHello = hello });

    private static TlsExpectation At(Frame frame, TcpConversation conversation) =>
        new(frame, CaptureCase.ClientText, conversation.Path.Client, conversation.Path.Server);
}
