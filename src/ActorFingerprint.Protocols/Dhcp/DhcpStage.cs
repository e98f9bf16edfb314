using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols.Dhcp;

/// <summary>
/// DHCPv4 and BOOTP messages to observations, one each, repeats too (README.md beside this file). Keeps no state but a cache of
/// contents, which changes no result.
/// </summary>
/// <param name="site">Site name in the keys of clients that only an address identifies.</param>
public sealed class DhcpStage(string site) : IProtocolStage
{
    private const int Slots = 1024;
    private const byte Request = 1;
    private const byte Reply = 2;
    private const int MacLength = 6;
    private const int MaxClientIdentifier = 255;
    private const byte Ethernet = 1;
    private const byte Ieee802 = 6;

    private readonly ContentCache<DhcpContent> _contents = new(Slots);

    /// <summary>Shared with other stages of the thread.</summary>
    internal ContentCache<DhcpContent> Contents { init => _contents = value; }

    /// <inheritdoc />
    public long OldestOpenFrame => long.MaxValue;

    /// <inheritdoc />
    public void Advance(long atTicks)
    {
    }

    /// <inheritdoc />
    public void Parse(in PacketHeader packet, ReadOnlySpan<byte> payload, IObservationSink sink)
    {
        if (payload.Length < DhcpHeader.Length || payload[0] is not (Request or Reply))
        {
            sink.Fault(Malformed.DhcpHeader);
            return;
        }
        var header = new DhcpHeader(payload);
        var content = ContentOf(payload);
        if (content.Fault != Malformed.None) sink.Fault(content.Fault);
        var device = DeviceOf(in packet, header, content);
        if (device.IsNone)
        {
            sink.Fault(Malformed.DhcpClientUnknown);
            return;
        }
        sink.Emit(new DhcpObservation
        {
            Device = device,
            LinkAddress = LinkAddressOf(in packet, header.Op),
            AtTicks = packet.AtTicks,
            Frame = packet.Frame,
            WireLength = packet.WireLength,
            Vlan = packet.Vlan,
            Source = packet.Source,
            Destination = packet.Destination,
            SourcePort = packet.SourcePort,
            DestinationPort = packet.DestinationPort,
            IsPartial = content.Fault != Malformed.None || packet.IsTruncated,
            Op = header.Op,
            MessageType = content.MessageType,
            HardwareLength = header.HardwareLength,
            HardwareAddressRoom = header.HardwareAddressRoom,
            Options = content.Options,
            TransactionId = header.TransactionId,
            RequestedAddress = content.RequestedAddress,
            RelayAddress = header.RelayAddress,
            ClientAddress = header.ClientAddress,
            YourAddress = header.YourAddress,
        });
    }

    private DhcpContent ContentOf(ReadOnlySpan<byte> message)
    {
        if (!DhcpAreaReader.HasCookie(message)) return DhcpContent.Bootp;
        var key = message[DhcpHeader.ServerNameOffset..];
        var hash = HashOf(message);
        if (_contents.Find(hash, key) is { } known) return known;
        var content = DhcpContent.Read(message);
        _contents.Offer(hash, key, content);
        return content;
    }

    /// <summary>Of everything from sname on; sname and file, three quarters of a usual message, are empty in most.</summary>
    private static ulong HashOf(ReadOnlySpan<byte> message)
    {
        var names = message[DhcpHeader.ServerNameOffset..DhcpHeader.Length];
        var hash = ContentHash.Of(message[DhcpHeader.Length..]);
        return names.ContainsAnyExcept((byte)0) ? ContentHash.Mix(hash, ContentHash.Of(names)) : hash;
    }

    /// <summary>The client in either direction: its hardware address, else its identifier, else its own IP address.</summary>
    private DeviceKey DeviceOf(in PacketHeader packet, DhcpHeader header, DhcpContent content)
    {
        var isOverlong = header.HardwareLength is > MacLength and <= DhcpHeader.ClientHardwareRoom;
        var isMac = header.HardwareLength == MacLength || (isOverlong && header.HardwareType is Ethernet or Ieee802);
        if (isMac && MacAddress.Read(header.ClientHardwareAddress) is { IsUnicast: true } mac) return DeviceKey.OfMac(mac);
        if (content.Options.ClientIdentifier is { Length: > 0 and <= MaxClientIdentifier } id) return DeviceKey.OfClientId(id);
        var address = ClientAddressOf(in packet, header);
        return address.IsNone ? default : DeviceKey.OfIp(site, packet.Vlan, address);
    }

    private static NetworkAddress ClientAddressOf(in PacketHeader packet, DhcpHeader header)
    {
        if (!header.ClientAddress.IsUnspecified) return header.ClientAddress;
        if (!header.YourAddress.IsUnspecified) return header.YourAddress;
        if (!header.RelayAddress.IsUnspecified) return default;
        var address = header.Op == Request ? packet.Source : packet.Destination;
        return address.IsUnspecified || address.IsMulticastOrBroadcast ? default : address;
    }

    private static MacAddress LinkAddressOf(in PacketHeader packet, byte op)
    {
        var mac = op == Request ? packet.SourceMac : packet.DestinationMac;
        return mac.IsUnicast ? mac : MacAddress.None;
    }
}
