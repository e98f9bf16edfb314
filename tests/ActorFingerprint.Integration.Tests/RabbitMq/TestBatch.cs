using System.Globalization;
using System.Text;
using ActorFingerprint.Cluster.RabbitMq;
using ActorFingerprint.Engine.Sharding;

namespace ActorFingerprint.Integration.Tests.RabbitMq;

/// <summary>Batches of no observations, as short texts, padded to a size where that matters.</summary>
internal static class TestBatch
{
    public const string Region = "device";
    public const string Poison = "poison";

    public static OutgoingBatch Of(int shard, string run, long number, int size = 0)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{run} {number} {shard} ").PadRight(size, '.');
        return new OutgoingBatch(new BatchHeaders(Region, shard, run, number), Encoding.UTF8.GetBytes(text));
    }

    public static OutgoingBatch Unreadable(int shard, string run, long number) =>
        new(new BatchHeaders(Region, shard, run, number), Encoding.UTF8.GetBytes(Poison));

    public static (ShardBatch? Batch, string? Fault) Decode(ReadOnlyMemory<byte> message)
    {
        var parts = Encoding.UTF8.GetString(message.Span[..Math.Min(message.Length, 100)]).Split(' ');
        return parts is [var run, var number, var shard, ..]
            ? (new ShardBatch(run, long.Parse(number, CultureInfo.InvariantCulture), int.Parse(shard, CultureInfo.InvariantCulture), []), null)
            : (null, "it is no batch");
    }
}
