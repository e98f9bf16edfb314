using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Fingerprints;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Protocols.Tcp;

namespace ActorFingerprint.Protocols.Tls;

/// <summary>
/// TLS over TCP: ClientHello and ServerHello messages to observations (README.md beside this file). A hello that lies whole in one
/// segment is read in place; others are put together from segments in any order. One instance serves one partition.
/// </summary>
/// <param name="site">Site name in the keys of devices without a MAC address.</param>
/// <param name="limits">Bounds of the state.</param>
public sealed class TlsStage(string site, ReassemblyLimits limits) : IProtocolStage
{
    /// <summary>Longest alert record: 2 bytes, with every cipher's overhead (RFC 5246 §6.2.3).</summary>
    private const int LongestAlert = 512;

    /// <summary>Longest record (RFC 5246 §6.2.3).</summary>
    private const int LongestRecord = 16384 + 2048;

    private readonly StreamTable _streams = new(limits);
    private readonly RepeatMemory _memory = new(limits);
    private readonly HelloFactory _hellos = new();
    private int _expired;

    /// <summary>Shared with other stages of the thread.</summary>
    internal HelloFactory Hellos { init => _hellos = value; }

    /// <inheritdoc />
    public long OldestOpenFrame => Math.Min(_streams.OldestFrame, _memory.OldestFrame);

    /// <inheritdoc />
    public void Advance(long atTicks)
    {
        _expired += _streams.Expire(atTicks);
        _memory.Advance(atTicks);
    }

    /// <inheritdoc />
    public void Parse(in PacketHeader packet, ReadOnlySpan<byte> payload, IObservationSink sink)
    {
        for (; _expired > 0; _expired--) sink.Evicted(StateLimit.Time);
        if (payload.IsEmpty) return;
        _memory.Advance(packet.AtTicks);
        var key = FlowKey.Of(in packet);
        var stream = _streams.Find(in key);
        if (stream is not null && _streams.IsExpired(stream, packet.AtTicks))
        {
            if (stream.IsAnchored) sink.Evicted(StateLimit.Time);
            _streams.Close(stream);
            stream = null;
        }
        if (stream is null) ReadAlone(in packet, in key, payload, sink);
        else ReadWith(stream, in packet, in key, payload, sink);
    }

    /// <summary>A segment of a direction of which nothing is buffered.</summary>
    private void ReadAlone(in PacketHeader packet, in FlowKey key, ReadOnlySpan<byte> payload, IObservationSink sink)
    {
        var start = HelloReader.FindStart(payload);
        if (start >= 0)
        {
            var (open, _) = ReadHellos(in packet, in key, payload[start..], packet.ResumeFrame, sink);
            if (open < 0) return;
            var stream = _streams.Open(in key, in packet, sink);
            start += open;
            stream.Segments.TryAdd(packet.TcpSequence + (uint)start, payload[start..]);
            stream.AddStart(packet.TcpSequence + (uint)start);
            _streams.Enforce(stream, sink);
        }
        else if (MayHaveOvertaken(payload) && !_memory.IsSettled(in key))
        {
            var stash = _streams.Open(in key, in packet, sink);
            stash.Segments.TryAdd(packet.TcpSequence, payload);
            _streams.Enforce(stash, sink);
        }
    }

    /// <summary>A segment of a direction with buffered segments.</summary>
    private void ReadWith(StreamAssembly stream, in PacketHeader packet, in FlowKey key, ReadOnlySpan<byte> payload, IObservationSink sink)
    {
        var start = HelloReader.FindStart(payload);
        if (!stream.Segments.TryAdd(packet.TcpSequence, payload))
        {
            if (stream.IsAnchored && start < 0) return;
            if (stream.IsAnchored) sink.Evicted(StateLimit.Bytes);
            _streams.Close(stream);
            ReadAlone(in packet, in key, payload, sink);
            return;
        }
        if (start >= 0) stream.AddStart(packet.TcpSequence + (uint)start);
        var hasDelivered = ReadStarts(stream, in packet, in key, sink);
        var isStashFull = !stream.IsAnchored && stream.Segments.Footprint > limits.MaxStashBytes;
        if (isStashFull || (hasDelivered && !stream.IsAnchored)) _streams.Close(stream);
        else _streams.Enforce(stream, sink);
    }

