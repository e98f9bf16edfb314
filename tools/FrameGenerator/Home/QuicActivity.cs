using System.Net;
using ActorFingerprint.Tools.FrameGenerator.Quic;
using ActorFingerprint.Tools.FrameGenerator.Tls;
using ActorFingerprint.Tools.FrameGenerator.Truth;

namespace ActorFingerprint.Tools.FrameGenerator.Home;

/// <summary>A station's browser talks QUIC now and then, delivered in every way.</summary>
internal sealed class QuicActivity(Station station, Timeline timeline, ICollection<Expectation> truth, int scale)
{
    private const int ConnectionsPerDay = 10;

    private static readonly QuicDelivery[] Deliveries = Enum.GetValues<QuicDelivery>();
    private readonly SeededRandom _random = station.Random;

    /// <summary>Every connection of the station's time.</summary>
    public void Run()
    {
        if (station.Model.Quic is not { } stack) return;
        var count = station.Share(ConnectionsPerDay) * scale;
        for (var i = 0; i < count; i++) Connect(station.Moment(), stack, i);
    }

    private void Connect(long at, TlsStack stack, int index)
    {
        var name = _random.Pick(station.Model.Servers);
        var ipv6 = station.Address6 is not null && _random.Chance(40);
        var path = new ConversationPath(
            station.Link,
            new IPEndPoint(ipv6 ? station.Address6! : station.Address, _random.Next(32768, 61000)),
            new IPEndPoint(HomeNetwork.ServerAddress(name, ipv6), 443));
        var handshake = new QuicHandshake(path, timeline, _random, station.Mac.ToString(), truth);
        handshake.Run(stack, name, at, index % 4 == 3 ? QuicDialect.V2 : QuicDialect.V1, Deliveries[index % Deliveries.Length]);
    }
}
