using System.Globalization;
using System.Text;
using RabbitMQ.Client;

namespace ActorFingerprint.Cluster.RabbitMq;

/// <summary>
/// What the broker's envelope says of a batch, so that it can be described, and its number passed over, without reading the message itself.
/// </summary>
/// <param name="Region">Region of the shard.</param>
/// <param name="Shard">The shard.</param>
/// <param name="Run">The run.</param>
/// <param name="Number">Its number among the run's batches to the shard.</param>
/// <param name="RetryId">Names a second try of a batch that was set aside; null for a batch on its way.</param>
public sealed record BatchHeaders(string Region, int Shard, string Run, long Number, string? RetryId = null)
{
    /// <summary>Media type of a message in the current format.</summary>
    public const string ContentType = "application/vnd.actorfp.batch;version=1";

    internal const string Type = "actorfp.batch";
    internal const string RegionKey = "region", ShardKey = "shard", RunKey = "run", NumberKey = "number", RetryKey = "retry";
    internal const string ReasonKey = "reason", AtKey = "set-aside-at", ByKey = "set-aside-by";

    private const int MaxText = 1024;

    /// <summary>The envelope of a batch, which the broker keeps on its disk.</summary>
    internal BasicProperties ToProperties(string contentType = ContentType)
    {
        var properties = new BasicProperties
        {
            Type = Type,
            ContentType = contentType,
            Persistent = true,
            Headers = new Dictionary<string, object?> { [RegionKey] = Region, [ShardKey] = Shard, [RunKey] = Run, [NumberKey] = Number },
        };
        if (RetryId is not null) properties.Headers[RetryKey] = RetryId;
        return properties;
    }

    /// <summary>Reads an envelope; null when it lacks something.</summary>
    internal static BatchHeaders? Read(IReadOnlyBasicProperties properties) =>
        Text(properties, RegionKey) is { } region && Integer(properties, ShardKey) is { } shard and >= 0 and <= int.MaxValue
        && Text(properties, RunKey) is { } run && Integer(properties, NumberKey) is { } number
            ? new BatchHeaders(region, (int)shard, run, number, Text(properties, RetryKey))
            : null;

    internal static string? Text(IReadOnlyBasicProperties properties, string key) =>
        properties.Headers is { } headers && headers.TryGetValue(key, out var value) && value is byte[] { Length: <= MaxText } text
            ? Encoding.UTF8.GetString(text)
            : null;

    internal static long? Integer(IReadOnlyBasicProperties properties, string key) =>
        properties.Headers is { } headers && headers.TryGetValue(key, out var value) && value is IConvertible number and not string
            ? number.ToInt64(CultureInfo.InvariantCulture)
            : null;
}
