using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols.Lldp;

/// <summary>
/// LLDP data units to observations (README.md beside this file): in a minute one for each sender and content.
/// </summary>
public sealed class LldpStage : IProtocolStage
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
        var unit = LldpReader.TryRead(payload, out var isFaulty);
        if (isFaulty) sink.Fault(Malformed.LldpUnit);
        if (unit is null || !packet.SourceMac.IsUnicast) return;
        switch (_seen.Recall(ContentHash.Mix(ContentHash.Of(payload), packet.SourceMac.Value ^ (ulong)packet.Vlan << 48), in packet))
        {
            case Recollection.New:
                sink.Emit(Observe(in packet, unit, isFaulty));
                break;
            case Recollection.NoRoom:
                sink.Evicted(StateLimit.Minute);
                break;
        }
    }

    private static LldpObservation Observe(in PacketHeader packet, LldpUnit unit, bool isFaulty) =>
        new(LinkOrigins.Of(in packet, packet.SourceMac, default, default), unit, isFaulty)
        {
            Facts = LldpFacts.Of(unit),
            HostNames = unit.SystemName is { } name ? [new GivenName(name, HostNameSource.Lldp)] : [],
            OwnAddress = unit.ManagementAddresses.FirstOrDefault(address => address.IsUnicast),
        };
}
