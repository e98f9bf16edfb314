using System.Text.Json;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols.Tls;

/// <summary>The <c>certificate</c> object of the observation contract (docs/formats.md).</summary>
internal static class CertificateJson
{
    /// <summary>Writes the object; members always present and in this order.</summary>
    public static void Write(Utf8JsonWriter json, ServerCertificate certificate)
    {
        json.WriteStartObject("certificate"u8);
        json.WriteString("sha256"u8, certificate.Sha256);
        json.WriteString("issuer"u8, certificate.Issuer);
        json.WriteString("subject"u8, certificate.Subject);
        json.WriteEndObject();
    }
}
