using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols;

/// <summary>Origins of observations, from the packet that showed them.</summary>
internal static class Origins
{
    /// <summary>
    /// The sender is the device: by its hardware address, else by its IP address. A sender with neither is no device.
    /// </summary>
    public static Origin OfSender(in PacketHeader packet, string site) =>
        Of(in packet, packet.SourceMac, DeviceOf(packet.SourceMac, packet.Vlan, packet.Source, site));

    /// <summary>
    /// The sender is a server: a device only when its address is one of a local network. The servers of the internet that the devices
    /// talk to are not kept.
    /// </summary>
    public static Origin OfServer(in PacketHeader packet, string site) =>
        packet.Source.IsPrivate ? OfSender(in packet, site) : Of(in packet, packet.SourceMac, default);

    private static DeviceKey DeviceOf(MacAddress mac, int vlan, NetworkAddress address, string site) =>
        mac.IsUnicast ? DeviceKey.OfMac(mac) : address.IsUnicast ? DeviceKey.OfIp(site, vlan, address) : default;

    private static Origin Of(in PacketHeader packet, MacAddress link, DeviceKey device) => new()
    {
        Device = device,
        AtTicks = packet.AtTicks,
        Frame = packet.Frame,
        WireLength = packet.WireLength,
        LinkAddress = link.IsUnicast ? link : MacAddress.None,
        Vlan = packet.Vlan,
        Source = packet.Source,
        Destination = packet.Destination,
        SourcePort = packet.SourcePort,
        DestinationPort = packet.DestinationPort,
        IsTruncated = packet.IsTruncated,
    };
}
