using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols.Dhcpv6;

/// <summary>
/// DHCPv6 messages to observations, one each, repeats too (README.md beside this file). Keeps no state but a cache of contents, which
/// changes no result.
/// </summary>
public sealed class Dhcpv6Stage : IProtocolStage
{
    private const int Slots = 256;

    private readonly ContentCache<Dhcpv6Content> _contents = new(Slots);

    /// <inheritdoc />
    public long OldestOpenFrame => long.MaxValue;

    /// <inheritdoc />
    public void Advance(long atTicks)
    {
    }

    /// <inheritdoc />
    public void Parse(in PacketHeader packet, ReadOnlySpan<byte> payload, IObservationSink sink)
    {
        var content = ContentOf(payload);
        if (content.Fault != Malformed.None) sink.Fault(content.Fault);
        if (content.Message is not { } message) return;
        var link = LinkAddressOf(in packet, content, message);
        var device = DeviceOf(link, content, message);
        if (device.IsNone)
        {
            sink.Fault(Malformed.Dhcpv6ClientUnknown);
            return;
        }
        var origin = new Origin
        {
            Device = device,
            AtTicks = packet.AtTicks,
            Frame = packet.Frame,
            WireLength = packet.WireLength,
            LinkAddress = link,
            Vlan = packet.Vlan,
            Source = packet.Source,
            Destination = packet.Destination,
            SourcePort = packet.SourcePort,
            DestinationPort = packet.DestinationPort,
            IsTruncated = packet.IsTruncated,
        };
        sink.Emit(new Dhcpv6Observation(in origin, message, content.Fault != Malformed.None)
        {
            Relays = content.Relays,
            Facts = content.Facts,
            HostNames = content.HostNames,
            OwnAddress = OwnAddressOf(in packet, content, message),
        });
    }

    private Dhcpv6Content ContentOf(ReadOnlySpan<byte> payload)
    {
        var hash = ContentHash.Of(payload);
        if (_contents.Find(hash, payload) is { } known) return known;
        var content = Dhcpv6Content.Read(payload);
        _contents.Offer(hash, payload, content);
        return content;
    }

    /// <summary>The client's MAC address when client and server talk on the client's own link; none otherwise.</summary>
    private static MacAddress LinkAddressOf(in PacketHeader packet, Dhcpv6Content content, Dhcpv6Message message)
    {
        if (content.Relays.Count > 0) return MacAddress.None;
        var isOnLink = packet.Source.IsLinkLocal || packet.Destination.IsMulticastOrBroadcast || packet.Destination.IsLinkLocal;
        var mac = message.IsFromClient ? packet.SourceMac : packet.DestinationMac;
        return isOnLink && mac.IsUnicast ? mac : MacAddress.None;
    }

    /// <summary>The client: its link address, as seen here or by its relay, else the one in its DUID, else the DUID.</summary>
    private static DeviceKey DeviceOf(MacAddress link, Dhcpv6Content content, Dhcpv6Message message)
    {
        if (link.IsUnicast) return DeviceKey.OfMac(link);
        if (content.RelayedClient.IsUnicast) return DeviceKey.OfMac(content.RelayedClient);
        if (message.ClientDuid is not { } duid) return default;
        var mac = new Duid(duid).LinkAddress;
        return mac.IsUnicast ? DeviceKey.OfMac(mac) : DeviceKey.OfDuid(duid);
    }

    /// <summary>What the client sends from, as seen here or by the relay next to it; what a reply leases to it.</summary>
    private static NetworkAddress OwnAddressOf(in PacketHeader packet, Dhcpv6Content content, Dhcpv6Message message)
    {
        var address = message.IsFromClient
            ? content.Relays is [.., var nearest] ? nearest.PeerAddress : packet.Source
            : message.Type == Dhcpv6MessageType.Reply ? message.Lease : default;
        return address.IsUnicast ? address : default;
    }
}
