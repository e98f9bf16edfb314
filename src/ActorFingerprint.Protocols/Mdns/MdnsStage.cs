using System.Buffers.Binary;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Protocols.Dns;

namespace ActorFingerprint.Protocols.Mdns;

/// <summary>
/// Messages of multicast DNS to observations, one each, repeats too (README.md beside this file). Keeps no state but a cache of contents,
/// which changes no result.
/// </summary>
/// <param name="site">Site name in the keys of devices that only an address identifies.</param>
public sealed class MdnsStage(string site) : IProtocolStage
{
    /// <summary>Questions go to this port, announcements and answers come from it (RFC 6762 §5, §6); anything else is plain DNS.</summary>
    private const ushort Port = 5353;

    private const int Slots = 256;
    private const int IdentifierLength = 2;
    private const int FlagsAt = 2;
    private const byte ResponseFlag = 0x80;
    private const int AuthorityCountAt = 8;

    private readonly DiscoveryCache<DnsMessage> _contents = new(Slots);

    /// <summary>Shared with other stages of the thread.</summary>
    internal DiscoveryCache<DnsMessage> Contents { init => _contents = value; }

    /// <inheritdoc />
    public long OldestOpenFrame => long.MaxValue;

    /// <inheritdoc />
    public void Advance(long atTicks)
    {
    }

    /// <inheritdoc />
    public void Parse(in PacketHeader packet, ReadOnlySpan<byte> payload, IObservationSink sink)
    {
        if (ContentOf(in packet, payload) is not { } content)
        {
            sink.Fault(Malformed.DnsMessage);
            return;
        }
        if ((content.Message.IsResponse ? packet.SourcePort : packet.DestinationPort) != Port) return;
        if (content.Fault != Malformed.None) sink.Fault(content.Fault);
        sink.Emit(new MdnsObservation(DiscoverySender.OriginOf(in packet, site), content.Message)
        {
            IsToOneHost = DiscoverySender.IsToOneHost(in packet),
            IsPartial = content.IsCut || packet.IsTruncated,
            Facts = content.Facts,
            HostNames = content.HostNames,
            OwnAddress = content.OwnAddress,
        });
    }

    private DiscoveryContent<DnsMessage>? ContentOf(in PacketHeader packet, ReadOnlySpan<byte> payload)
    {
        if (payload.Length < DnsMessageReader.HeaderLength) return null;
        var key = payload[IdentifierLength..];
        var sender = IsQuestion(payload) ? default : packet.Source;
        var hash = DiscoveryCache<DnsMessage>.Hash(key, sender);
        if (_contents.Find(hash, key, sender) is { } known) return known;
        var reader = new DnsMessageReader(payload);
        if (!reader.TryRead(out var message)) return null;
        var content = MdnsFacts.Read(message, sender, in reader);
        if (reader.IsSmall) _contents.Offer(hash, key, content);
        return content;
    }

    /// <summary>
    /// A query that proposes no records (RFC 6762 §8.1) tells the same of whoever sends it: hosts that ask alike share one content.
    /// </summary>
    private static bool IsQuestion(ReadOnlySpan<byte> message) =>
        (message[FlagsAt] & ResponseFlag) == 0 && BinaryPrimitives.ReadUInt16BigEndian(message[AuthorityCountAt..]) == 0;
}
