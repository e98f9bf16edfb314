using System.Globalization;

namespace ActorFingerprint.Cluster.RabbitMq;

/// <summary>How the nodes of a cluster find and use their broker.</summary>
public sealed record BrokerOptions
{
    /// <summary>
    /// Nodes of the broker, <c>amqp://host:port</c> or <c>amqps://host:port</c>, tried in turn. One with a user in it overrides
    /// <see cref="UserName"/> and <see cref="Password"/>.
    /// </summary>
    public IReadOnlyList<Uri> Addresses { get; init; } = [new("amqp://127.0.0.1:5672")];

    /// <summary>Virtual host.</summary>
    public string VirtualHost { get; init; } = "/";

    /// <summary>User.</summary>
    public string UserName { get; init; } = "guest";

    /// <summary>Password; empty takes that of <see cref="PasswordFile"/>.</summary>
    public string Password { get; init; } = "";

    /// <summary>A file of mode 0600 that holds the password, read anew at each connection; empty when there is none.</summary>
    public string PasswordFile { get; init; } = "";

    /// <summary>How <c>amqps</c> is secured.</summary>
    public BrokerTlsOptions Tls { get; init; } = new();

    /// <summary>Heartbeat of connections. A peer that is silent for two of them is lost: the time to a takeover when a node hangs.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>First part of every exchange's and queue's name: clusters that share a virtual host have different ones.</summary>
    public string Prefix { get; init; } = "actorfp";

    /// <summary>Batches on their way to the broker and not confirmed yet, all shards together.</summary>
    public int PublishWindow { get; init; } = 256;

    /// <summary>Batches of one shard that its owner has taken and not committed yet.</summary>
    public int Prefetch { get; init; } = 8;

    /// <summary>
    /// Bytes that may wait in one shard's queue; batches beyond it are refused and stay with their sensor. Fixed when the queue is made.
    /// </summary>
    public long MaxShardQueueBytes { get; init; } = 128L << 20;

    /// <summary>Bytes that may wait in the queue of dead letters; beyond it, shards that have one more wait. Fixed when the queue is made.</summary>
    public long MaxDeadLetterBytes { get; init; } = 1L << 30;

    /// <summary>Pause after the first round of failed attempts to connect; doubled from round to round.</summary>
    public TimeSpan ReconnectLeast { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Longest pause between two rounds.</summary>
    public TimeSpan ReconnectMost { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The password does not appear.</summary>
    public override string ToString() =>
        $"{nameof(BrokerOptions)} {{ {string.Join(", ", Addresses.Select(Describe))}, {VirtualHost}, {Prefix} }}";

    /// <summary>An address without its user and password.</summary>
    public static string Describe(Uri address) =>
        string.Create(CultureInfo.InvariantCulture, $"{address.Scheme}://{address.Host}:{PortOf(address)}");

    internal static bool IsTls(Uri address) => address.Scheme == "amqps";

    internal static int PortOf(Uri address) => address.Port > 0 ? address.Port : IsTls(address) ? 5671 : 5672;
}

/// <summary>TLS to the broker.</summary>
public sealed record BrokerTlsOptions
{
    /// <summary>PEM file of the authorities that may have signed the broker's certificate; empty takes the system's.</summary>
    public string Authorities { get; init; } = "";

    /// <summary>Name that the certificate must have; empty takes the host of the address.</summary>
    public string ServerName { get; init; } = "";

    /// <summary>PEM certificate of this node, when the broker asks for one; empty when it does not.</summary>
    public string Certificate { get; init; } = "";

    /// <summary>PEM private key of <see cref="Certificate"/>.</summary>
    public string CertificateKey { get; init; } = "";
}
