using System.Diagnostics.CodeAnalysis;

namespace ActorFingerprint.Core.Observations;

/// <summary>
/// The leaf certificate that a server of TLS 1.2 or older sent in clear. <see cref="Observation.Source"/> is the server, which is a device
/// only when its address is local.
/// </summary>
public sealed class CertificateObservation : SignalObservation
{
    /// <summary>At an origin; <paramref name="certificate"/> is shared between observations of the same certificate.</summary>
    [SetsRequiredMembers]
    public CertificateObservation(in Origin origin, ServerCertificate certificate) : base(origin)
    {
        Certificate = certificate;
        Facts = certificate.Facts;
    }

    /// <inheritdoc />
    public override string Protocol => "tls";

    /// <inheritdoc />
    public override string Event => "certificate";

    /// <inheritdoc />
    public override bool CrossesRouters => true;

    /// <summary>What is kept of it.</summary>
    public ServerCertificate Certificate { get; }
}

/// <summary>What is kept of a server's certificate; never the certificate itself.</summary>
/// <param name="Sha256">SHA-256 of its DER bytes, lower-case hex.</param>
/// <param name="Issuer">Issuer, at most <see cref="MaxName"/> characters (docs/formats.md).</param>
/// <param name="Subject">Subject, likewise.</param>
public sealed record ServerCertificate(string Sha256, string Issuer, string Subject)
{
    /// <summary>Longest name, in characters: both and the hash fit into one fact.</summary>
    public const int MaxName = 200;

    /// <summary>The fact that it gives about the server.</summary>
    public IReadOnlyList<DeviceFact> Facts { get; } =
        [new DeviceFact(FactKind.Certificate, $"sha256:{Sha256} subject={Subject} issuer={Issuer}")];
}
