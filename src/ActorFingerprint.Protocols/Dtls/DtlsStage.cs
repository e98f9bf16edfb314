using ActorFingerprint.Core.Fingerprints;
using ActorFingerprint.Protocols.Tcp;
using ActorFingerprint.Protocols.Tls;

namespace ActorFingerprint.Protocols.Dtls;

/// <summary>
/// DTLS datagrams: ClientHello and ServerHello messages to observations (README.md beside this file). A hello that lies whole in one
/// record is read in place; others are put together from fragments in any order. One instance serves one partition.
/// </summary>
/// <param name="site">Site name in the keys of devices without a MAC address.</param>
/// <param name="limits">Bounds of the state.</param>
public sealed class DtlsStage(string site, DtlsLimits limits) : IProtocolStage
{
    private readonly FragmentTable _fragments = new(limits);
    private readonly RepeatMemory _memory = new(limits.Repeats);
    private readonly HelloFactory _hellos = new(TlsTransport.Dtls);
    private int _expired;

    /// <summary>Shared with other stages of the thread.</summary>
    internal HelloFactory Hellos { init => _hellos = value; }

    /// <inheritdoc />
    public long OldestOpenFrame => Math.Min(_fragments.OldestFrame, _memory.OldestFrame);

    /// <inheritdoc />
    public void Advance(long atTicks)
    {
        _expired += _fragments.Expire(atTicks);
        _memory.Advance(atTicks);
    }

    /// <inheritdoc />
    public void Parse(in PacketHeader packet, ReadOnlySpan<byte> payload, IObservationSink sink)
    {
        for (; _expired > 0; _expired--) sink.Evicted(StateLimit.Time);
        _memory.Advance(packet.AtTicks);
        var key = FlowKey.Of(in packet);
        var records = new DtlsRecordReader(payload);
        var isFaulty = false;
        while (records.TryRead(out var record))
        {
            var fragments = new HandshakeFragmentReader(record);
            while (fragments.TryRead(out var fragment))
                if (fragment.Type is HelloReader.ClientHello or HelloReader.ServerHello) Read(in packet, in key, in fragment, sink);
            isFaulty |= fragments.IsFaulty;
        }
        if (isFaulty || records.IsFaulty) sink.Fault(Malformed.DtlsRecord);
    }

    private void Read(in PacketHeader packet, in FlowKey flow, in HandshakeFragment fragment, IObservationSink sink)
    {
        if (fragment.MessageLength > HelloReader.MaxMessageLength)
        {
            sink.Fault(Malformed.TlsHelloTooLarge);
            return;
        }
        if (fragment.IsWhole)
        {
            Deliver(in packet, in flow, fragment.Type, fragment.Bytes, packet.ResumeFrame, sink);
            return;
        }
        if (fragment.Bytes.IsEmpty) return;
        var key = new MessageKey(flow, fragment.MessageNumber, fragment.Type);
        var assembly = _fragments.Open(in key, in fragment, in packet, sink);
        if (!assembly.TryAdd(in fragment)) sink.Evicted(StateLimit.Bytes);
        if (assembly.TryRead(out var message)) Deliver(in packet, in flow, fragment.Type, message, assembly.FirstFrame, sink);
        _fragments.Enforce(assembly, sink);
    }

    private void Deliver(
        in PacketHeader packet, in FlowKey key, byte type, ReadOnlySpan<byte> body, long firstFrame, IObservationSink sink)
    {
        if (_memory.IsRepeat(in key, ContentHash.Of(body), firstFrame, packet.AtTicks, sink)) return;
        if (type == HelloReader.ClientHello && _hellos.ReadClient(body) is { } client)
            sink.Emit(HelloObservations.OfClient(in packet, site, client));
        else if (type == HelloReader.ServerHello && _hellos.ReadServer(body) is { } server)
            sink.Emit(HelloObservations.OfServer(in packet, site, server));
        else sink.Fault(Malformed.TlsHello);
    }
}
