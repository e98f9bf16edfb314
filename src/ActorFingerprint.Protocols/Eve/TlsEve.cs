using System.Text.Json;
using ActorFingerprint.Core.Fingerprints;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Core.Text;

namespace ActorFingerprint.Protocols.Eve;

/// <summary>
/// The <c>tls</c> event: one a hello or certificate, where Suricata writes one a connection. DTLS hellos have the same members
/// under <c>dtls</c>.
/// </summary>
internal static class TlsEve
{
    public static void Write(Utf8JsonWriter json, Observation observation)
    {
        json.WriteStartObject(observation.Protocol);
        if (observation is ClientHelloObservation client) WriteClient(json, client.Hello);
        else if (observation is ServerHelloObservation server) WriteServer(json, server.Hello);
        else if (observation is CertificateObservation { Certificate: { } certificate }) WriteCertificate(json, certificate);
        json.WriteEndObject();
    }

    /// <summary>The members that TLS, DTLS and QUIC share.</summary>
    public static void WriteFingerprints(Utf8JsonWriter json, ClientHello hello)
    {
        WriteJa3(json, "ja3"u8, hello.Ja3, hello.Ja3Text());
        json.WriteString("ja4"u8, hello.Ja4);
    }

    /// <summary>JA3S as hash and string.</summary>
    public static void WriteFingerprints(Utf8JsonWriter json, ServerHello hello) =>
        WriteJa3(json, "ja3s"u8, hello.Ja3S, hello.Ja3SText());

    private static void WriteClient(Utf8JsonWriter json, ClientHello hello)
    {
        if (hello.Sni.Length > 0) json.WriteString("sni"u8, hello.Sni);
        json.WriteString("version"u8, VersionName(hello.HighestVersion));
        if (hello.Alpn is { Length: > 0 } names)
        {
            json.WriteStartArray("client_alpns"u8);
            foreach (var name in names) json.WriteStringValue(WireText.Escape(name));
            json.WriteEndArray();
        }
        WriteFingerprints(json, hello);
    }

    private static void WriteServer(Utf8JsonWriter json, ServerHello hello)
    {
        json.WriteString("version"u8, VersionName(hello.SelectedVersion ?? hello.LegacyVersion));
        WriteFingerprints(json, hello);
    }

    private static void WriteCertificate(Utf8JsonWriter json, ServerCertificate certificate)
    {
        json.WriteString("subject"u8, certificate.Subject);
        json.WriteString("issuerdn"u8, certificate.Issuer);
        json.WriteString("sha256"u8, certificate.Sha256);
    }

    private static void WriteJa3(Utf8JsonWriter json, ReadOnlySpan<byte> name, string hash, string text)
    {
        json.WriteStartObject(name);
        json.WriteString("hash"u8, hash);
        json.WriteString("string"u8, text);
        json.WriteEndObject();
    }

    private static string VersionName(ushort version) => version switch
    {
        0x0304 => "TLS 1.3",
        0x0303 => "TLS 1.2",
        0x0302 => "TLS 1.1",
        0x0301 => "TLSv1",
        0x0300 => "SSLv3",
        0xFEFF => "DTLS 1.0",
        0xFEFD => "DTLS 1.2",
        0xFEFC => "DTLS 1.3",
        _ => $"0x{version:x4}",
    };
}
