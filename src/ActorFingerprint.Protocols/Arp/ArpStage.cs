using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols.Arp;

/// <summary>
/// ARP packets to observations (README.md beside this file): in a minute one for each hardware address, address and kind, and one for each
/// conflict. All packets of one sender address come to one stage.
/// </summary>
public sealed class ArpStage : IProtocolStage
{
    private const int MemoryBits = 8;
    private const int ClaimBits = 7;
    private const ulong Conflict = 0x100;

    private readonly MinuteMemory _seen = new(MemoryBits);
    private readonly AddressClaims _claims = new(ClaimBits);

    /// <inheritdoc />
    public long OldestOpenFrame => Math.Min(_seen.OldestFrame, _claims.OldestFrame);

    /// <inheritdoc />
    public void Advance(long atTicks)
    {
        _seen.Advance(atTicks);
        _claims.Advance(atTicks);
    }

    /// <inheritdoc />
    public void Parse(in PacketHeader packet, ReadOnlySpan<byte> payload, IObservationSink sink)
    {
        if (!ArpPacket.TryRead(payload, out var arp) || !arp.SenderMac.IsUnicast || arp.SenderAddress.IsNone)
        {
            sink.Fault(Malformed.ArpPacket);
            return;
        }
        var isFirst = IsFirst(in packet, arp, (ulong)arp.Kind, sink);
        var holder = MacAddress.None;
        if (arp.SenderAddress.IsUnicast
            && _claims.TryFindConflict(arp.SenderAddress, arp.SenderMac, false, in packet, out var conflict)
            && IsFirst(in packet, arp, Conflict, sink))
            holder = conflict.Holder;
        if (isFirst || holder != MacAddress.None) sink.Emit(Observe(in packet, arp, holder));
    }

    private bool IsFirst(in PacketHeader packet, ArpPacket arp, ulong kind, IObservationSink sink)
    {
        var binding = ContentHash.Mix(arp.SenderMac.Value ^ kind << 48, arp.SenderAddress.Bits.Low ^ (ulong)packet.Vlan << 32);
        var recollection = _seen.Recall(ContentHash.Mix(binding, packet.SourceMac.Value ^ (ulong)arp.Operation << 48), in packet);
        if (recollection == Recollection.NoRoom) sink.Evicted(StateLimit.Minute);
        return recollection == Recollection.New;
    }

    private static ArpObservation Observe(in PacketHeader packet, ArpPacket arp, MacAddress holder) =>
        new(LinkOrigins.Of(in packet, arp.SenderMac, arp.SenderAddress, arp.TargetAddress))
        {
            Operation = arp.Operation,
            Kind = arp.Kind,
            SenderMac = arp.SenderMac,
            TargetMac = arp.TargetMac,
            FrameMac = packet.SourceMac,
            Holder = holder,
            OwnAddress = arp.SenderAddress.IsUnicast ? arp.SenderAddress : default,
            Facts = holder == MacAddress.None
                ? []
                : [new DeviceFact(FactKind.AddressConflict, $"{arp.SenderAddress} {holder}")],
        };
}
