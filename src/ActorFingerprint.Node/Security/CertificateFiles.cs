using System.Security.Cryptography.X509Certificates;

namespace ActorFingerprint.Node.Security;

/// <summary>Certificates with their keys, from PKCS #12 or PEM files.</summary>
internal static class CertificateFiles
{
    /// <summary>Loads one. <paramref name="key"/>: the PEM key; empty for a PKCS #12 file. An empty password is none.</summary>
    public static X509Certificate2 Load(string certificate, string key, string password)
    {
        var secret = password.Length > 0 ? password : null;
        if (key.Length == 0) return X509CertificateLoader.LoadPkcs12FromFile(certificate, secret);
        return secret is null
            ? X509Certificate2.CreateFromPemFile(certificate, key)
            : X509Certificate2.CreateFromEncryptedPemFile(certificate, secret, key);
    }
}
