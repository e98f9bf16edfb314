using Microsoft.Extensions.Configuration;

namespace ActorFingerprint.Node.Configuration;

/// <summary>The broker of a cluster, RabbitMQ 3.10 or later.</summary>
public sealed record ClusterBrokerOptions : ICrossChecked
{
    /// <summary>Its nodes, <c>amqp://host:port</c> or <c>amqps://host:port</c>, tried in turn.</summary>
    [ConfigurationKeyName("addresses")] public IReadOnlyList<string> Addresses { get; init; } = ["amqp://127.0.0.1:5672"];

    /// <summary>Virtual host.</summary>
    [ConfigurationKeyName("virtual-host")] public string VirtualHost { get; init; } = "/";

    /// <summary>User.</summary>
    [ConfigurationKeyName("username")] public string Username { get; init; } = "guest";

    /// <summary>Password; empty takes <see cref="PasswordFile"/>.</summary>
    [ConfigurationKeyName("password")] public string Password { get; init; } = "";

    /// <summary>A file of mode 0600 with the password.</summary>
    [ConfigurationKeyName("password-file")] public string PasswordFile { get; init; } = "";

    /// <summary>First part of the names of exchanges and queues.</summary>
    [ConfigurationKeyName("prefix")] public string Prefix { get; init; } = "actorfp";

    /// <summary>Silence of two of these is a lost connection.</summary>
    [ConfigurationKeyName("heartbeat")][DurationRange("1s", "1m")] public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Batches on their way to the broker and not confirmed.</summary>
    [ConfigurationKeyName("publish-window")][CountRange(1, 2000)] public int PublishWindow { get; init; } = 256;

    /// <summary>Batches of one shard that its owner has taken and not committed.</summary>
    [ConfigurationKeyName("prefetch")][CountRange(1, 256)] public int Prefetch { get; init; } = 8;

    /// <summary>Bytes that may wait in one shard's queue; fixed when it is made.</summary>
    [ConfigurationKeyName("max-shard-queue-bytes")][SizeRange("1 MiB", "64 GiB")] public ByteSize MaxShardQueueBytes { get; init; } = ByteSize.MiB(128);

    /// <summary>Bytes that may wait as dead letters; fixed when the queue is made.</summary>
    [ConfigurationKeyName("max-dead-letter-bytes")][SizeRange("1 MiB", "64 GiB")] public ByteSize MaxDeadLetterBytes { get; init; } = ByteSize.MiB(1024);

    /// <summary>Longest pause between two attempts to connect.</summary>
    [ConfigurationKeyName("reconnect-most")][DurationRange("100ms", "5m")] public TimeSpan ReconnectMost { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>PEM file of the authorities that signed the broker's certificate; empty takes the system's.</summary>
    [ConfigurationKeyName("authorities")] public string Authorities { get; init; } = "";

    /// <summary>PEM certificate of this node, when the broker asks for one.</summary>
    [ConfigurationKeyName("certificate")] public string Certificate { get; init; } = "";

    /// <summary>PEM private key of the certificate.</summary>
    [ConfigurationKeyName("certificate-key")] public string CertificateKey { get; init; } = "";

    /// <summary>The password does not appear.</summary>
    public override string ToString() => $"{nameof(ClusterBrokerOptions)} {{ {Addresses.Count} addresses, {VirtualHost}, {Prefix} }}";

    /// <inheritdoc />
    public IEnumerable<(string Key, string Message)> Problems()
    {
        if (Addresses.Count == 0) yield return ("addresses", "is empty: name the nodes of the broker");
        foreach (var address in Addresses)
            if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("amqp" or "amqps") || uri.Host.Length == 0)
                yield return ("addresses", "has one that is not amqp://host:port or amqps://host:port");
        if (Prefix.Length is 0 or > 64 || !Prefix.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
            yield return ("prefix", "must be 1 to 64 letters, digits, '-', '_' or '.'");
        if (Password.Length > 0 && PasswordFile.Length > 0) yield return ("password", "is set, and so is cluster.broker.password-file: keep one of them");
    }
}
