using System.Security.Cryptography.X509Certificates;
using System.Text;
using ActorFingerprint.Cluster.Asks;
using ActorFingerprint.Cluster.RabbitMq;
using ActorFingerprint.Cluster.Spool;
using ActorFingerprint.Node.Configuration;
using ActorFingerprint.Persistence.Store;

namespace ActorFingerprint.Node.Hosting;

/// <summary>What the configuration says about the cluster, as its adapters take it.</summary>
internal static class ClusterSettings
{
    private const int LeastSecret = 32;

    public static BrokerOptions Broker(ClusterBrokerOptions options) => new()
    {
        Addresses = [.. options.Addresses.Select(address => new Uri(address))],
        VirtualHost = options.VirtualHost,
        UserName = options.Username,
        Password = options.Password,
        PasswordFile = options.PasswordFile,
        Tls = new() { Authorities = options.Authorities, Certificate = options.Certificate, CertificateKey = options.CertificateKey },
        Heartbeat = options.Heartbeat,
        Prefix = options.Prefix,
        PublishWindow = options.PublishWindow,
        Prefetch = options.Prefetch,
        MaxShardQueueBytes = options.MaxShardQueueBytes,
        MaxDeadLetterBytes = options.MaxDeadLetterBytes,
        ReconnectMost = options.ReconnectMost,
    };

    public static SpoolOptions Spool(ActorFingerprintOptions options) => new()
    {
        Folder = options.Cluster.Spool.Folder is { Length: > 0 } folder ? folder : Path.Combine(options.Node.Folder, "spool"),
        MaxBytes = options.Cluster.Spool.MaxBytes,
        SegmentBytes = (int)options.Cluster.Spool.SegmentBytes,
        FlushInterval = options.Cluster.Spool.FlushInterval,
        RetryInterval = options.Journal.RetryInterval,
    };

    /// <summary>Reads the secret and the certificates. Throws <see cref="StoreException"/> with one line.</summary>
    public static AskOptions Asks(ClusterAskOptions options)
    {
        try
        {
            var asks = new AskOptions
            {
                Secret = options.SecretFile.Length > 0 ? ReadSecret(options.SecretFile) : null,
                Certificate = options.Certificate.Length > 0 ? X509Certificate2.CreateFromPemFile(options.Certificate, options.CertificateKey) : null,
                Authorities = ReadAuthorities(options.Authorities),
                Deadline = options.Deadline,
            };
            return asks.Problem() is { } problem
                ? throw new StoreException($"{problem}: set cluster.asks.secret-file, the same on all nodes (openssl rand -hex 32 > FILE; chmod 600 FILE)")
                : asks;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException)
        {
            throw new StoreException($"cluster.asks: {error.Message}", error);
        }
    }

    private static X509Certificate2Collection ReadAuthorities(string path)
    {
        var authorities = new X509Certificate2Collection();
        if (path.Length > 0) authorities.ImportFromPemFile(path);
        return authorities;
    }

    private static byte[] ReadSecret(string path)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite)) != 0)
            throw new StoreException($"{path}: others on this machine can read the secret; run chmod 600 {path}");
        using var reader = new StreamReader(path);
        var secret = Encoding.UTF8.GetBytes(reader.ReadLine()?.Trim() ?? "");
        return secret.Length >= LeastSecret
            ? secret
            : throw new StoreException($"{path}: the secret has {secret.Length} bytes, at least {LeastSecret} are needed: openssl rand -hex 32 > {path}");
    }
}
