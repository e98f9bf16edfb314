using ActorFingerprint.Tools.FrameGenerator.Packets;

namespace ActorFingerprint.Tools.FrameGenerator.Home;

/// <summary>What a station says to its link: ARP, announcements, questions.</summary>
internal sealed class NeighbourActivity(Station station, Timeline timeline)
{
    private const int ArpsPerDay = 12;
    private const int AnnouncementsPerDay = 6;
    private static readonly EthernetAddress MulticastMac = EthernetAddress.Parse("01:00:5E:00:00:FB");

    /// <summary>The whole of the station's time.</summary>
    public void Run()
    {
        Arp(station.FromMicros + 65 * HomeNetwork.SecondMicros);
        for (var i = 1; i < station.Share(ArpsPerDay); i++) Arp(station.Moment());
        if (station.Model.Service is not { } service) return;
        for (var i = 0; i < station.Share(AnnouncementsPerDay); i++)
        {
            var at = station.Moment();
            Multicast(at, DnsMessage.ServiceQuestion(service));
            Multicast(at + 250_000, DnsMessage.ServiceAnnouncement(service, station.HostName ?? "device", station.Address));
        }
    }

    private void Arp(long at)
    {
        var gateway = station.Model.Segment == HomeSegment.Things ? HomeNetwork.ThingsGatewayAddress : HomeNetwork.GatewayAddress;
        timeline.Add(at, station.Frame(EthernetAddress.Broadcast, ArpPacket.EtherType,
            ArpPacket.Request(station.Mac, station.Address, gateway)));
        var reply = ArpPacket.Reply(HomeNetwork.Gateway, gateway, station.Mac, station.Address);
        timeline.Add(at + 400, station.Model.Segment == HomeSegment.Things
            ? Links.EthernetFrame(station.Mac, HomeNetwork.Gateway, ArpPacket.EtherType, reply, (0x8100, HomeNetwork.ThingsVlan))
            : Links.EthernetFrame(station.Mac, HomeNetwork.Gateway, ArpPacket.EtherType, reply));
    }

    private void Multicast(long at, byte[] message)
    {
        var route = new IpRoute(station.Address, HomeNetwork.MulticastDns, TimeToLive: 255);
        timeline.Add(at, station.Frame(MulticastMac, 0x0800, UdpDatagram.Packet(route, 5353, 5353, message)));
    }
}
