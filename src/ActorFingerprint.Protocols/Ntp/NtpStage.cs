using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols.Ntp;

/// <summary>
/// NTP messages to observations (README.md beside this file): within a minute one for each stack fact of a sender. The fact is a device's
/// when it is a client or peer, or a server of the local networks.
/// </summary>
/// <param name="site">Site name in the keys of senders that only an address identifies.</param>
/// <param name="localNetworks">Networks of one's own beside the private ones.</param>
public sealed class NtpStage(string site, IReadOnlyList<NetworkPrefix> localNetworks) : IProtocolStage
{
    private const int SetBits = 5;

    private readonly MinuteMemory _seen = new(SetBits);

    /// <inheritdoc />
    public long OldestOpenFrame => _seen.OldestFrame;

    /// <inheritdoc />
    public void Advance(long atTicks) => _seen.Advance(atTicks);

    /// <inheritdoc />
    public void Parse(in PacketHeader packet, ReadOnlySpan<byte> payload, IObservationSink sink)
    {
        if (!NtpReader.TryRead(payload, out var message))
        {
            sink.Fault(Malformed.NtpHeader);
            return;
        }
        switch (_seen.Recall(ContentHash.OfSender(in packet, message.ContentHash), in packet))
        {
            case Recollection.New:
                sink.Emit(Observe(in packet, message.ToHeader()));
                break;
            case Recollection.NoRoom:
                sink.Evicted(StateLimit.Minute);
                break;
        }
    }

    private NtpObservation Observe(in PacketHeader packet, NtpHeader header)
    {
        var isServer = header.Mode is NtpMode.Server or NtpMode.Broadcast;
        var origin = isServer ? Origins.OfServer(in packet, site, localNetworks) : Origins.OfClient(in packet, site, localNetworks);
        return new NtpObservation(in origin, header)
        {
            Facts = [new DeviceFact(FactKind.Ntp, NtpFact.Of(header))],
            OwnAddress = origin.Device.IsNone ? default : packet.Source,
        };
    }
}