    /// <summary>Reads on from every place where a hello may start and drops the places that are read or were none.</summary>
    private bool ReadStarts(StreamAssembly stream, in PacketHeader packet, in FlowKey key, IObservationSink sink)
    {
        var hasDelivered = false;
        for (var i = 0; i < stream.Starts.Count;)
        {
            var at = stream.Starts[i];
            var (open, read) = ReadHellos(in packet, in key, stream.Segments.Contiguous(at), stream.FirstFrame, sink);
            if (open < 0) stream.Starts.RemoveAt(i);
            else stream.Starts[i++] = at + (uint)open;
            if (read == 0) continue;
            hasDelivered = true;
            stream.RemoveStartsWithin(at, read);
            i = 0;
        }
        return hasDelivered;
    }

    /// <summary>
    /// Delivers the hellos at the start of <paramref name="bytes"/>. Gives the offset at which an unfinished one starts, or -1, and the
    /// bytes up to the end of the last delivered one.
    /// </summary>
    private (int Open, int Read) ReadHellos(
        in PacketHeader packet, in FlowKey key, ReadOnlySpan<byte> bytes, long firstFrame, IObservationSink sink)
    {
        var read = 0;
        var reader = new HelloReader(bytes);
        try
        {
            while (true)
            {
                switch (reader.Read(out var message))
                {
                    case HelloScan.Whole:
                        Deliver(in packet, in key, message, firstFrame, sink);
                        read = reader.Position;
                        continue;
                    case HelloScan.Incomplete:
                        return (reader.Position, read);
                    case HelloScan.TooLarge:
                        sink.Fault(Malformed.TlsHelloTooLarge);
                        return (-1, read);
                    case HelloScan.Broken:
                        sink.Fault(Malformed.TlsRecord);
                        return (-1, read);
                    default:
                        return (-1, read);
                }
            }
        }
        finally
        {
            reader.Dispose();
        }
    }

    private void Deliver(in PacketHeader packet, in FlowKey key, ReadOnlySpan<byte> message, long firstFrame, IObservationSink sink)
    {
        if (_memory.IsRepeat(in key, ContentHash.Of(message), firstFrame, packet.AtTicks, sink)) return;
        var body = message[HelloReader.HandshakeHeaderLength..];
        if (message[0] == HelloReader.ClientHello)
        {
            if (_hellos.ReadClient(body) is { } hello) sink.Emit(Observe(in packet, hello));
            else sink.Fault(Malformed.TlsHello);
            return;
        }
        if (_hellos.ReadServer(body) is not { } answer) { sink.Fault(Malformed.TlsHello); return; }
        if (answer.IsHelloRetryRequest)
        {
            _memory.Expect(in key, firstFrame);
            _memory.Expect(FlowKey.OfAnswer(in packet), firstFrame);
        }
        sink.Emit(Observe(in packet, answer));
    }

    private ClientHelloObservation Observe(in PacketHeader packet, ClientHello hello) => new()
    {
        Device = DeviceOf(packet.SourceMac, packet.Vlan, packet.Source),
        LinkAddress = packet.SourceMac,
        AtTicks = packet.AtTicks,
        Frame = packet.Frame,
        WireLength = packet.WireLength,
        Vlan = packet.Vlan,
        Source = packet.Source,
        Destination = packet.Destination,
        SourcePort = packet.SourcePort,
        DestinationPort = packet.DestinationPort,
        IsPartial = hello.HasEch,
        Hello = hello,
    };

    private ServerHelloObservation Observe(in PacketHeader packet, ServerHello hello) => new()
    {
        Device = DeviceOf(packet.DestinationMac, packet.Vlan, packet.Destination),
        LinkAddress = packet.DestinationMac,
        AtTicks = packet.AtTicks,
        Frame = packet.Frame,
        WireLength = packet.WireLength,
        Vlan = packet.Vlan,
        Source = packet.Destination,
        Destination = packet.Source,
        SourcePort = packet.DestinationPort,
        DestinationPort = packet.SourcePort,
        Hello = hello,
    };

    private DeviceKey DeviceOf(MacAddress mac, int vlan, NetworkAddress address) =>
        mac.IsUnicast ? DeviceKey.OfMac(mac) : DeviceKey.OfIp(site, vlan, address);

    /// <summary>
    /// Could be a later part of a hello whose start is still under way: anything that does not start a record of another kind itself.
    /// A handshake record may be the hello's second. A length that such a record cannot have tells that the bytes are no record header.
    /// </summary>
    private static bool MayHaveOvertaken(ReadOnlySpan<byte> payload)
    {
        if (payload is not [var kind, 3, <= 4, var high, var low, ..]) return true;
        var length = (high << 8) | low;
        return (TlsContentType)kind switch
        {
            TlsContentType.ChangeCipherSpec => length != 1,
            TlsContentType.Alert => length is 0 or > LongestAlert,
            TlsContentType.ApplicationData => length is 0 or > LongestRecord,
            _ => true,
        };
    }
}
