using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Fingerprints;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols.Tls;

/// <summary>Hellos as observations of the client: the sender of a ClientHello, the receiver of a ServerHello.</summary>
internal static class HelloObservations
{
    /// <summary>A client's hello, and what QUIC says beside it.</summary>
    public static ClientHelloObservation OfClient(in PacketHeader packet, string site, ClientHello hello, QuicFacts? quic = null) => new()
    {
        Device = DeviceOf(packet.SourceMac, packet.Vlan, packet.Source, site),
        LinkAddress = packet.SourceMac,
        AtTicks = packet.AtTicks,
        Frame = packet.Frame,
        WireLength = packet.WireLength,
        Vlan = packet.Vlan,
        Source = packet.Source,
        Destination = packet.Destination,
        SourcePort = packet.SourcePort,
        DestinationPort = packet.DestinationPort,
        IsPartial = hello.HasEch,
        Hello = hello,
        Quic = quic,
    };

    /// <summary>A server's hello.</summary>
    public static ServerHelloObservation OfServer(in PacketHeader packet, string site, ServerHello hello) => new()
    {
        Device = DeviceOf(packet.DestinationMac, packet.Vlan, packet.Destination, site),
        LinkAddress = packet.DestinationMac,
        AtTicks = packet.AtTicks,
        Frame = packet.Frame,
        WireLength = packet.WireLength,
        Vlan = packet.Vlan,
        Source = packet.Destination,
        Destination = packet.Source,
        SourcePort = packet.DestinationPort,
        DestinationPort = packet.SourcePort,
        Hello = hello,
    };

    private static DeviceKey DeviceOf(MacAddress mac, int vlan, NetworkAddress address, string site) =>
        mac.IsUnicast ? DeviceKey.OfMac(mac) : DeviceKey.OfIp(site, vlan, address);
}
