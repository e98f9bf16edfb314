using System.Net;
using System.Text;
using ActorFingerprint.Tools.FrameGenerator.Packets;
using ActorFingerprint.Tools.FrameGenerator.Tls;
using ActorFingerprint.Tools.FrameGenerator.Truth;

namespace ActorFingerprint.Tools.FrameGenerator.Home;

/// <summary>A station looks names up and talks TLS: mostly the plain way, sometimes the odd one.</summary>
internal sealed class TlsActivity(Station station, Timeline timeline, ICollection<Expectation> truth, int scale)
{
    private readonly SeededRandom _random = station.Random;

    /// <summary>Every connection of the station's time.</summary>
    public void Run()
    {
        if (station.Model.Stacks.Count == 0) return;
        var count = station.Share(station.Model.ConnectionsPerDay) * scale;
        for (var i = 0; i < count; i++) Connect(station.Moment(), station.Model.Stacks[i % station.Model.Stacks.Count], i);
    }

    private void Connect(long at, TlsStack stack, int index)
    {
        var name = _random.Pick(station.Model.Servers);
        var ipv6 = station.Address6 is not null && _random.Chance(40);
        var client = ipv6 ? station.Address6! : station.Address;
        var server = HomeNetwork.ServerAddress(name, ipv6);
        LookUp(at, name, server);

        var opening = Opening(index);
        var path = new ConversationPath(
            station.Link,
            new IPEndPoint(client, _random.Next(32768, 61000)),
            new IPEndPoint(server, opening.Port ?? station.Model.ServerPort),
            ClientTimeToLive: station.Router is null ? 64 : 63);
        var conversation = new TcpConversation(path, timeline, _random, at + 40_000);
        conversation.Open();
        foreach (var (fromClient, text) in opening.Lines) conversation.Send(fromClient, Encoding.ASCII.GetBytes(text));

        var handshake = Handshake(conversation);
        var retries = stack.OffersTls13 && stack.Groups.Contains((ushort)24) && !stack.Shares.Contains((ushort)24) && _random.Chance(4);
        handshake.Run(stack, name, Delivery(), resumes: _random.Chance(20), retryGroup: retries ? (ushort)24 : null);
        Exchange(conversation);
        conversation.Close();
    }

    private TlsHandshake Handshake(TcpConversation conversation) => station.Router is { } router
        ? new TlsHandshake(conversation, _random, device: "", truth) { Behind = router.ToString() }
        : new TlsHandshake(conversation, _random, station.Mac.ToString(), truth);

    /// <summary>One connection in fifty upgrades a mail session, one goes through a proxy.</summary>
    private (int? Port, (bool FromClient, string Text)[] Lines) Opening(int index) => _random.Next(50) switch
    {
        0 when index > 0 => (587,
        [
            (false, "220 mail.example.net ESMTP\r\n"), (true, "EHLO client.example\r\n"),
            (false, "250-mail.example.net\r\n250 STARTTLS\r\n"), (true, "STARTTLS\r\n"), (false, "220 ready\r\n"),
        ]),
        1 when index > 0 => (8080,
        [
            (true, "CONNECT www.example.com:443 HTTP/1.1\r\nHost: www.example.com:443\r\n\r\n"),
            (false, "HTTP/1.1 200 Connection established\r\n\r\n"),
        ]),
        _ => (null, []),
    };

    private HelloDelivery Delivery() => _random.Next(40) switch
    {
        0 => HelloDelivery.TwoRecords,
        1 => HelloDelivery.OutOfOrder,
        2 => HelloDelivery.Retransmitted,
        _ => HelloDelivery.Plain,
    };

    private void LookUp(long at, string name, IPAddress server)
    {
        var id = _random.Next(65536);
        var port = _random.Next(32768, 61000);
        var ipv6 = server.GetAddressBytes().Length == 16;
        var query = UdpDatagram.Packet(new IpRoute(station.Address, HomeNetwork.Resolver), port, 53, DnsMessage.Query(id, name, ipv6));
        timeline.Add(at, station.Link(query, fromClient: true));
        var answer = UdpDatagram.Packet(new IpRoute(HomeNetwork.Resolver, station.Address), 53, port, DnsMessage.Answer(id, name, server));
        timeline.Add(at + 12_000, station.Link(answer, fromClient: false));
    }

    private void Exchange(TcpConversation conversation)
    {
        conversation.Send(fromClient: true, TlsRecord.Of(TlsRecord.ApplicationData, _random.Bytes(_random.Next(60, 400))));
        conversation.Wait(_random.Next(10_000, 60_000));
        var left = _random.Next(200, 1024 * station.Model.BulkKilobytes * scale);
        while (left > 0)
        {
            var part = Math.Min(left, 4000);
            conversation.Send(fromClient: false, TlsRecord.Of(TlsRecord.ApplicationData, _random.Bytes(part)));
            conversation.Acknowledge(fromClient: true);
            left -= part;
        }
    }
}
