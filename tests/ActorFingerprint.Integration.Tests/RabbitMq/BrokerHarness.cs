using ActorFingerprint.Cluster.RabbitMq;
using ActorFingerprint.Engine.Sharding;
using ActorFingerprint.Integration.Tests.Servers;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ActorFingerprint.Integration.Tests.RabbitMq;

/// <summary>One node's two connections and its part of a region, under a prefix of its own.</summary>
internal sealed class BrokerHarness : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _owned = [];

    private BrokerHarness(BrokerOptions options, int shards)
    {
        (Options, Shards) = (options, shards);
        Publishing = Own(new BrokerConnection(options, "publishing", NullLogger.Instance, TimeProvider.System));
        Consuming = Own(new BrokerConnection(options, "consuming", NullLogger.Instance, TimeProvider.System));
        Topology = new ShardTopology(options, NullLogger.Instance);
        DeadLetters = Own(new DeadLetters(Publishing, options, "test", NullLogger.Instance, TimeProvider.System));
    }

    public BrokerOptions Options { get; }

    public int Shards { get; }

    public BrokerConnection Publishing { get; }

    public BrokerConnection Consuming { get; }

    public ShardTopology Topology { get; }

    public DeadLetters DeadLetters { get; }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static BrokerOptions OptionsOf(RabbitServer server) => new()
    {
        Addresses = server.Addresses,
        Password = "guest",
        Prefix = $"t{Guid.NewGuid():N}"[..12],
        Heartbeat = TimeSpan.FromSeconds(2),
        ReconnectMost = TimeSpan.FromSeconds(1),
    };

    /// <summary>A region made anew.</summary>
    public static async Task<BrokerHarness> CreateAsync(RabbitServer server, int shards = 2, Func<BrokerOptions, BrokerOptions>? with = null)
    {
        var options = OptionsOf(server);
        var harness = new BrokerHarness(with is null ? options : with(options), shards);
        await harness.Topology.DeclareAsync(await harness.Publishing.SessionAsync(Stop), TestBatch.Region, shards, Stop);
        return harness;
    }

    /// <summary>Another node of the same cluster.</summary>
    public BrokerHarness Another(Func<BrokerOptions, BrokerOptions>? with = null) => new(with is null ? Options : with(Options), Shards);

    public Task<BrokerSession> SessionAsync() => Publishing.SessionAsync(Stop);

    public BatchPublisher NewPublisher() =>
        Own(new BatchPublisher(Publishing, Options, TestBatch.Region, Shards, NullLogger.Instance, TimeProvider.System));

    /// <summary>Consumers of all shards; what becomes active goes to <paramref name="activated"/>.</summary>
    public ShardConsumers NewConsumers(Action<IShardConsumer> activated, Func<int, bool>? isOwned = null) => Own(new ShardConsumers(
        Consuming, Options, TestBatch.Region, Shards, () => TestBatch.Decode, DeadLetters, isOwned ?? (_ => false), activated, NullLogger.Instance,
        TimeProvider.System));

    /// <summary>Publishes numbers of one run to one shard and waits for the confirmations.</summary>
    public static async Task PublishAsync(BatchPublisher publisher, int shard, string run, long from, long to)
    {
        var confirmations = new List<Task>();
        for (var number = from; number <= to; number++) confirmations.Add(await publisher.PublishAsync(TestBatch.Of(shard, run, number), Stop));
        await Task.WhenAll(confirmations).WaitAsync(Stop);
    }

    public async ValueTask DisposeAsync()
    {
        for (var i = _owned.Count - 1; i >= 0; i--) await _owned[i].DisposeAsync();
    }

    private T Own<T>(T owned) where T : IAsyncDisposable
    {
        _owned.Add(owned);
        return owned;
    }
}
