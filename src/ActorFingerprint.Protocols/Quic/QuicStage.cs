using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using ActorFingerprint.Core.Fingerprints;
using ActorFingerprint.Protocols.Tcp;
using ActorFingerprint.Protocols.Tls;

namespace ActorFingerprint.Protocols.Quic;

/// <summary>
/// QUIC Initial packets: ClientHello and ServerHello messages to observations (README.md beside this file). A hello that lies whole in one
/// CRYPTO frame is read in place; others are put together from frames and packets in any order. One instance serves one partition.
/// </summary>
/// <param name="site">Site name in the keys of devices without a MAC address.</param>
/// <param name="limits">Bounds of the state.</param>
public sealed class QuicStage(string site, QuicLimits limits) : IProtocolStage
{
    private readonly InitialOpener _opener = new(limits);
    private readonly CryptoTable _unfinished = new(limits);
    private readonly QuicCaches _caches = new();
    private int _expired;

    /// <summary>Shared with other stages of the thread.</summary>
    internal QuicCaches Caches { init => (_caches, _opener.Keys) = (value, value.Keys); }

    /// <inheritdoc />
    public long OldestOpenFrame => Math.Min(_opener.OldestFrame, _unfinished.OldestFrame);

    /// <inheritdoc />
    public void Advance(long atTicks)
    {
        _expired += _unfinished.Expire(atTicks);
        _opener.Advance(atTicks);
    }

    /// <inheritdoc />
    public void Parse(in PacketHeader packet, ReadOnlySpan<byte> payload, IObservationSink sink)
    {
        for (; _expired > 0; _expired--) sink.Evicted(StateLimit.Time);
        _opener.Advance(packet.AtTicks);
        var reader = new QuicPacketReader(payload);
        while (reader.TryRead(out var part))
        {
            if (!part.IsInitial) continue;
            ref var flow = ref _opener.Open(in packet, in part, sink, out var opened);
            if (!Unsafe.IsNullRef(ref flow)) Read(ref flow, in packet, in opened, sink);
        }
        if (reader.IsFaulty) sink.Fault(Malformed.QuicPacket);
    }

    private void Read(ref QuicFlow flow, in PacketHeader packet, in OpenedInitial opened, IObservationSink sink)
    {
        var key = FlowKey.Of(in packet);
        var connection = ContentHash.Of(flow.Id.Bytes);
        ref var progress = ref opened.IsFromServer ? ref flow.Server : ref flow.Client;
        var assembly = _unfinished.Find(in key, connection, packet.AtTicks, sink);
        var frames = new QuicFrameReader(opened.Payload, opened.Version.HasGoogleFrames);
        while (!progress.IsRead && frames.TryReadCrypto(out var offset, out var data))
        {
            if (offset + (ulong)data.Length <= progress.Next) continue;
            if (assembly is null && offset <= progress.Next)
            {
                ReadHellos(ref flow, ref progress, in packet, in opened, data[(int)(progress.Next - offset)..], sink);
                if (offset + (ulong)data.Length <= progress.Next) continue;
            }
            assembly ??= _unfinished.Open(in key, connection, in packet);
            if (!assembly.TryAdd(offset, data)) sink.Evicted(StateLimit.Bytes);
        }
        if (assembly is null) return;
        var before = progress.Next;
        ReadHellos(ref flow, ref progress, in packet, in opened, assembly.From(before), sink);
        var isEmptied = progress.Next > before && assembly.From(progress.Next).IsEmpty;
        if (progress.IsRead || isEmptied) _unfinished.Close(assembly);
        else _unfinished.Keep(assembly, sink);
    }

    /// <summary>Delivers the hellos at the start of <paramref name="bytes"/>; a side that sends anything else is not read further.</summary>
    private void ReadHellos(ref QuicFlow flow, ref HelloProgress progress, in PacketHeader packet, in OpenedInitial opened,
        ReadOnlySpan<byte> bytes, IObservationSink sink)
    {
        while (!bytes.IsEmpty && !progress.IsRead)
        {
            if (bytes[0] != (opened.IsFromServer ? HelloReader.ServerHello : HelloReader.ClientHello))
            {
                progress.IsRead = true;
                return;
            }
            if (bytes.Length < HelloReader.HandshakeHeaderLength) return;
            var length = HelloReader.HandshakeHeaderLength + (int)(BinaryPrimitives.ReadUInt32BigEndian(bytes) & 0xFFFFFF);
            if (length > HelloReader.MaxMessageLength)
            {
                sink.Fault(Malformed.TlsHelloTooLarge);
                progress.IsRead = true;
                return;
            }
            if (bytes.Length < length) return;
            progress.Next += (uint)length;
            flow.Attempts = 0;
            if (opened.IsFromServer) DeliverServer(ref flow, in packet, bytes[..length], sink);
            else DeliverClient(ref flow, in packet, opened.Number, bytes[..length], sink);
            bytes = bytes[length..];
        }
    }

    private void DeliverClient(ref QuicFlow flow, in PacketHeader packet, uint version, ReadOnlySpan<byte> message, IObservationSink sink)
    {
        var hash = ContentHash.Of(message);
        var isRepeat = hash == flow.HelloHash;
        flow.HelloHash = hash;
        flow.Client.IsRead = flow.Server.IsRead;
        if (isRepeat) return;
        var body = message[HelloReader.HandshakeHeaderLength..];
        if (_caches.Hellos.ReadClient(body) is { } hello)
            sink.Emit(HelloObservations.OfClient(in packet, site, hello, _caches.Parameters.Read(body, version)));
        else sink.Fault(Malformed.TlsHello);
    }

    /// <summary>After a HelloRetryRequest both sides send another hello; after any other both are read.</summary>
    private void DeliverServer(ref QuicFlow flow, in PacketHeader packet, ReadOnlySpan<byte> message, IObservationSink sink)
    {
        var hello = _caches.Hellos.ReadServer(message[HelloReader.HandshakeHeaderLength..]);
        if (hello is null) sink.Fault(Malformed.TlsHello);
        else sink.Emit(HelloObservations.OfServer(in packet, site, hello));
        if (hello is { IsHelloRetryRequest: true }) return;
        flow.Server.IsRead = true;
        flow.Client.IsRead |= flow.Client.Next > 0;
    }
}
