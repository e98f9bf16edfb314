using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols.Ssdp;

/// <summary>
/// SSDP messages to observations, one each, repeats too (README.md beside this file). Keeps no state but a cache of contents, which
/// changes no result.
/// </summary>
/// <param name="site">Site name in the keys of devices that only an address identifies.</param>
public sealed class SsdpStage(string site) : IProtocolStage
{
    private const ushort Port = 1900;
    private const int Slots = 256;

    private readonly DiscoveryCache<SsdpMessage> _contents = new(Slots);

    /// <summary>Shared with other stages of the thread.</summary>
    internal DiscoveryCache<SsdpMessage> Contents { init => _contents = value; }

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
            sink.Fault(Malformed.SsdpMessage);
            return;
        }
        sink.Emit(new SsdpObservation(DiscoverySender.OriginOf(in packet, site), content.Message)
        {
            IsToOneHost = DiscoverySender.IsToOneHost(in packet),
            IsPartial = content.IsCut || packet.IsTruncated,
            Facts = content.Facts,
            OwnAddress = content.OwnAddress == packet.Source ? packet.Source : default,
        });
    }

    private DiscoveryContent<SsdpMessage>? ContentOf(in PacketHeader packet, ReadOnlySpan<byte> payload)
    {
        var hash = DiscoveryCache<SsdpMessage>.Hash(payload, default);
        var content = _contents.Find(hash, payload, default);
        if (content is null)
        {
            if (!SsdpReader.TryRead(payload, out var message, out var isCut)) return null;
            content = SsdpFacts.Read(message, isCut);
            _contents.Offer(hash, payload, content);
        }
        return IsSsdp(in packet, content.Message) ? content : null;
    }

    /// <summary>Between other ports an HTTP answer over UDP is one of SSDP only when it says what was searched, or found.</summary>
    private static bool IsSsdp(in PacketHeader packet, SsdpMessage message) =>
        packet.DestinationPort == Port || packet.SourcePort == Port
        || message is { SearchTarget: not null } or { UniqueServiceName: not null };
}
