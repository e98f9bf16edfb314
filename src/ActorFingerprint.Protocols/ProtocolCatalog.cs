using ActorFingerprint.Protocols.Dhcp;
using ActorFingerprint.Protocols.Dtls;
using ActorFingerprint.Protocols.Quic;
using ActorFingerprint.Protocols.Tls;

namespace ActorFingerprint.Protocols;

/// <summary>One kind of stage.</summary>
/// <param name="Protocols">The stage exists when one of these is read.</param>
/// <param name="Accepts">Which packets it is given; more than one kind of stage may want the same.</param>
/// <param name="Create">Makes the stage of one partition, with state of its own.</param>
public sealed record ProtocolEntry(ProtocolSet Protocols, Interest Accepts, Func<ProtocolOptions, IProtocolStage> Create);

/// <summary>Every kind of stage there is: a new protocol is one line here.</summary>
public static class ProtocolCatalog
{
    /// <summary>Stages that share packets get them in this order.</summary>
    public static IReadOnlyList<ProtocolEntry> Entries { get; } =
    [
        new(ProtocolSet.Dhcp, Interest.Dhcp, options => new DhcpStage(options.Site) { Contents = options.Caches.DhcpContents }),
        new(ProtocolSet.Dtls, Interest.Dtls, options => new DtlsStage(options.Site, options.Dtls) { Hellos = options.Caches.DtlsHellos }),
        new(ProtocolSet.Quic, Interest.Quic, options => new QuicStage(options.Site, options.Quic) { Caches = options.Caches.Quic }),
        new(ProtocolSet.Tls, Interest.TcpStream, options => new TlsStage(options.Site, options.Reassembly)
            { Hellos = options.Caches.Hellos, Certificates = options.Caches.Certificates }),
    ];
}
