using ActorFingerprint.Core.Fingerprints;
using ActorFingerprint.Protocols.Tls;

namespace ActorFingerprint.Protocols.Quic;

/// <summary>What the QUIC stages of one thread share, whatever their partition. Results do not depend on it.</summary>
internal sealed class QuicCaches
{
    /// <summary>Hellos.</summary>
    public HelloFactory Hellos { get; } = new(TlsTransport.Quic);

    /// <summary>Transport parameters.</summary>
    public TransportParameters Parameters { get; } = new();

    /// <summary>Keys of the newest connections.</summary>
    public InitialKeyCache Keys { get; } = new();
}
