using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols;

/// <summary>Who sent a discovery message (<see cref="DiscoveryObservation"/>).</summary>
internal static class DiscoverySender
{
    /// <summary>The frame went to a single host.</summary>
    public static bool IsToOneHost(in PacketHeader packet) =>
        !packet.DestinationMac.IsMulticast && !packet.Destination.IsMulticastOrBroadcast;

    /// <summary>
    /// The origin. What goes to a group stays on its link, so that its sender is a device; what goes to one host tells of a device only
    /// when it came from an address of a local network: answers to forged searches come from all over the internet.
    /// </summary>
    public static Origin OriginOf(in PacketHeader packet, string site) =>
        IsToOneHost(in packet) ? Origins.OfServer(in packet, site) : Origins.OfSender(in packet, site);
}
