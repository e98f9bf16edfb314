using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ActorFingerprint.Tests.Protocols.Tls;

/// <summary>Certificates and the messages that carry them, made by code.</summary>
internal static class CertificateBytes
{
    /// <summary>A self-signed certificate in DER, with as many alternative names as asked.</summary>
    public static byte[] Make(string subject = "O=Example, CN=printer.lan", int names = 0) =>
        Make(new X500DistinguishedName(subject, X500DistinguishedNameFlags.None), names);

    /// <summary>A self-signed certificate in DER.</summary>
    public static byte[] Make(X500DistinguishedName subject, int names = 0)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        for (var i = 0; i < names; i++) alternatives.AddDnsName($"host-{i:d4}.example");
        if (names > 0) request.CertificateExtensions.Add(alternatives.Build());
        var start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using var certificate = request.CreateSelfSigned(start, start.AddYears(1));
        return certificate.RawData;
    }

    /// <summary>A ServerHello of TLS 1.2 or older.</summary>
    public static byte[] ServerHello(byte seed = 1, ushort version = 0x0303) => TlsBytes.Message(2,
    [
        .. TlsBytes.U16(version), .. Enumerable.Repeat(seed, 32), 0, .. TlsBytes.U16(0xC02F), 0,
        .. TlsBytes.Vector16([.. TlsBytes.Extension(0xFF01, [0]), .. TlsBytes.Extension(11, [1, 0])]),
    ]);

    /// <summary>A Certificate message with these certificates, the leaf first.</summary>
    public static byte[] Message(params byte[][] chain) =>
        TlsBytes.Message(11, Vector24([.. chain.SelectMany(Vector24)]));

    private static byte[] Vector24(byte[] content) =>
        [(byte)(content.Length >> 16), (byte)(content.Length >> 8), (byte)content.Length, .. content];
}
