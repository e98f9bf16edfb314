using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Protocols.Tcp;

namespace ActorFingerprint.Protocols.Tls;

/// <summary>
/// TLS over TCP: ClientHello, ServerHello and server certificates to observations (README.md beside this file). A hello that lies whole
/// in one segment is read in place; others are put together from segments in any order. One instance serves one partition.
/// </summary>
/// <param name="site">Site name in the keys of devices without a MAC address.</param>
/// <param name="limits">Bounds of the state.</param>
public sealed class TlsStage(string site, ReassemblyLimits limits) : IProtocolStage
{
    /// <summary>Networks of one's own beside the private ones: their servers are devices.</summary>
    public IReadOnlyList<NetworkPrefix> LocalNetworks { get; init; } = [];

    /// <summary>Longest alert record: 2 bytes, with every cipher's overhead (RFC 5246 §6.2.3).</summary>
    private const int LongestAlert = 512;

    /// <summary>Longest record (RFC 5246 §6.2.3).</summary>
    private const int LongestRecord = 16384 + 2048;

    private readonly StreamTable _streams = new(limits);
    private readonly RepeatMemory _memory = new(limits);
    private readonly HelloFactory _hellos = new();
    private readonly CertificateFactory _certificates = new();
    private int _expired;

    /// <summary>Shared with other stages of the thread.</summary>
    internal HelloFactory Hellos { init => _hellos = value; }

    /// <summary>Likewise.</summary>
    internal CertificateFactory Certificates { init => _certificates = value; }

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
            var reading = ReadHellos(in packet, in key, payload[start..], packet.ResumeFrame, sink);
            if (reading.IsDone) return;
            var stream = _streams.Open(in key, in packet, sink);
            start += reading.Open;
            stream.Segments.TryAdd(packet.TcpSequence + (uint)start, payload[start..]);
            stream.AddStart(packet.TcpSequence + (uint)start, reading.IsHelloRead);
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
            var start = stream.Starts[i];
            var (at, isHelloRead) = (start.Sequence, start.IsHelloRead);
            var bytes = stream.Segments.Contiguous(at);
            if (!start.IsDue(bytes.Length))
            {
                i++;
                continue;
            }
            var reading = isHelloRead
                ? ReadCertificate(in packet, in key, bytes, stream.FirstFrame, sink)
                : ReadHellos(in packet, in key, bytes, stream.FirstFrame, sink);
            if (reading.IsDone) stream.Starts.RemoveAt(i);
            else if (reading.Open == 0 && reading.IsHelloRead == isHelloRead) stream.Starts[i++] = start.LookedAt(bytes.Length, reading.Missing);
            else stream.Starts[i++] = new StreamStart(at + (uint)reading.Open, reading.IsHelloRead);
            hasDelivered |= reading.IsDone && isHelloRead;
            if (reading.Read == 0) continue;
            hasDelivered = true;
            stream.RemoveStartsWithin(at, reading.IsDone ? reading.Read : Math.Min(reading.Read, reading.Open));
            i = 0;
        }
        return hasDelivered;
    }

    /// <summary>
    /// Delivers the hellos at the start of <paramref name="bytes"/>, and the certificate behind a server's. Tells where an unfinished one
    /// starts, and the bytes up to the end of the last delivered hello.
    /// </summary>
    private Reading ReadHellos(
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
                        read = reader.Position;
                        if (Deliver(in packet, in key, message, firstFrame, sink)
                            && ReadCertificate(in packet, in key, bytes[reader.Start..], firstFrame, sink) is { IsDone: false } certificate)
                            return certificate with { Open = reader.Start, Read = read };
                        continue;
                    case HelloScan.Incomplete:
                        return new Reading(reader.Position, read, Missing: reader.Missing);
                    case HelloScan.TooLarge:
                        sink.Fault(Malformed.TlsHelloTooLarge);
                        return Reading.Done(read);
                    case HelloScan.Broken:
                        sink.Fault(Malformed.TlsRecord);
                        return Reading.Done(read);
                    default:
                        return Reading.Done(read);
                }
            }
        }
        finally
        {
            reader.Dispose();
        }
    }

    /// <summary>Delivers the certificate behind a ServerHello whose record starts <paramref name="bytes"/>, when it is there.</summary>
    private Reading ReadCertificate(
        in PacketHeader packet, in FlowKey key, ReadOnlySpan<byte> bytes, long firstFrame, IObservationSink sink)
    {
        var reader = new CertificateReader(bytes);
        try
        {
            switch (reader.Read(out var leaf))
            {
                case HelloScan.Incomplete:
                    return new Reading(0, 0, IsHelloRead: true, reader.Missing);
                case HelloScan.Whole when !_memory.IsRepeat(in key, ContentHash.Of(leaf), firstFrame, packet.AtTicks, sink):
                    if (_certificates.Read(leaf) is { } certificate)
                        sink.Emit(new CertificateObservation(Origins.OfServer(in packet, site, LocalNetworks), certificate));
                    else sink.Fault(Malformed.TlsCertificate);
                    break;
                case HelloScan.TooLarge:
                    sink.Fault(Malformed.TlsCertificate);
                    break;
                case HelloScan.Broken:
                    sink.Fault(Malformed.TlsRecord);
                    break;
            }
            return Reading.Done(0);
        }
        finally
        {
            reader.Dispose();
        }
    }

    /// <summary>Delivers a hello that is new; true when it is one behind which the server's certificate stands.</summary>
    private bool Deliver(in PacketHeader packet, in FlowKey key, ReadOnlySpan<byte> message, long firstFrame, IObservationSink sink)
    {
        if (_memory.IsRepeat(in key, ContentHash.Of(message), firstFrame, packet.AtTicks, sink)) return false;
        var body = message[HelloReader.HandshakeHeaderLength..];
        if (message[0] == HelloReader.ClientHello)
        {
            if (_hellos.ReadClient(body) is { } hello) sink.Emit(HelloObservations.OfClient(in packet, site, hello));
            else sink.Fault(Malformed.TlsHello);
            return false;
        }
        if (_hellos.ReadServer(body) is not { } answer)
        {
            sink.Fault(Malformed.TlsHello);
            return false;
        }
        if (answer.IsHelloRetryRequest)
        {
            _memory.Expect(in key, firstFrame);
            _memory.Expect(FlowKey.OfAnswer(in packet), firstFrame);
        }
        sink.Emit(HelloObservations.OfServer(in packet, site, answer));
        return answer is { SelectedVersion: null, LegacyVersion: >= 0x0300 and <= 0x0303 };
    }

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

    /// <summary>What a place where a hello may start came to.</summary>
    /// <param name="Open">Offset at which something unfinished starts; -1 for nothing.</param>
    /// <param name="Read">Bytes up to the end of the last delivered hello.</param>
    /// <param name="IsHelloRead">What is unfinished is the certificate behind a hello.</param>
    /// <param name="Missing">Bytes that it needs more, at least.</param>
    private readonly record struct Reading(int Open, int Read, bool IsHelloRead = false, int Missing = 1)
    {
        public bool IsDone => Open < 0;

        public static Reading Done(int read) => new(-1, read);
    }
}
