using ActorFingerprint.Engine.Sharding;

namespace ActorFingerprint.Tests.Engine.Cluster;

/// <summary>
/// A broker on one thread: a queue for each shard with a line of consumers, the first of which is active. What a consumer leaves unacknowledged
/// goes back to the front and to the next one.
/// </summary>
internal sealed class MemoryBroker(int shards)
{
    private const int Prefetch = 8;

    private readonly Queue[] _queues = [.. Enumerable.Range(0, shards).Select(_ => new Queue())];
    private readonly HashSet<string> _retired = [];
    private ulong _tag;

    /// <summary>What was set aside, with the reason.</summary>
    public List<(ShardDelivery Delivery, string Reason)> DeadLetters { get; } = [];

    /// <summary>Messages that wait or are unacknowledged.</summary>
    public int Pending => _queues.Sum(q => q.Ready.Count + (q.Active?.Unacknowledged.Count ?? 0));

    public void Publish(ShardBatch batch, string? fault = null)
    {
        var queue = _queues[batch.Shard];
        queue.Ready.AddLast(new ShardDelivery(++_tag, batch.Run, batch.Number, fault is null ? batch : null, fault, default, 0));
        queue.Active?.Deliver();
    }

    /// <summary>Puts a node at the end of every shard's line.</summary>
    public void Join(string node, Action<IShardConsumer> activated)
    {
        foreach (var (queue, shard) in _queues.Select((q, i) => (q, i)))
        {
            queue.Line.Add((node, activated));
            if (queue.Line.Count == 1) Activate(queue, shard);
        }
    }

    /// <summary>The node's connections are gone; a node that is stopped hears of it only when it goes on.</summary>
    public IReadOnlyList<Action> Lose(string node, bool isHeard)
    {
        var later = new List<Action>();
        for (var shard = 0; shard < _queues.Length; shard++)
        {
            var queue = _queues[shard];
            var wasActive = queue.Line.Count > 0 && queue.Line[0].Node == node;
            queue.Line.RemoveAll(c => c.Node == node);
            if (!wasActive) continue;
            var active = queue.Active!;
            Requeue(queue, active);
            if (isHeard) active.End();
            else later.Add(active.End);
            Activate(queue, shard);
        }
        return later;
    }

    /// <summary>A node is about to leave: it stands in no line any more, and what it lets go does not come back to it.</summary>
    public void Retire(string node)
    {
        _retired.Add(node);
        foreach (var queue in _queues)
            if (queue.Line.Count > 0 && queue.Line[0].Node != node)
                queue.Line.RemoveAll(c => c.Node == node);
    }

    private void Activate(Queue queue, int shard)
    {
        queue.Active = null;
        if (queue.Line.Count == 0) return;
        queue.Active = new Consumer(this, queue, shard);
        queue.Line[0].Activated(queue.Active);
        queue.Active.Deliver();
    }

    private static void Requeue(Queue queue, Consumer consumer)
    {
        for (var i = consumer.Unacknowledged.Count - 1; i >= 0; i--)
        {
            var delivery = consumer.Unacknowledged[i];
            queue.Ready.AddFirst(delivery with { Tries = delivery.Tries + 1 });
        }
        consumer.Unacknowledged.Clear();
        queue.Active = null;
    }

    private sealed class Queue
    {
        public LinkedList<ShardDelivery> Ready { get; } = [];

        public List<(string Node, Action<IShardConsumer> Activated)> Line { get; } = [];

        public Consumer? Active { get; set; }
    }

    private sealed class Consumer(MemoryBroker broker, Queue queue, int shard) : IShardConsumer
    {
        private readonly Queue<ShardDelivery> _delivered = [];
        private TaskCompletionSource? _more;
        private bool _ended;

        public int Shard => shard;

        public List<ShardDelivery> Unacknowledged { get; } = [];

        private bool IsActive => queue.Active == this;

        public void Deliver()
        {
            while (Unacknowledged.Count < Prefetch && queue.Ready.First is { } first)
            {
                queue.Ready.RemoveFirst();
                Unacknowledged.Add(first.Value);
                _delivered.Enqueue(first.Value);
            }
            _more?.TrySetResult();
        }

        public void End()
        {
            _ended = true;
            _more?.TrySetResult();
        }

        public async ValueTask<ShardDelivery?> TakeAsync()
        {
            while (true)
            {
                if (_ended) return null;
                if (_delivered.TryDequeue(out var delivery)) return delivery;
                _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                await _more.Task;
            }
        }

        public ValueTask AcknowledgeAsync(ShardDelivery delivery)
        {
            if (IsActive && Unacknowledged.RemoveAll(d => d.Tag == delivery.Tag) > 0) Deliver();
            return ValueTask.CompletedTask;
        }

        public ValueTask SetAsideAsync(ShardDelivery delivery, string reason)
        {
            if (IsActive) broker.DeadLetters.Add((delivery, reason));
            return AcknowledgeAsync(delivery);
        }

        public ValueTask LetGoAsync()
        {
            End();
            if (!IsActive) return ValueTask.CompletedTask;
            Requeue(queue, this);
            var self = queue.Line[0];
            queue.Line.RemoveAt(0);
            if (!broker._retired.Contains(self.Node)) queue.Line.Add(self);
            broker.Activate(queue, shard);
            return ValueTask.CompletedTask;
        }
    }
}
