using ActorFingerprint.Engine;
using ActorFingerprint.Engine.Sharding;
using Xunit;

namespace ActorFingerprint.Tests.Engine.Sharding;

/// <summary>One shard's deliveries in every order that a broker can bring them, on a scheduler that the test turns by hand.</summary>
public sealed class ShardInboxSpecs
{
    private const string Run = "a#1";

    private readonly ManualTimeProvider _time = new();
    private readonly TurnedScheduler _turns = new();
    private readonly FakeConsumer _consumer = new();
    private readonly List<(ShardBatch Batch, TaskCompletionSource Applied)> _mailbox = [];

    [Fact]
    public void A_copy_that_was_kept_is_acknowledged_when_another_takes_its_place()
    {
        Start();
        Deliver(1, 3);
        Gap(last: 1);
        Deliver(2, 3); // sent again after a lost connection
        Gap(last: 1);
        Assert.Equal([1UL], _consumer.Acknowledged);
        Deliver(3, 2);
        Apply();
        Apply();
        Assert.Equal([1UL, 3UL, 2UL], _consumer.Acknowledged);
        _time.Advance(ShardInbox.GapPatience);
        _turns.Turn();
        Assert.Empty(_consumer.SetAside);
    }

    [Fact]
    public void A_copy_that_cannot_be_read_does_not_take_the_place_of_one_that_can()
    {
        Start();
        Deliver(1, 3);
        Gap(last: 1);
        _consumer.Deliver(new ShardDelivery(2, Run, 3, null, "a bit is wrong", default, 0));
        _turns.Turn();
        Gap(last: 1);
        Assert.Equal([2UL], _consumer.Acknowledged);
        Deliver(3, 2);
        Apply();
        Assert.Equal(3, Assert.Single(_mailbox).Batch.Number);
        Apply();
        Assert.Equal([2UL, 3UL, 1UL], _consumer.Acknowledged);
    }

    [Fact]
    public void A_batch_whose_predecessor_was_applied_before_its_gap_was_heard_of_goes_again_at_once()
    {
        Start();
        Deliver(1, 3);
        Deliver(2, 2);
        var early = _mailbox[0];
        _mailbox.RemoveAt(0);
        Apply(); // and nothing waits for it yet
        early.Applied.SetException(new BatchGapException(early.Batch, 1));
        _turns.Turn();
        Assert.Equal(3, Assert.Single(_mailbox).Batch.Number);
        Apply();
        Assert.Equal([2UL, 1UL], _consumer.Acknowledged);
        _time.Advance(ShardInbox.GapPatience);
        _turns.Turn();
        Assert.Empty(_consumer.SetAside);
    }

    [Fact]
    public void A_batch_that_is_refused_again_waits_and_is_set_aside_in_the_end()
    {
        Start();
        Deliver(1, 3);
        Deliver(2, 2);
        var early = _mailbox[0];
        _mailbox.RemoveAt(0);
        Apply();
        early.Applied.SetException(new BatchGapException(early.Batch, 0));
        _turns.Turn();
        Gap(last: 0); // the shard has forgotten the run
        Assert.Empty(_mailbox);
        _time.Advance(ShardInbox.GapPatience);
        _turns.Turn();
        Assert.Equal([1UL], _consumer.SetAside);
    }

    private void Start()
    {
        var inbox = new ShardInbox(_consumer, new FakeHost(), ReceiveAsync, new EngineScheduler(_turns), _time);
        _ = new EngineScheduler(_turns).Start(inbox.RunAsync);
        _turns.Turn();
    }

    private ValueTask ReceiveAsync(ShardBatch batch, TaskCompletionSource applied, CancellationToken stop)
    {
        _mailbox.Add((batch, applied));
        return ValueTask.CompletedTask;
    }

    private void Deliver(ulong tag, long number)
    {
        _consumer.Deliver(new ShardDelivery(tag, Run, number, new ShardBatch(Run, number, 3, []), null, default, 0));
        _turns.Turn();
    }

    /// <summary>The shard applies the first batch of its mailbox.</summary>
    private void Apply()
    {
        var (_, applied) = _mailbox[0];
        _mailbox.RemoveAt(0);
        applied.SetResult();
        _turns.Turn();
    }

    /// <summary>The shard finds that the first batch of its mailbox is not the next one.</summary>
    private void Gap(long last)
    {
        var (batch, applied) = _mailbox[0];
        _mailbox.RemoveAt(0);
        applied.SetException(new BatchGapException(batch, last));
        _turns.Turn();
    }

    private sealed class TurnedScheduler : TaskScheduler
    {
        private readonly Queue<Task> _ready = [];

        public void Turn()
        {
            while (_ready.TryDequeue(out var next)) TryExecuteTask(next);
        }

        protected override void QueueTask(Task task) => _ready.Enqueue(task);

        protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

        protected override IEnumerable<Task> GetScheduledTasks() => _ready;
    }

    private sealed class FakeConsumer : IShardConsumer
    {
        private readonly Queue<ShardDelivery> _waiting = [];
        private TaskCompletionSource<ShardDelivery?>? _taker;

        public List<ulong> Acknowledged { get; } = [];

        public List<ulong> SetAside { get; } = [];

        public int Shard => 3;

        public void Deliver(ShardDelivery delivery)
        {
            if (_taker is null) _waiting.Enqueue(delivery);
            else _taker.SetResult(delivery);
            _taker = null;
        }

        public async ValueTask<ShardDelivery?> TakeAsync()
        {
            if (_waiting.TryDequeue(out var delivery)) return delivery;
            _taker = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return await _taker.Task;
        }

        public ValueTask AcknowledgeAsync(ShardDelivery delivery)
        {
            Acknowledged.Add(delivery.Tag);
            return ValueTask.CompletedTask;
        }

        public ValueTask SetAsideAsync(ShardDelivery delivery, string reason)
        {
            SetAside.Add(delivery.Tag);
            return ValueTask.CompletedTask;
        }

        public ValueTask LetGoAsync() => ValueTask.CompletedTask;
    }

    private sealed class FakeHost : IShardHost
    {
        public event Action<int, Exception>? Lost
        {
            add { }
            remove { }
        }

        public string Region => "device";

        public int Count => 8;

        public IReadOnlyList<HostedShard> Hosted => [];

        public Task<long> StartShardAsync(int shard, CancellationToken stop) => Task.FromResult(1L);

        public Task StopShardAsync(int shard) => Task.CompletedTask;

        public void DropShard(int shard)
        {
        }

        public void Renew(IReadOnlyDictionary<int, long> epochs, long sinceTimestamp)
        {
        }
    }
}
