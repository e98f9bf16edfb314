using System.Globalization;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Fingerprints;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols.Handshakes;

/// <summary>
/// SYN and SYN+ACK segments to observations (README.md beside this file): within a minute one for each signature of a sender, and one for
/// each port that a server of the local networks answered on. What the minute has no room for is counted and not told.
/// </summary>
/// <param name="site">Site name in the keys of senders that only an address identifies.</param>
/// <param name="localNetworks">Networks of one's own beside the private ones.</param>
public sealed class HandshakeStage(string site, IReadOnlyList<NetworkPrefix> localNetworks) : IProtocolStage
{
    private const int SetBits = 6;
    private const ulong PortPrime = 0xA0761D6478BD642F;

    private readonly MinuteMemory _seen = new(SetBits);

    /// <inheritdoc />
    public long OldestOpenFrame => _seen.OldestFrame;

    /// <inheritdoc />
    public void Advance(long atTicks) => _seen.Advance(atTicks);

    /// <inheritdoc />
    public void Parse(in PacketHeader packet, ReadOnlySpan<byte> payload, IObservationSink sink)
    {
        if (_seen.IsFull(in packet))
        {
            sink.Evicted(StateLimit.Minute);
            return;
        }
        if (!HandshakeHeaders.TryRead(payload, out var headers))
        {
            sink.Fault(Malformed.TcpHandshake);
            return;
        }
        var isOpenPort = headers.IsAnswer && Origins.IsLocal(packet.Source, localNetworks);
        var signature = _seen.Recall(ContentHash.OfSender(in packet, headers.SignatureHash), in packet);
        var port = isOpenPort
            ? _seen.Recall(ContentHash.OfSender(in packet, (packet.SourcePort + 1UL) * PortPrime), in packet)
            : Recollection.Repeat;
        if (signature == Recollection.New || port == Recollection.New) sink.Emit(Observe(in packet, in headers, isOpenPort));
        else if (signature == Recollection.NoRoom || port == Recollection.NoRoom) sink.Evicted(StateLimit.Minute);
    }

    private TcpHandshakeObservation Observe(in PacketHeader packet, in HandshakeHeaders headers, bool isOpenPort)
    {
        var segment = headers.ToHandshake();
        var signature = TcpSignature.Of(segment);
        var origin = headers.IsAnswer ? Origins.OfServer(in packet, site, localNetworks) : Origins.OfClient(in packet, site, localNetworks);
        return new TcpHandshakeObservation(in origin, segment, signature)
        {
            Facts = Facts(segment.IsAnswer, signature, isOpenPort, packet.SourcePort),
            OwnAddress = origin.Device.IsNone ? default : packet.Source,
        };
    }

    private static DeviceFact[] Facts(bool isAnswer, string signature, bool isOpenPort, int port)
    {
        var stack = new DeviceFact(isAnswer ? FactKind.TcpSynAck : FactKind.TcpSyn, signature);
        if (!isOpenPort) return [stack];
        return [stack, new DeviceFact(FactKind.OpenPort, string.Create(CultureInfo.InvariantCulture, $"tcp/{port}"))];
    }
}
