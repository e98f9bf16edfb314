using ActorFingerprint.Engine;
using ActorFingerprint.Engine.Sharding;
using Xunit;

namespace ActorFingerprint.Tests.Engine.Sharding;

public sealed class ShardOwnershipSpecs
{
    private readonly FakeHost _host = new();
    private readonly FakeConsumer _consumer = new();

    [Fact]
    public async Task A_shard_that_fails_unexpectedly_is_let_go_and_told()
    {
        _host.Start = () => throw new InvalidOperationException("a row that cannot be");
        var failed = new TaskCompletionSource<(int Shard, Exception Error)>();
        var ownership = Ownership(failed);
        ownership.Activated(_consumer);
        var (shard, error) = await failed.Task;
        Assert.Equal((3, "a row that cannot be"), (shard, error.Message));
        Assert.True(_consumer.IsLetGo);
        Assert.Equal([3], _host.Dropped);
    }

    [Fact]
    public async Task Others_hear_of_a_shard_when_it_is_served()
    {
        var served = new TaskCompletionSource();
        _host.Start = () => served.Task;
        var ownership = Ownership(new());
        var changes = new List<bool>();
        var heard = new TaskCompletionSource();
        ownership.Changed += () =>
        {
            changes.Add(served.Task.IsCompleted);
            if (served.Task.IsCompleted) heard.TrySetResult();
        };
        ownership.Activated(_consumer);
        served.SetResult();
        await heard.Task; // or the test hangs
        Assert.Equal([false, true], changes);
        Assert.Equal([3], ownership.Owned);
        await ownership.HandOverAllAsync();
        Assert.True(_consumer.IsLetGo);
        Assert.Empty(ownership.Owned);
    }

    private ShardOwnership Ownership(TaskCompletionSource<(int, Exception)> failed) => new(_host, null, EngineScheduler.Default, TimeProvider.System)
    {
        Failed = (shard, error) => failed.TrySetResult((shard, error)),
    };

    private sealed class FakeConsumer : IShardConsumer
    {
        private readonly TaskCompletionSource<ShardDelivery?> _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsLetGo => _over.Task.IsCompleted;

        public int Shard => 3;

        public async ValueTask<ShardDelivery?> TakeAsync() => await _over.Task;

        public ValueTask AcknowledgeAsync(ShardDelivery delivery) => ValueTask.CompletedTask;

        public ValueTask SetAsideAsync(ShardDelivery delivery, string reason) => ValueTask.CompletedTask;

        public ValueTask LetGoAsync()
        {
            _over.TrySetResult(null);
            return ValueTask.CompletedTask;
        }
    }

    private sealed class FakeHost : IShardHost
    {
        public event Action<int, Exception>? Lost
        {
            add { }
            remove { }
        }

        public Func<Task> Start { get; set; } = () => Task.CompletedTask;

        public List<int> Dropped { get; } = [];

        public string Region => "device";

        public int Count => 8;

        public IReadOnlyList<HostedShard> Hosted => [];

        public async Task<long> StartShardAsync(int shard, CancellationToken stop)
        {
            await Start();
            return 1;
        }

        public Task StopShardAsync(int shard) => Task.CompletedTask;

        public void DropShard(int shard) => Dropped.Add(shard);

        public void Renew(IReadOnlyDictionary<int, long> epochs, long sinceTimestamp) => Assert.Fail("nobody looks here");
    }
}
