using ActorFingerprint.Cluster.RabbitMq;
using ActorFingerprint.Cluster.Spool;
using ActorFingerprint.Node.Configuration;

namespace ActorFingerprint.Node.Hosting;

/// <summary>What the configuration says about the cluster, as its adapters take it.</summary>
internal static class ClusterSettings
{
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
}
