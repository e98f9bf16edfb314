using System.Runtime.InteropServices;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Protocols.Http;
using ActorFingerprint.Protocols.Tcp;

namespace ActorFingerprint.Protocols.Banners;

/// <summary>
/// Greetings of FTP, SMTP, POP3 and IMAP servers and the Server field of RTSP answers to observations (README.md beside this file). One
/// instance serves one partition.
/// </summary>
/// <param name="site">Site name in the keys of devices without a MAC address.</param>
/// <param name="limits">Bounds of the state.</param>
public sealed class BannerStage(string site, ReassemblyLimits limits) : MessageStage(limits)
{
    /// <summary>Networks of one's own beside the private ones: their servers are devices.</summary>
    public IReadOnlyList<NetworkPrefix> LocalNetworks { get; init; } = [];

    /// <inheritdoc />
    protected override Malformed TooLong => Malformed.Banner;

    /// <inheritdoc />
    protected override bool IsStart(ReadOnlySpan<byte> payload) => Greeting.IsStart(payload);

    /// <inheritdoc />
    protected override int Read(in PacketHeader packet, ReadOnlySpan<byte> bytes, bool isCut, IObservationSink sink)
    {
        if (!Greeting.IsStart(bytes)) return -1;
        return bytes[0] == 'R' ? ReadAnswer(in packet, bytes, isCut, sink) : ReadGreeting(in packet, bytes, isCut, sink);
    }

    private int ReadGreeting(in PacketHeader packet, ReadOnlySpan<byte> bytes, bool isCut, IObservationSink sink)
    {
        var head = bytes[..Math.Min(bytes.Length, Greeting.MaxLength)];
        var length = GreetingLength(head);
        if (length < 0 && head.Length < Greeting.MaxLength && !isCut) return 0;
        var greeting = length < 0 ? head : head[..length];
        var service = Greeting.ServiceOf(greeting, packet.SourcePort);
        if (service != BannerService.None) Greeted(in packet, service, GreetingText.Of(service, greeting), sink);
        return -1;
    }

    /// <summary>
    /// Bytes up to the end of the last line, without it; -1 when that has not come. A reply goes on behind a code with a hyphen.
    /// </summary>
    private static int GreetingLength(ReadOnlySpan<byte> bytes)
    {
        for (var at = 0; ;)
        {
            var end = bytes[at..].IndexOf((byte)'\n');
            if (end < 0) return -1;
            var goesOn = bytes[0] == '2' && (bytes[at..] is [_, _, _, (byte)'-', ..] || !Greeting.IsStart(bytes[at..]));
            at += end + 1;
            if (!goesOn) return bytes[..at].TrimEnd("\r\n"u8).Length;
        }
    }

    private int ReadAnswer(in PacketHeader packet, ReadOnlySpan<byte> bytes, bool isCut, IObservationSink sink)
    {
        var lineEnd = bytes.IndexOf((byte)'\n');
        var end = lineEnd < 0 ? -1 : HttpFieldReader.FindEnd(bytes[(lineEnd + 1)..]);
        if (end < 0 && !isCut) return 0;
        if (lineEnd < 0) return -1;
        var header = HttpHeader.Read(bytes[(lineEnd + 1)..]);
        if (!header.Server.IsEmpty) Greeted(in packet, BannerService.Rtsp, HttpHeader.Text(header.Server, Greeting.MaxLength), sink);
        return -1;
    }

    private void Greeted(in PacketHeader packet, BannerService service, string text, IObservationSink sink)
    {
        var name = service.ToString().ToLowerInvariant();
        var fact = $"{name}/{packet.SourcePort} {GreetingText.Stable(service, text)}".TrimEnd();
        if (!IsNews(SenderHash.Of(in packet, ContentHash.Of(MemoryMarshal.AsBytes(fact.AsSpan())), packet.SourcePort), in packet)) return;
        sink.Emit(new BannerObservation(Origins.OfServer(in packet, site, LocalNetworks))
        {
            Service = name,
            Text = text,
            Facts = [new DeviceFact(FactKind.Banner, fact.Length <= DeviceFact.MaxLength ? fact : fact[..DeviceFact.MaxLength])],
        });
    }
}
