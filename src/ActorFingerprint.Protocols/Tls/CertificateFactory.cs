using System.Security.Cryptography;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols.Tls;

/// <summary>Turns leaf certificates into what is kept of them. A server's next connection shows the same one and costs no hash.</summary>
internal sealed class CertificateFactory
{
    private const int Slots = 256;

    private readonly ContentCache<ServerCertificate> _known = new(Slots);

    /// <summary>Reads a certificate in DER; null when its fields cannot be found.</summary>
    public ServerCertificate? Read(ReadOnlySpan<byte> certificate)
    {
        var hash = ContentHash.Of(certificate);
        var known = _known.Find(hash, certificate);
        if (known is not null) return known;
        if (!CertificateNames.TryFind(certificate, out var issuer, out var subject)) return null;
        known = new ServerCertificate(Convert.ToHexStringLower(SHA256.HashData(certificate)),
            DistinguishedName.Format(issuer, ServerCertificate.MaxName), DistinguishedName.Format(subject, ServerCertificate.MaxName));
        _known.Offer(hash, certificate, known);
        return known;
    }
}
