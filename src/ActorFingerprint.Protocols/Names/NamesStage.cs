using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Protocols.Dns;

namespace ActorFingerprint.Protocols.Names;

/// <summary>
/// Messages of the NetBIOS name and datagram services and of LLMNR to observations, one each, repeats too (README.md beside this file).
/// Keeps no state but caches of contents, which change no result.
/// </summary>
/// <param name="site">Site name in the keys of devices that only an address identifies.</param>
public sealed class NamesStage(string site) : IProtocolStage
{
    private const ushort NamePort = 137;
    private const ushort DatagramPort = 138;
    private const ushort LlmnrPort = 5355;
    private const int Slots = 256;
    private const int IdentifierLength = 2;

    private readonly DiscoveryCache<NetbiosMessage> _netbios = new(Slots);
    private readonly DiscoveryCache<DnsMessage> _llmnr = new(Slots);

    /// <summary>Contents of name service messages, shared with other stages of the thread.</summary>
    internal DiscoveryCache<NetbiosMessage> NetbiosContents { init => _netbios = value; }

    /// <summary>Contents of LLMNR messages, shared with other stages of the thread.</summary>
    internal DiscoveryCache<DnsMessage> LlmnrContents { init => _llmnr = value; }

    /// <inheritdoc />
    public long OldestOpenFrame => long.MaxValue;

    /// <inheritdoc />
    public void Advance(long atTicks)
    {
    }

    /// <inheritdoc />
    public void Parse(in PacketHeader packet, ReadOnlySpan<byte> payload, IObservationSink sink)
    {
        var port = packet.DestinationPort is NamePort or DatagramPort or LlmnrPort ? packet.DestinationPort : packet.SourcePort;
        switch (port)
        {
            case NamePort:
                ParseNetbios(in packet, payload, sink);
                break;
            case DatagramPort:
                ParseDatagram(in packet, payload, sink);
                break;
            default:
                ParseLlmnr(in packet, payload, sink);
                break;
        }
    }

    private void ParseNetbios(in PacketHeader packet, ReadOnlySpan<byte> payload, IObservationSink sink)
    {
        if (NetbiosContentOf(in packet, payload) is not { } content)
        {
            sink.Fault(Malformed.NetbiosMessage);
            return;
        }
        if (content.Fault != Malformed.None) sink.Fault(content.Fault);
        sink.Emit(new NetbiosNameObservation(DiscoverySender.OriginOf(in packet, site), content.Message)
        {
            IsToOneHost = DiscoverySender.IsToOneHost(in packet),
            IsPartial = content.IsCut || packet.IsTruncated,
            Facts = content.Facts,
            HostNames = content.HostNames,
            OwnAddress = content.OwnAddress,
        });
    }

    private void ParseDatagram(in PacketHeader packet, ReadOnlySpan<byte> payload, IObservationSink sink)
    {
        if (NetbiosDatagramReader.IsControl(payload)) return;
        if (!NetbiosDatagramReader.TryRead(payload, out var datagram))
        {
            sink.Fault(Malformed.NetbiosMessage);
            return;
        }
        var names = DatagramFacts.NamesOf(datagram, packet.Source);
        sink.Emit(new NetbiosDatagramObservation(DiscoverySender.OriginOf(in packet, site), datagram)
        {
            IsToOneHost = DiscoverySender.IsToOneHost(in packet),
            IsPartial = packet.IsTruncated,
            Facts = DatagramFacts.FactsOf(datagram),
            HostNames = names,
            OwnAddress = datagram.SourceAddress == packet.Source ? packet.Source : default,
        });
    }

    private void ParseLlmnr(in PacketHeader packet, ReadOnlySpan<byte> payload, IObservationSink sink)
    {
        if (LlmnrContentOf(in packet, payload) is not { } content)
        {
            sink.Fault(Malformed.DnsMessage);
            return;
        }
        if ((content.Message.IsResponse ? packet.SourcePort : packet.DestinationPort) != LlmnrPort) return;
        if (content.Fault != Malformed.None) sink.Fault(content.Fault);
        sink.Emit(new LlmnrObservation(DiscoverySender.OriginOf(in packet, site), content.Message)
        {
            IsToOneHost = DiscoverySender.IsToOneHost(in packet),
            IsPartial = content.IsCut || packet.IsTruncated,
            HostNames = content.HostNames,
            OwnAddress = content.OwnAddress,
        });
    }

    private DiscoveryContent<NetbiosMessage>? NetbiosContentOf(in PacketHeader packet, ReadOnlySpan<byte> payload)
    {
        if (payload.Length < NetbiosMessageReader.HeaderLength) return null;
        var key = payload[IdentifierLength..];
        var hash = DiscoveryCache<NetbiosMessage>.Hash(key, packet.Source);
        if (_netbios.Find(hash, key, packet.Source) is { } known) return known;
        var reader = new NetbiosMessageReader(payload);
        if (!reader.TryRead(out var message)) return null;
        var content = NetbiosFacts.Read(message, packet.Source, in reader);
        _netbios.Offer(hash, key, content);
        return content;
    }

    private DiscoveryContent<DnsMessage>? LlmnrContentOf(in PacketHeader packet, ReadOnlySpan<byte> payload)
    {
        if (payload.Length < DnsMessageReader.HeaderLength) return null;
        var key = payload[IdentifierLength..];
        var hash = DiscoveryCache<DnsMessage>.Hash(key, packet.Source);
        if (_llmnr.Find(hash, key, packet.Source) is { } known) return known;
        var reader = new DnsMessageReader(payload);
        if (!reader.TryRead(out var message)) return null;
        var own = message.IsResponse ? OwnNameOf(message, packet.Source) : null;
        var content = new DiscoveryContent<DnsMessage>
        {
            Message = message,
            Sender = packet.Source,
            Fault = reader.Fault,
            IsCut = reader.IsCut,
            HostNames = own is null ? [] : [new GivenName(own, HostNameSource.Llmnr)],
            OwnAddress = own is null ? default : packet.Source,
        };
        if (reader.IsSmall) _llmnr.Offer(hash, key, content);
        return content;
    }

    /// <summary>Owner of the first address record that holds the sender's address, or null.</summary>
    private static string? OwnNameOf(DnsMessage message, NetworkAddress sender)
    {
        foreach (var record in message.Records)
            if (record.Address == sender && record.TimeToLive != 0) return record.Name;
        return null;
    }
}
