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
    [ConfigurationKeyName("asks")] public ClusterAsksOptions Asks { get; init; } = new();

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
