using ActorFingerprint.Engine.Membership;
using Microsoft.Extensions.Configuration;

namespace ActorFingerprint.Node.Configuration;

/// <summary>Several nodes that share their work (docs/cluster.md). All of it is only used with <c>cluster.enabled</c>.</summary>
public sealed record ClusterOptions : ICrossChecked
{
    /// <summary>Whether this node is one of several.</summary>
    [ConfigurationKeyName("enabled")] public bool Enabled { get; init; }

    /// <summary>What this node does: <c>sensor</c>, <c>engine</c>, <c>api</c>.</summary>
    [ConfigurationKeyName("roles")] public IReadOnlyList<string> Roles { get; init; } = NodeRoles.All;

    /// <summary>Host name or address under which the other nodes reach this one.</summary>
    [ConfigurationKeyName("host")] public string Host { get; init; } = "127.0.0.1";

    /// <summary>The broker.</summary>
    [ConfigurationKeyName("broker")] public ClusterBrokerOptions Broker { get; init; } = new();

    /// <summary>Asks from node to node.</summary>
    [ConfigurationKeyName("asks")] public ClusterAskOptions Asks { get; init; } = new();

    /// <summary>What a sensor keeps until the broker has it.</summary>
    [ConfigurationKeyName("spool")] public ClusterSpoolOptions Spool { get; init; } = new();

    /// <summary>Whether this node reads sources.</summary>
    public bool IsSensor => Roles.Contains(NodeRoles.Sensor, StringComparer.Ordinal);

    /// <summary>Whether this node owns shards.</summary>
    public bool IsEngine => Roles.Contains(NodeRoles.Engine, StringComparer.Ordinal);

    /// <summary>Whether this node needs the shared store: all but one that is a sensor alone.</summary>
    public bool NeedsStore => Roles.Any(role => role != NodeRoles.Sensor);

    /// <inheritdoc />
    public IEnumerable<(string Key, string Message)> Problems()
    {
        if (Roles.Count == 0) yield return ("roles", "is empty: name at least one of sensor, engine, api");
        foreach (var role in Roles.Except(NodeRoles.All)) yield return ("roles", $"'{role}' is no role; the roles are sensor, engine, api");
        if (Uri.CheckHostName(Host) == UriHostNameType.Unknown) yield return ("host", $"'{Host}' is no host name or address");
    }
}

/// <summary>Asks from node to node: HTTP/2 on a port of its own.</summary>
public sealed record ClusterAskOptions : ICrossChecked
{
    /// <summary>Address to listen at.</summary>
    [ConfigurationKeyName("bind")] public string Bind { get; init; } = "127.0.0.1";

    /// <summary>Port to listen at; 0 takes a free one.</summary>
    [ConfigurationKeyName("port")][CountRange(0, 65_535)] public int Port { get; init; } = 25520;

    /// <summary>A file of mode 0600 with the secret that all nodes share, 32 bytes or more in its first line.</summary>
    [ConfigurationKeyName("secret-file")] public string SecretFile { get; init; } = "";

    /// <summary>PEM certificate of this node; empty for clear text.</summary>
    [ConfigurationKeyName("certificate")] public string Certificate { get; init; } = "";

    /// <summary>PEM private key of the certificate.</summary>
    [ConfigurationKeyName("certificate-key")] public string CertificateKey { get; init; } = "";

    /// <summary>PEM file of the authorities that signed the other nodes' certificates: both sides must show one then.</summary>
    [ConfigurationKeyName("authorities")] public string Authorities { get; init; } = "";

    /// <summary>How long an ask may take.</summary>
    [ConfigurationKeyName("deadline")][DurationRange("10ms", "1m")] public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(5);

    /// <inheritdoc />
    public IEnumerable<(string Key, string Message)> Problems()
    {
        if (!System.Net.IPAddress.TryParse(Bind, out var address)) yield return ("bind", $"'{Bind}' is no address to listen at");
        else if (!System.Net.IPAddress.IsLoopback(address) && Certificate.Length == 0)
            yield return ("certificate", "is needed when cluster.asks.bind is not a loopback address: asks and answers would cross the network in clear text");
        if (Certificate.Length > 0 != CertificateKey.Length > 0) yield return ("certificate-key", "belongs to cluster.asks.certificate: give both, or neither");
        if (Authorities.Length > 0 && Certificate.Length == 0) yield return ("authorities", "need a cluster.asks.certificate of this node");
    }
}

/// <summary>What a sensor keeps on its disk until the broker has confirmed it.</summary>
public sealed record ClusterSpoolOptions
{
    /// <summary>Folder; empty takes <c>spool</c> in <c>node.folder</c>.</summary>
    [ConfigurationKeyName("folder")] public string Folder { get; init; } = "";

    /// <summary>Most bytes of it; sources wait beyond.</summary>
    [ConfigurationKeyName("max-bytes")][SizeRange("16 MiB", "1 TiB")] public ByteSize MaxBytes { get; init; } = ByteSize.MiB(4096);

    /// <summary>Size of one of its files.</summary>
    [ConfigurationKeyName("segment-bytes")][SizeRange("1 MiB", "1 GiB")] public ByteSize SegmentBytes { get; init; } = ByteSize.MiB(64);

    /// <summary>Shortest time between two flushes to the disk, unless much waits.</summary>
    [ConfigurationKeyName("flush-interval")][DurationRange("1ms", "1s")] public TimeSpan FlushInterval { get; init; } = TimeSpan.FromMilliseconds(5);
}
