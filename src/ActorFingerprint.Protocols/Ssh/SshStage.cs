using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Core.Text;
using ActorFingerprint.Protocols.Tcp;

namespace ActorFingerprint.Protocols.Ssh;

/// <summary>
/// SSH identification strings and key exchange offers, on any port, to observations (README.md beside this file). One instance serves one
/// partition.
/// </summary>
/// <param name="site">Site name in the keys of devices without a MAC address.</param>
/// <param name="limits">Bounds of the state.</param>
public sealed class SshStage(string site, ReassemblyLimits limits) : MessageStage(limits)
{
    /// <summary>Networks of one's own beside the private ones: their servers are devices.</summary>
    public IReadOnlyList<NetworkPrefix> LocalNetworks { get; init; } = [];

    private const ushort Port = 22;

    /// <inheritdoc />
    protected override Malformed TooLong => Malformed.Ssh;

    /// <inheritdoc />
    protected override bool IsStart(ReadOnlySpan<byte> payload) =>
        payload is [(byte)'S', ..] ? SshIdentification.IsStart(payload) : payload is [0, ..] && KexInit.IsStart(payload);

    /// <inheritdoc />
    protected override int Read(in PacketHeader packet, ReadOnlySpan<byte> bytes, bool isCut, IObservationSink sink)
    {
        var at = 0;
        while (at < bytes.Length)
        {
            var message = bytes[at..];
            if (SshIdentification.IsStart(message))
            {
                if (SshIdentification.TryRead(message, out var text, out var length, out var isBroken))
                {
                    Identified(in packet, text, sink);
                    at += length;
                    continue;
                }
                if (isBroken) sink.Fault(Malformed.Ssh);
                return isBroken || isCut ? -1 : at;
            }
            switch (KexInit.Read(message, out var offer))
            {
                case KexInitScan.Whole:
                    Offered(in packet, in offer, message[..offer.Length], sink);
                    at += offer.Length;
                    continue;
                case KexInitScan.Incomplete:
                    return isCut ? -1 : at;
                case KexInitScan.Broken:
                    sink.Fault(Malformed.Ssh);
                    return -1;
                default:
                    return isCut || message.Length >= KexInit.MinStart || message[0] != 0 ? -1 : at;
            }
        }
        return -1;
    }

    private void Identified(in PacketHeader packet, ReadOnlySpan<byte> text, IObservationSink sink)
    {
        var isServer = IsServerByPort(in packet);
        if (!IsNews(Hash(in packet, text, isServer), in packet)) return;
        var identification = WireText.Escape(text);
        var fact = identification.Length <= DeviceFact.MaxLength ? identification : identification[..DeviceFact.MaxLength];
        sink.Emit(new SshIdentificationObservation(OriginOf(in packet, isServer))
        {
            IsServer = isServer,
            Identification = identification,
            Facts = [new DeviceFact(isServer ? FactKind.SshServer : FactKind.SshClient, fact)],
        });
    }

    private void Offered(in PacketHeader packet, in KexInit offer, ReadOnlySpan<byte> bytes, IObservationSink sink)
    {
        var isServer = IsServer(in packet, offer.List(SshList.KeyExchange));
        if (!IsNews(Hash(in packet, bytes[KexInit.FirstList..], isServer), in packet)) return;
        var hassh = Hassh.Of(in offer, isServer);
        sink.Emit(new SshKeyExchangeObservation(OriginOf(in packet, isServer))
        {
            IsServer = isServer,
            Hassh = hassh,
            Offer = new SshOffer
            {
                KeyExchange = Text(offer.List(SshList.KeyExchange)),
                HostKey = Text(offer.List(SshList.HostKey)),
                CipherToServer = Text(offer.List(SshList.CipherToServer)),
                CipherToClient = Text(offer.List(SshList.CipherToClient)),
                MacToServer = Text(offer.List(SshList.MacToServer)),
                MacToClient = Text(offer.List(SshList.MacToClient)),
                CompressionToServer = Text(offer.List(SshList.CompressionToServer)),
                CompressionToClient = Text(offer.List(SshList.CompressionToClient)),
                LanguageToServer = Text(offer.List(SshList.LanguageToServer)),
                LanguageToClient = Text(offer.List(SshList.LanguageToClient)),
            },
            Facts = [new DeviceFact(isServer ? FactKind.HasshServer : FactKind.Hassh, hassh)],
        });
    }

    private Origin OriginOf(in PacketHeader packet, bool isServer) =>
        isServer ? Origins.OfServer(in packet, site, LocalNetworks) : Origins.OfSender(in packet, site);

    /// <summary>
    /// The markers that only one side may send tell who it is (RFC 8308 §2.1, and OpenSSH's strict key exchange); else the ports.
    /// </summary>
    private static bool IsServer(in PacketHeader packet, ReadOnlySpan<byte> keyExchange)
    {
        if (keyExchange.IndexOf("ext-info-s"u8) >= 0 || keyExchange.IndexOf("kex-strict-s-"u8) >= 0) return true;
        if (keyExchange.IndexOf("ext-info-c"u8) >= 0 || keyExchange.IndexOf("kex-strict-c-"u8) >= 0) return false;
        return IsServerByPort(in packet);
    }

    /// <summary>Port 22 is the server's; else the lower port is.</summary>
    private static bool IsServerByPort(in PacketHeader packet) =>
        packet.SourcePort == Port || (packet.DestinationPort != Port && packet.SourcePort < packet.DestinationPort);

    private static ulong Hash(in PacketHeader packet, ReadOnlySpan<byte> content, bool isServer) =>
        SenderHash.Of(in packet, ContentHash.Of(content), isServer ? packet.SourcePort : 0UL);

    private static string Text(ReadOnlySpan<byte> list)
    {
        var text = WireText.Escape(list[..Math.Min(list.Length, SshOffer.MaxLength)]);
        return text.Length <= SshOffer.MaxLength ? text : text[..SshOffer.MaxLength];
    }
}
