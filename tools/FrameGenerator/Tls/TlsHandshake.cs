using ActorFingerprint.Tools.FrameGenerator.Truth;

namespace ActorFingerprint.Tools.FrameGenerator.Tls;

/// <summary>How the bytes of a ClientHello reach the wire.</summary>
internal enum HelloDelivery
{
    /// <summary>One record, as many segments as it needs.</summary>
    Plain,

    /// <summary>Two records, cut in the middle of the message.</summary>
    TwoRecords,

    /// <summary>Two segments, the second one first.</summary>
    OutOfOrder,

    /// <summary>Every segment twice.</summary>
    Retransmitted,
}

/// <summary>Plays the opening of TLS on a conversation and notes what a reader must find.</summary>
internal sealed class TlsHandshake(TcpConversation conversation, SeededRandom random, string device, ICollection<Expectation> truth)
{
    /// <summary>MAC address of the router behind which the client lives, when it is one.</summary>
    public string? Behind { get; init; }

    /// <summary>A whole opening: hello, retry when <paramref name="retryGroup"/> asks for one, server's flight, client's last
    /// flight.</summary>
    public void Run(TlsStack stack, string serverName, HelloDelivery delivery, bool resumes = false, ushort? retryGroup = null)
    {
        var hello = stack.Hello(random, serverName, resumes);
        SendClientHello(hello, delivery);
        if (retryGroup is { } group) hello = Retry(hello, group);
        conversation.Wait(random.Next(10_000, 40_000));
        if (stack.OffersTls13) Tls13Flights(hello, resumes);
        else Tls12Flights(hello);
    }

    /// <summary>Sends one hello and notes it at the frame that completes it.</summary>
    public Frame SendClientHello(ClientHelloMessage hello, HelloDelivery delivery)
    {
        var message = hello.ToBytes();
        var wire = delivery is HelloDelivery.TwoRecords ? TlsRecord.Split(message, message.Length / 2) : TlsRecord.Split(message);
        var size = delivery is HelloDelivery.OutOfOrder
            ? Math.Min(TcpConversation.SegmentSize, wire.Length / 2 + 1) : TcpConversation.SegmentSize;
        var segments = conversation.Cut(fromClient: true, wire, size);
        if (delivery is HelloDelivery.OutOfOrder) segments = [.. segments.Reverse()];
        var complete = conversation.Deliver(segments)[^1];
        if (delivery is HelloDelivery.Retransmitted)
        {
            conversation.Wait(200_000);
            conversation.Deliver(segments);
        }
        truth.Add(Expect(complete) with { ClientHello = hello });
        return complete;
    }

    /// <summary>Sends one server hello in a record of its own, followed by <paramref name="rest"/> of the flight.</summary>
    public void SendServerHello(ServerHelloMessage hello, params byte[] rest)
    {
        var record = TlsRecord.Of(TlsRecord.Handshake, hello.ToBytes());
        var frames = conversation.Deliver(conversation.Cut(fromClient: false, [.. record, .. rest]));
        truth.Add(Expect(frames[(record.Length - 1) / TcpConversation.SegmentSize]) with { ServerHello = hello });
    }

    private TlsExpectation Expect(Frame frame) =>
        new(frame, device, conversation.Path.Client, conversation.Path.Server) { Behind = Behind };

    private ClientHelloMessage Retry(ClientHelloMessage first, ushort group)
    {
        var cookie = random.Bytes(48);
        conversation.Wait(random.Next(10_000, 40_000));
        SendServerHello(ServerHelloMessage.Retry(first.SessionId, PickTls13Cipher(first), group, cookie), ChangeCipherSpec());
        List<ushort> extensions = [.. first.Extensions!];
        extensions.Insert(extensions.IndexOf(ExtensionType.KeyShare) + 1, ExtensionType.Cookie);
        var second = first with
        {
            Extensions = extensions,
            KeyShares = [(group, random.Bytes(group == 0x0018 ? 97 : 65))],
            Bodies = new Dictionary<ushort, byte[]>(first.Bodies) { [ExtensionType.Cookie] = [0, (byte)cookie.Length, .. cookie] },
        };
        SendClientHello(second, HelloDelivery.Plain);
        return second;
    }

    private void Tls13Flights(ClientHelloMessage hello, bool resumes)
    {
        SendServerHello(
            ServerHelloMessage.Tls13(random, hello.SessionId, PickTls13Cipher(hello)),
            [.. ChangeCipherSpec(), .. TlsRecord.Of(TlsRecord.ApplicationData, random.Bytes(resumes ? 90 : random.Next(500, 1100)))]);
        conversation.Send(fromClient: true, [.. ChangeCipherSpec(), .. TlsRecord.Of(TlsRecord.ApplicationData, random.Bytes(53))]);
    }

    private void Tls12Flights(ClientHelloMessage hello)
    {
        var cipher = hello.CipherSuites.First(suite => !Grease.Is(suite));
        var answer = hello.Extensions is null ? ExtensionlessAnswer(hello.LegacyVersion, cipher) : ServerHelloMessage.Tls12(random, cipher);
        byte[] certificate = [11, 0, 2, 0, .. random.Bytes(512)];
        SendServerHello(answer, [.. TlsRecord.Of(TlsRecord.Handshake, certificate), .. TlsRecord.Of(TlsRecord.Handshake, [14, 0, 0, 0])]);
        byte[] keyExchange = [16, 0, 0, 66, .. random.Bytes(66)];
        conversation.Send(
            fromClient: true,
            [.. TlsRecord.Of(TlsRecord.Handshake, keyExchange), .. ChangeCipherSpec(),
                .. TlsRecord.Of(TlsRecord.Handshake, random.Bytes(40))]);
        conversation.Send(fromClient: false, [.. ChangeCipherSpec(), .. TlsRecord.Of(TlsRecord.Handshake, random.Bytes(40))]);
    }

    private ServerHelloMessage ExtensionlessAnswer(ushort version, ushort cipher) =>
        new() { LegacyVersion = version, Random = random.Bytes(32), SessionId = random.Bytes(32), CipherSuite = cipher };

    private static ushort PickTls13Cipher(ClientHelloMessage hello) => hello.CipherSuites.First(suite => suite >> 8 == 0x13);

    private static byte[] ChangeCipherSpec() => TlsRecord.Of(TlsRecord.ChangeCipherSpec, [1]);
}
