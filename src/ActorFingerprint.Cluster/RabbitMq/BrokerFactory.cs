using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using RabbitMQ.Client;

namespace ActorFingerprint.Cluster.RabbitMq;

/// <summary>Opens one connection to one node of the broker.</summary>
internal static class BrokerFactory
{
    /// <summary>A node that is held still takes connections, by its kernel, and never answers.</summary>
    private static readonly TimeSpan HandshakePatience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Connects. The client's own recovery is off: it brings consumers back on the same channel objects without saying that the messages they
    /// held went to somebody else, waits a fixed time whatever happened, and drops publishes without confirm. Here the loss of a connection is
    /// the loss of all that was on it, and each user builds its part anew on the next.
    /// </summary>
    public static Task<IConnection> ConnectAsync(BrokerOptions options, Uri address, string name, CancellationToken stop)
    {
        var (user, password) = Credentials(options, address);
        var factory = new ConnectionFactory
        {
            HostName = address.Host,
            Port = BrokerOptions.PortOf(address),
            VirtualHost = options.VirtualHost,
            UserName = user,
            Password = password,
            RequestedHeartbeat = options.Heartbeat,
            RequestedConnectionTimeout = HandshakePatience,
            HandshakeContinuationTimeout = HandshakePatience,
            ContinuationTimeout = AnswerPatience,
            AutomaticRecoveryEnabled = false,
            TopologyRecoveryEnabled = false,
            ClientProvidedName = name,
        };
        if (BrokerOptions.IsTls(address)) Secure(factory.Ssl, options.Tls, address.Host);
        return factory.CreateConnectionAsync(stop);
    }

    private static (string User, string Password) Credentials(BrokerOptions options, Uri address)
    {
        if (address.UserInfo is not { Length: > 0 } info)
            return (options.UserName, options.Password.Length > 0 || options.PasswordFile.Length == 0 ? options.Password : ReadSecret(options.PasswordFile));
        var colon = info.IndexOf(':', StringComparison.Ordinal);
        return colon < 0
            ? (Uri.UnescapeDataString(info), options.Password)
            : (Uri.UnescapeDataString(info[..colon]), Uri.UnescapeDataString(info[(colon + 1)..]));
    }

    private static string ReadSecret(string path)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite)) != 0)
            throw new IOException($"{path}: others on this machine can read the password: run chmod 600 {path}");
        return File.ReadAllText(path).Trim();
    }

    private static void Secure(SslOption ssl, BrokerTlsOptions tls, string host)
    {
        ssl.Enabled = true;
        ssl.ServerName = tls.ServerName.Length > 0 ? tls.ServerName : host;
        if (tls.Certificate.Length > 0)
            ssl.Certs = [X509Certificate2.CreateFromPemFile(tls.Certificate, tls.CertificateKey.Length > 0 ? tls.CertificateKey : null)];
        if (tls.Authorities.Length == 0) return;
        var trusted = new X509Certificate2Collection();
        trusted.ImportFromPemFile(tls.Authorities);
        ssl.CertificateValidationCallback = (_, certificate, chain, errors) => IsTrusted(certificate, chain, errors, trusted);
    }

    /// <summary>The name must fit, and the chain must end at one of ours; the system's authorities do not count.</summary>
    private static bool IsTrusted(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors, X509Certificate2Collection trusted)
    {
        if (certificate is not X509Certificate2 leaf || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != 0) return false;
        using var own = new X509Chain();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.CustomTrustStore.AddRange(trusted);
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        if (chain is not null) own.ChainPolicy.ExtraStore.AddRange(chain.ChainElements.Select(element => element.Certificate).ToArray());
        return own.Build(leaf);
    }
}
