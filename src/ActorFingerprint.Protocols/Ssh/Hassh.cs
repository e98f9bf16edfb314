using System.Security.Cryptography;

namespace ActorFingerprint.Protocols.Ssh;

/// <summary>
/// HASSH and HASSHServer: lower-case hex of the MD5 of <c>kex;encryption;mac;compression</c>, with the lists of the sender's own direction.
/// MD5 is part of the definition, not a security measure.
/// </summary>
internal static class Hassh
{
    /// <summary>HASSH of a client's offer, HASSHServer of a server's.</summary>
    public static string Of(in KexInit offer, bool isServer)
    {
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        md5.AppendData(offer.List(SshList.KeyExchange));
        md5.AppendData(";"u8);
        md5.AppendData(offer.List(isServer ? SshList.CipherToClient : SshList.CipherToServer));
        md5.AppendData(";"u8);
        md5.AppendData(offer.List(isServer ? SshList.MacToClient : SshList.MacToServer));
        md5.AppendData(";"u8);
        md5.AppendData(offer.List(isServer ? SshList.CompressionToClient : SshList.CompressionToServer));
        Span<byte> digest = stackalloc byte[MD5.HashSizeInBytes];
        md5.GetHashAndReset(digest);
        return Convert.ToHexStringLower(digest);
    }
}
