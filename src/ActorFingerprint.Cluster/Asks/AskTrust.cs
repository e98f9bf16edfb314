using System.Security.Cryptography.X509Certificates;

namespace ActorFingerprint.Cluster.Asks;

/// <summary>Trust in nothing but the cluster's own authorities.</summary>
internal static class AskTrust
{
    /// <summary>How a chain is built to them.</summary>
    public static X509ChainPolicy PolicyOf(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }

    /// <summary>Whether one of them has signed a certificate.</summary>
    public static bool IsTrusted(X509Certificate2? certificate, X509Certificate2Collection authorities)
    {
        if (certificate is null) return false;
        using var chain = new X509Chain { ChainPolicy = PolicyOf(authorities) };
        return chain.Build(certificate);
    }
}
