using System.Globalization;

namespace ActorFingerprint.Cluster.RabbitMq;

/// <summary>Names of the cluster's exchanges and queues.</summary>
public sealed class TopologyNames(string prefix)
{
    /// <summary>Exchange of a region: direct, routing key = shard.</summary>
    public string Exchange(string region) => $"{prefix}.{region}";

    /// <summary>Queue of a shard.</summary>
    public string ShardQueue(string region, int shard) => string.Create(CultureInfo.InvariantCulture, $"{prefix}.{region}.shard.{shard}");

    /// <summary>A queue that never holds a message: its length limit is the number of the region's shards, which no later node can change.</summary>
    public string ShardCount(string region) => $"{prefix}.{region}.shards";

    /// <summary>Routing key of a shard.</summary>
    public static string RoutingKey(int shard) => shard.ToString(CultureInfo.InvariantCulture);

    /// <summary>Queue of batches that were set aside.</summary>
    public string DeadLetters => $"{prefix}.dead-letters";

    /// <summary>Exchange of what nodes tell of themselves: fanout.</summary>
    public string Announcements => $"{prefix}.announcements";

    /// <summary>Queue whose active consumer is the one that does a thing.</summary>
    public string Singleton(string name) => $"{prefix}.singleton.{name}";
}
