using System.Runtime.InteropServices;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Protocols.Tcp;

namespace ActorFingerprint.Protocols.Http;

/// <summary>
/// HTTP/1 requests and answers without TLS, on any port, to observations (README.md beside this file). Content decides where a message
/// begins. One instance serves one partition.
/// </summary>
/// <param name="site">Site name in the keys of devices without a MAC address.</param>
/// <param name="limits">Bounds of the state.</param>
public sealed class HttpStage(string site, ReassemblyLimits limits) : MessageStage(limits)
{
    /// <summary>Networks of one's own beside the private ones: their servers are devices.</summary>
    public IReadOnlyList<NetworkPrefix> LocalNetworks { get; init; } = [];

    private const int MaxHost = 255;
    private const int NoBodyStatus = 204;
    private const int NotModifiedStatus = 304;

    /// <inheritdoc />
    protected override Malformed TooLong => Malformed.Http;

    /// <inheritdoc />
    protected override bool IsStart(ReadOnlySpan<byte> payload) => HttpStartLine.MayBegin(payload);

    /// <inheritdoc />
    protected override int Read(in PacketHeader packet, ReadOnlySpan<byte> bytes, bool isCut, IObservationSink sink)
    {
        for (var at = 0; at < bytes.Length;)
        {
            var message = bytes[at..];
            if (!HttpStartLine.TryRead(message, out var line)) return !isCut && HttpStartLine.MayBegin(message) ? at : -1;
            var fields = message[line.Length..];
            var end = HttpFieldReader.FindEnd(fields);
            if (end < 0 && !isCut) return at;
            var lines = end < 0 ? fields : fields[..end];
            var header = HttpHeader.Read(lines);
            if (header.IsBroken) sink.Fault(Malformed.Http);
            var isPartial = end < 0 || header.IsBroken;
            if (line.IsResponse) Answered(in packet, in line, in header, lines, isPartial, sink);
            else Requested(in packet, in line, in header, lines, isPartial, sink);
            var body = BodyLength(in line, in header);
            if (end < 0 || body < 0 || body >= fields.Length - end) return -1;
            at += line.Length + end + (int)body;
        }
        return -1;
    }

    /// <summary>
    /// Bytes between this header and the next message (RFC 9112 §6.3); -1 when only the end of the stream or chunks tell.
    /// </summary>
    private static long BodyLength(in HttpStartLine line, in HttpHeader header) => line switch
    {
        { IsResponse: false } => header.BodyLength,
        { Status: < 200 or NoBodyStatus or NotModifiedStatus } => 0,
        _ => header.HasBodyLength ? header.BodyLength : -1,
    };

    private void Requested(in PacketHeader packet, in HttpStartLine line, in HttpHeader header, ReadOnlySpan<byte> lines, bool isPartial,
        IObservationSink sink)
    {
        Span<char> buffer = stackalloc char[DeviceFact.MaxLength];
        var fact = new HttpSignature(buffer, isResponse: false);
        fact.Write(line.MinorVersion, lines, HttpHeader.MaxFields, isFact: true);
        var host = header.HasHost ? header.Host : line.Authority;
        var hash = Hash(in packet, fact.Written, ContentHash.Of(line.Method), ContentHash.Of(host), ContentHash.Of(header.UserAgent));
        if (!IsNews(hash, in packet)) return;
        var userAgent = header.HasUserAgent ? HttpHeader.Text(header.UserAgent, DeviceFact.MaxLength) : null;
        var origin = Origins.OfSender(in packet, site);
        sink.Emit(new HttpRequestObservation(isPartial ? origin with { IsTruncated = true } : origin)
        {
            Method = System.Text.Encoding.ASCII.GetString(line.Method),
            Host = header.HasHost || !line.Authority.IsEmpty ? HttpHeader.Text(host, MaxHost) : null,
            UserAgent = userAgent,
            MinorVersion = line.MinorVersion,
            FieldNames = HttpHeader.Names(lines),
            Signature = Signature(in line, lines),
            Facts = userAgent is { Length: > 0 }
                ? [new DeviceFact(FactKind.UserAgent, userAgent), new DeviceFact(FactKind.HttpRequest, fact.Written.ToString())]
                : [new DeviceFact(FactKind.HttpRequest, fact.Written.ToString())],
        });
    }

    private void Answered(in PacketHeader packet, in HttpStartLine line, in HttpHeader header, ReadOnlySpan<byte> lines, bool isPartial,
        IObservationSink sink)
    {
        Span<char> buffer = stackalloc char[DeviceFact.MaxLength];
        var fact = new HttpSignature(buffer, isResponse: true);
        fact.Write(line.MinorVersion, lines, HttpHeader.MaxFields, isFact: true);
        var hash = Hash(in packet, fact.Written, (ulong)line.Status, packet.SourcePort, ContentHash.Of(header.Server));
        if (!IsNews(hash, in packet)) return;
        var server = header.HasServer ? HttpHeader.Text(header.Server, DeviceFact.MaxLength) : null;
        var origin = Origins.OfServer(in packet, site, LocalNetworks);
        sink.Emit(new HttpResponseObservation(isPartial ? origin with { IsTruncated = true } : origin)
        {
            Status = line.Status,
            Server = server,
            MinorVersion = line.MinorVersion,
            FieldNames = HttpHeader.Names(lines),
            Signature = Signature(in line, lines),
            Facts = server is { Length: > 0 }
                ? [new DeviceFact(FactKind.HttpServer, server), new DeviceFact(FactKind.HttpResponse, fact.Written.ToString())]
                : [new DeviceFact(FactKind.HttpResponse, fact.Written.ToString())],
        });
    }

    private static string Signature(in HttpStartLine line, ReadOnlySpan<byte> lines)
    {
        Span<char> buffer = stackalloc char[HttpSignature.MaxLength];
        var signature = new HttpSignature(buffer, line.IsResponse);
        signature.Write(line.MinorVersion, lines, HttpHeader.MaxFields, isFact: false);
        return signature.Written.ToString();
    }

    private static ulong Hash(in PacketHeader packet, ReadOnlySpan<char> signature, ulong first, ulong second, ulong third)
    {
        var content = ContentHash.Mix(ContentHash.Of(MemoryMarshal.AsBytes(signature)) ^ first, second ^ 0x9E3779B97F4A7C15);
        return SenderHash.Of(in packet, content, third);
    }
}
