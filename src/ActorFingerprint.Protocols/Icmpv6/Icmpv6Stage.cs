using System.Runtime.InteropServices;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols.Icmpv6;

/// <summary>
/// Neighbour discovery to observations (README.md beside this file): in a minute one for each hardware address, address and kind, and one
/// for each conflict. All messages that claim one address come to one stage.
/// </summary>
/// <param name="site">Site name in the keys of senders that only an address identifies.</param>
public sealed class Icmpv6Stage(string site) : IProtocolStage
{
    private const int MemoryBits = 8;
    private const int ClaimBits = 7;
    private const ulong Conflict = 0x1;

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
        if (!NeighborMessage.TryRead(in packet, payload, out var message))
        {
            sink.Fault(Malformed.NeighborMessage);
            return;
        }
        var sender = message.LinkLayerAddress == MacAddress.None ? packet.SourceMac : message.LinkLayerAddress;
        var advertisement = message.Type == NeighborMessageType.RouterAdvertisement ? RouterAdvertisementText.Of(message) : null;
        if (IsFirst(in packet, sender, message.OwnAddress, KindOf(message), advertisement, sink))
            sink.Emit(Observe(in packet, message, sender, advertisement));
        if (!IsClaim(message, sender)) return;
        if (_claims.TryFindConflict(message.OwnAddress, sender, message.IsDuplicateDetection, in packet, out var conflict)
            && IsFirst(in packet, conflict.Newcomer, message.OwnAddress, Conflict, null, sink))
            sink.Emit(ObserveConflict(in packet, message, conflict));
    }

    /// <summary>
    /// Proxies and holders of anycast addresses leave the override flag off: theirs is no claim (RFC 4861 §7.2.7, §7.2.8).
    /// </summary>
    private static bool IsClaim(NeighborMessage message, MacAddress sender) =>
        sender.IsUnicast && !message.OwnAddress.IsNone
        && (message.Type != NeighborMessageType.NeighborAdvertisement || message.IsOverride);

    private static ulong KindOf(NeighborMessage message) =>
        (ulong)message.Type << 8 | (message.IsDuplicateDetection ? 2UL : 0) | (message.IsRouter ? 4UL : 0);

    private bool IsFirst(
        in PacketHeader packet, MacAddress device, NetworkAddress address, ulong kind, string? text, IObservationSink sink)
    {
        var (high, low) = address.Bits;
        var hash = ContentHash.Mix(ContentHash.Mix(high ^ packet.Vlan, low ^ kind << 48), device.Value ^ kind << 48);
        if (device == MacAddress.None) hash = ContentHash.Mix(hash, packet.Source.Bits.Low);
        if (text is not null) hash = ContentHash.Mix(hash, ContentHash.Of(MemoryMarshal.AsBytes(text.AsSpan())));
        var recollection = _seen.Recall(hash, in packet);
        if (recollection == Recollection.NoRoom) sink.Evicted(StateLimit.Minute);
        return recollection == Recollection.New;
    }

    private NeighborObservation Observe(in PacketHeader packet, NeighborMessage message, MacAddress sender, string? advertisement)
    {
        var origin = sender.IsUnicast
            ? LinkOrigins.Of(in packet, sender, packet.Source, packet.Destination)
            : Origins.OfSender(in packet, site);
        return new NeighborObservation(origin)
        {
            Type = message.Type,
            Target = message.Target,
            IsDuplicateDetection = message.IsDuplicateDetection,
            IsRouter = message.IsRouter,
            IsSolicited = message.IsSolicited,
            IsOverride = message.IsOverride,
            LinkLayerAddress = message.LinkLayerAddress,
            FrameMac = packet.SourceMac,
            Advertisement = advertisement,
            OwnAddress = origin.Device.IsNone ? default : message.OwnAddress,
            Facts = advertisement is null ? [] : [new DeviceFact(FactKind.RouterAdvertisement, advertisement)],
        };
    }

    private static NeighborObservation ObserveConflict(in PacketHeader packet, NeighborMessage message, ClaimConflict conflict) =>
        new(LinkOrigins.Of(in packet, conflict.Newcomer, packet.Source, packet.Destination))
        {
            Type = message.Type,
            Target = message.Target,
            IsDuplicateDetection = message.IsDuplicateDetection,
            IsRouter = message.IsRouter,
            IsSolicited = message.IsSolicited,
            IsOverride = message.IsOverride,
            LinkLayerAddress = message.LinkLayerAddress,
            FrameMac = packet.SourceMac,
            Holder = conflict.Holder,
            Facts = [new DeviceFact(FactKind.AddressConflict, $"{message.OwnAddress} {conflict.Holder}")],
        };
}
