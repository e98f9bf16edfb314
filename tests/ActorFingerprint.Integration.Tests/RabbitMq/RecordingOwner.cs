using System.Threading.Channels;
using ActorFingerprint.Engine.Sharding;
using Xunit;

namespace ActorFingerprint.Integration.Tests.RabbitMq;

/// <summary>An owner of shards that notes what it gets, and acknowledges it at once unless told to keep it.</summary>
internal sealed class RecordingOwner
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Channel<IShardConsumer> _activated = Channel.CreateUnbounded<IShardConsumer>();
    private readonly Channel<ShardDelivery> _deliveries = Channel.CreateUnbounded<ShardDelivery>();
    private readonly Channel<int> _over = Channel.CreateUnbounded<int>();

    /// <summary>Leaves everything unacknowledged.</summary>
    public bool Keeps { get; set; }

    public void Activated(IShardConsumer consumer)
    {
        _activated.Writer.TryWrite(consumer);
        _ = Task.Run(() => OwnAsync(consumer));
    }

    public Task<IShardConsumer> NextActivationAsync() => NextAsync(_activated);

    public Task<ShardDelivery> NextDeliveryAsync() => NextAsync(_deliveries);

    public Task<int> NextOverAsync() => NextAsync(_over);

    /// <summary>Takes deliveries until every number up to the last has come, and gives them as they came.</summary>
    public async Task<List<long>> UntilAsync(long last)
    {
        var numbers = new List<long>();
        var missing = new HashSet<long>(Enumerable.Range(1, (int)last).Select(n => (long)n));
        while (missing.Count > 0)
        {
            var number = (await NextDeliveryAsync()).Number;
            numbers.Add(number);
            missing.Remove(number);
        }
        return numbers;
    }

    private async Task OwnAsync(IShardConsumer consumer)
    {
        while (await consumer.TakeAsync() is { } delivery)
        {
            _deliveries.Writer.TryWrite(delivery);
            if (!Keeps) await consumer.AcknowledgeAsync(delivery);
        }
        _over.Writer.TryWrite(consumer.Shard);
    }

    private static Task<T> NextAsync<T>(Channel<T> channel) => channel.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience);
}
