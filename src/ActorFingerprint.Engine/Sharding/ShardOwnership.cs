namespace ActorFingerprint.Engine.Sharding;

/// <summary>
/// The shards of one region that this node owns in a cluster: an inbox for each, one after the other when a shard comes back. Any thread.
/// </summary>
/// <param name="host">The region.</param>
/// <param name="receive">Takes batches; null for a region that gets none.</param>
/// <param name="scheduler">Where everything runs.</param>
/// <param name="time">Clock of what waits.</param>
public sealed class ShardOwnership(IShardHost host, ReceiveBatch? receive, EngineScheduler scheduler, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<int, (ShardInbox Inbox, Task Ended)> _owned = [];

    /// <summary>Raised when a shard came, is served, or went: others are to hear of it at once. Handlers must return at once.</summary>
    public event Action? Changed;

    /// <summary>Told of every message that was set aside, with the reason.</summary>
    public Action<ShardDelivery, string>? Refused { get; init; }

    /// <summary>Told of an inbox that ended by an error that nothing was expected to cause.</summary>
    public Action<int, Exception>? Failed { get; init; }

    /// <summary>The shards whose queues this node is the active consumer of, by number.</summary>
    public IReadOnlyList<int> Owned
    {
        get { lock (_gate) return [.. _owned.Keys.Order()]; }
    }

    /// <summary>This node has become the active consumer of a shard's queue.</summary>
    public void Activated(IShardConsumer consumer)
    {
        var inbox = new ShardInbox(consumer, host, receive, scheduler, time) { Refused = Refused, Started = () => Changed?.Invoke() };
        lock (_gate)
        {
            var before = _owned.TryGetValue(consumer.Shard, out var earlier) ? earlier.Ended : Task.CompletedTask;
            _owned[consumer.Shard] = (inbox, scheduler.Start(() => RunAsync(inbox, before)));
        }
        Changed?.Invoke();
    }

    /// <summary>Hands a shard over in order; a shard that is not owned is none to hand over.</summary>
    public async Task HandOverAsync(int shard)
    {
        ShardInbox inbox;
        Task ended;
        lock (_gate)
        {
            if (!_owned.TryGetValue(shard, out var owned)) return;
            (inbox, ended) = owned;
        }
        await inbox.HandOverAsync();
        await ended;
    }

    /// <summary>Hands over every shard.</summary>
    public async Task HandOverAllAsync()
    {
        Task[] handed = [.. Owned.Select(shard => scheduler.Start(() => HandOverAsync(shard)))];
        await EngineScheduler.WhenAll(handed);
    }

    private async Task RunAsync(ShardInbox inbox, Task before)
    {
        await before;
        try
        {
            await inbox.RunAsync();
        }
        catch (Exception error)
        {
            Failed?.Invoke(inbox.Shard, error);
        }
        lock (_gate)
            if (_owned.TryGetValue(inbox.Shard, out var current) && current.Inbox == inbox) _owned.Remove(inbox.Shard);
        Changed?.Invoke();
    }
}
