using ActorFingerprint.Core.Fingerprints;

namespace ActorFingerprint.Core.Observations;

/// <summary>One whole ClientHello.</summary>
public sealed class ClientHelloObservation : Observation
{
    /// <inheritdoc />
    public override string Protocol => "tls";

    /// <inheritdoc />
    public override string Event => "client_hello";

    /// <summary>The hello's fields and its fingerprints.</summary>
    public required ClientHello Hello { get; init; }
}

/// <summary>One whole ServerHello; <see cref="Observation.Source"/> is still the client.</summary>
public sealed class ServerHelloObservation : Observation
{
    /// <inheritdoc />
    public override string Protocol => "tls";

    /// <inheritdoc />
    public override string Event => "server_hello";

    /// <summary>The hello's fields and its fingerprint.</summary>
    public required ServerHello Hello { get; init; }
}
