using ActorFingerprint.Core.Fingerprints;

namespace ActorFingerprint.Core.Observations;

/// <summary>One whole ClientHello, of TLS, QUIC or DTLS.</summary>
public sealed class ClientHelloObservation : Observation
{
    /// <inheritdoc />
    public override string Protocol => HelloProtocol.Name(Hello.Transport);

    /// <inheritdoc />
    public override string Event => "client_hello";

    /// <inheritdoc />
    public override bool CrossesRouters => true;

    /// <summary>The hello's fields and its fingerprints.</summary>
    public required ClientHello Hello { get; init; }

    /// <summary>What QUIC says beside the hello; null for other transports.</summary>
    public QuicFacts? Quic { get; init; }
}

/// <summary>One whole ServerHello; <see cref="Observation.Source"/> is still the client.</summary>
public sealed class ServerHelloObservation : Observation
{
    /// <inheritdoc />
    public override string Protocol => HelloProtocol.Name(Hello.Transport);

    /// <inheritdoc />
    public override string Event => "server_hello";

    /// <inheritdoc />
    public override bool CrossesRouters => true;

    /// <summary>The hello's fields and its fingerprint.</summary>
    public required ServerHello Hello { get; init; }
}

/// <summary>What a QUIC client says beside its hello. Shared between observations of equal content.</summary>
/// <param name="Version">Version of the Initial packet that completed the hello.</param>
/// <param name="Parameters">Transport parameters in canonical text (docs/formats.md); empty when the hello has none.</param>
/// <param name="UserAgent">User agent parameter, escaped; null when absent.</param>
public sealed record QuicFacts(uint Version, string Parameters, string? UserAgent)
{
    /// <summary>
    /// Numbers of the transport parameters in wire order, which some stacks shuffle: hex, joined by hyphens, without GREASE.
    /// </summary>
    public string ParameterOrder { get; init; } = "";
}

internal static class HelloProtocol
{
    public static string Name(TlsTransport transport) => transport switch
    {
        TlsTransport.Quic => "quic",
        TlsTransport.Dtls => "dtls",
        _ => "tls",
    };
}
