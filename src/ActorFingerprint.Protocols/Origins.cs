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
    /// <param name="packet">The packet.</param>
    /// <param name="site">Site name in the keys of devices that only an address identifies.</param>
    /// <param name="localNetworks">Networks of one's own beside the private ones.</param>
    public static Origin OfServer(in PacketHeader packet, string site, IReadOnlyList<NetworkPrefix>? localNetworks = null) =>
        IsLocal(packet.Source, localNetworks) ? OfSender(in packet, site) : Of(in packet, packet.SourceMac, default);

    /// <summary>
    /// The sender is a client that a single packet tells of: a device when its address is one of a local network, or when its TTL shows
    /// that the packet passed no router. Anybody can send such a packet with any address; a flood of them must not fill the device table.
    /// </summary>
    public static Origin OfClient(in PacketHeader packet, string site, IReadOnlyList<NetworkPrefix>? localNetworks = null) =>
        packet.TimeToLive is 64 or 128 or 255 || IsLocal(packet.Source, localNetworks)
            ? OfSender(in packet, site)
            : Of(in packet, packet.SourceMac, default);

    /// <summary>A private address, or one of the networks given.</summary>
    public static bool IsLocal(NetworkAddress address, IReadOnlyList<NetworkPrefix>? localNetworks)
    {
        if (address.IsPrivate) return true;
        for (var i = 0; i < localNetworks?.Count; i++)
            if (localNetworks[i].Contains(address)) return true;
        return false;
    }

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
