using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols.Cdp;

/// <summary>CDP packets to observations (README.md beside this file): in a minute one for each sender and content.</summary>
public sealed class CdpStage : IProtocolStage
{
    private const int MemoryBits = 6;

    private readonly MinuteMemory _seen = new(MemoryBits);

    /// <inheritdoc />
    public long OldestOpenFrame => _seen.OldestFrame;

    /// <inheritdoc />
    public void Advance(long atTicks) => _seen.Advance(atTicks);

    /// <inheritdoc />
    public void Parse(in PacketHeader packet, ReadOnlySpan<byte> payload, IObservationSink sink)
    {
        var found = CdpReader.TryRead(payload, out var isFaulty);
        if (isFaulty) sink.Fault(Malformed.CdpPacket);
        if (found is null || !packet.SourceMac.IsUnicast) return;
        switch (_seen.Recall(ContentHash.Mix(ContentHash.Of(payload), packet.SourceMac.Value ^ (ulong)packet.Vlan << 48), in packet))
        {
            case Recollection.New:
                sink.Emit(Observe(in packet, found, isFaulty));
                break;
            case Recollection.NoRoom:
                sink.Evicted(StateLimit.Minute);
                break;
        }
    }

    private static CdpObservation Observe(in PacketHeader packet, CdpPacket found, bool isFaulty) =>
        new(LinkOrigins.Of(in packet, packet.SourceMac, default, default), found, isFaulty)
        {
            Facts = CdpFacts.Of(found),
            HostNames = found.DeviceId is { } name ? [new GivenName(name, HostNameSource.Cdp)] : [],
            OwnAddress = found.Addresses.FirstOrDefault(address => address.IsUnicast),
        };
}
