using Microsoft.Extensions.Logging;

namespace ActorFingerprint.Cluster;

/// <summary>What the cluster logs; event ids 4000–4999. No device, no payload, no password.</summary>
internal static partial class ClusterLog
{
    [LoggerMessage(4000, LogLevel.Information, "{Connection}: connected to the broker at {Broker}")]
    public static partial void BrokerConnected(ILogger log, string connection, string broker);

    [LoggerMessage(4001, LogLevel.Warning, "{Connection}: {Problem}")]
    public static partial void BrokerProblem(ILogger log, string connection, string problem);

    [LoggerMessage(4002, LogLevel.Information, "{Connection}: the broker takes messages again")]
    public static partial void BrokerUnblocked(ILogger log, string connection);

    [LoggerMessage(4010, LogLevel.Information, "the broker has {Shards} shards of region {Region} under the prefix {Prefix}")]
    public static partial void TopologyReady(ILogger log, int shards, string region, string prefix);

    [LoggerMessage(4020, LogLevel.Warning, "region {Region}: {Problem}")]
    public static partial void PublishProblem(ILogger log, string region, string problem);

    [LoggerMessage(4021, LogLevel.Information, "region {Region}: the broker takes batches of all shards again")]
    public static partial void PublishRecovered(ILogger log, string region);

    [LoggerMessage(4030, LogLevel.Debug, "{Queue}: this node is the active consumer")]
    public static partial void ConsumerActive(ILogger log, string queue);

    [LoggerMessage(4031, LogLevel.Debug, "{Queue}: given up: {Why}")]
    public static partial void ConsumerInactive(ILogger log, string queue, string why);

    [LoggerMessage(4032, LogLevel.Warning, "{Queue}: {Problem}; tried again")]
    public static partial void ConsumerProblem(ILogger log, string queue, string problem);
}
