using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols;

/// <summary>Origins of messages that stay on their link: the device is a hardware address, and there are no ports.</summary>
internal static class LinkOrigins
{
    /// <summary>Of a device that the message names; <paramref name="source"/> and <paramref name="destination"/> may be none.</summary>
    public static Origin Of(in PacketHeader packet, MacAddress device, NetworkAddress source, NetworkAddress destination) => new()
    {
        Device = device.IsUnicast ? DeviceKey.OfMac(device) : default,
        AtTicks = packet.AtTicks,
        Frame = packet.Frame,
        WireLength = packet.WireLength,
        LinkAddress = device.IsUnicast ? device : MacAddress.None,
        Vlan = packet.Vlan,
        Source = source,
        Destination = destination,
        IsTruncated = packet.IsTruncated,
    };
}
