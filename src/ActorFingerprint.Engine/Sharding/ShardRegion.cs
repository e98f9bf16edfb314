using ActorFingerprint.Core.Devices;
using ActorFingerprint.Engine.Actors;
using ActorFingerprint.Engine.Journal;

namespace ActorFingerprint.Engine.Sharding;

/// <summary>
/// The shards of this node: routes a message to the shard of its entity (design §4). Every shard is local.
/// </summary>
internal sealed class ShardRegion : IAsyncDisposable
{
    private readonly DeviceShard[] _shards;
    private readonly Task[] _loops;
    private readonly TimeProvider _time;
    private readonly IJournal _journal;
    private readonly CommitCoordinator _commits;

    public ShardRegion(ShardContext context)
    {
        (_time, _journal, _commits) = (context.Time, context.Journal, context.Commits);
        _shards = [.. Enumerable.Range(0, context.Options.Shards).Select(n => new DeviceShard(n, context))];
        _loops = [.. _shards.Select(shard => context.Scheduler.Start(shard.RunAsync))];
    }

    /// <summary>Shards in the region.</summary>
    public int Count => _shards.Length;

    /// <summary>Devices in memory.</summary>
    public int ActiveDevices => _shards.Sum(s => s.ActiveDevices);

    /// <summary>Devices in the ephemeral buckets.</summary>
    public int EphemeralDevices => _shards.Sum(s => s.EphemeralDevices);

    /// <summary>Observations refused because their time lies in the future (INV-5), since start.</summary>
    public long RefusedFuture => _shards.Sum(s => s.RefusedFuture);

    /// <summary>Observations sent to the ephemeral buckets since start.</summary>
    public long EphemeralObservations => _shards.Sum(s => s.EphemeralObservations);

    /// <summary>The first shard that stopped for good, as its cause; null while all run.</summary>
    public Exception? Fault => _loops.FirstOrDefault(l => l.IsFaulted)?.Exception?.InnerException;

    /// <summary>Why storage cannot be read at the moment, or null.</summary>
    public string? Refusal => _shards.Select(s => s.Refusal).FirstOrDefault(r => r is not null);

    /// <summary>Shard of an entity.</summary>
    public int ShardOf(DeviceKey entity) => ShardId.Of(entity, _shards.Length);

    /// <summary>Puts a message in a shard's mailbox, waiting while it is full.</summary>
    public ValueTask SendAsync(int shard, ShardMessage message, CancellationToken stop) => _shards[shard].Mailbox.WriteAsync(message, stop);

    /// <summary>
    /// Erases one device. Devices whose events named it are loaded anew, and their snapshots dropped once more in case one was
    /// written meanwhile.
    /// </summary>
    public async Task<DeviceReply> EraseAsync(DeviceKey device, long atTicks, CancellationToken stop)
    {
        var reply = await AskAsync(device, new DeviceCommand.Erase(atTicks), stop);
        if (reply.Mentioned.Count == 0) return reply;
        var mentioned = reply.Mentioned.ToHashSet(StringComparer.Ordinal);
        for (var shard = 0; shard < Count; shard++)
        {
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await SendAsync(shard, new ShardMessage.Reload(mentioned, done), CancellationToken.None);
            await done.Task;
        }
        var isGone = await _commits.PersistAsync(() => _journal.RewriteAsync([], reply.Mentioned, null, CancellationToken.None));
        return reply with { OldBytesAreGone = isGone };
    }

    /// <summary>Asks one device; answered when durable.</summary>
    public async Task<DeviceReply> AskAsync(DeviceKey device, DeviceCommand command, CancellationToken stop)
    {
        var reply = new TaskCompletionSource<DeviceReply>(TaskCreationOptions.RunContinuationsAsynchronously);
        await SendAsync(ShardOf(device), new ShardMessage.Ask(device, command, reply), stop);
        using var cancel = stop.Register(() => reply.TrySetCanceled(stop));
        return await reply.Task;
    }

    /// <summary>Reads one device through its actor.</summary>
    public async Task<DeviceView?> GetAsync(DeviceKey device, CancellationToken stop)
    {
        var reply = new TaskCompletionSource<DeviceView?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await SendAsync(ShardOf(device), new ShardMessage.Get(device, reply), stop);
        using var cancel = stop.Register(() => reply.TrySetCanceled(stop));
        return await reply.Task;
    }

    /// <summary>How far every shard has applied a run.</summary>
    public async Task<Watermark[]> WatermarksAsync(string run, CancellationToken stop)
    {
        var asks = new TaskCompletionSource<Watermark>[Count];
        for (var shard = 0; shard < Count; shard++)
        {
            asks[shard] = new(TaskCreationOptions.RunContinuationsAsynchronously);
            await SendAsync(shard, new ShardMessage.GetWatermark(run, asks[shard]), stop);
        }
        var marks = new Watermark[Count];
        for (var shard = 0; shard < Count; shard++) marks[shard] = await asks[shard].Task;
        return marks;
    }

    /// <summary>Lets devices go that had no message for <paramref name="idle"/>.</summary>
    public async Task PassivateAsync(TimeSpan idle, CancellationToken stop)
    {
        var since = _time.GetUtcNow().UtcTicks - idle.Ticks;
        for (var shard = 0; shard < Count; shard++)
            if (_shards[shard].ActiveDevices > 0)
                await SendAsync(shard, new ShardMessage.Passivate(since, null), stop);
    }

    /// <summary>The shards as operators see them.</summary>
    public IReadOnlyList<ShardStatus> Statuses => [.. _shards.Select(shard => shard.Status)];

    /// <summary>Lets devices go that had no message for <paramref name="idle"/>; how many, once their snapshots are durable.</summary>
    public Task<int> PassivateNowAsync(TimeSpan idle, CancellationToken stop)
    {
        var since = idle == TimeSpan.Zero ? long.MaxValue : _time.GetUtcNow().UtcTicks - idle.Ticks;
        return SumAsync(shard => shard.Entities > 0, done => new ShardMessage.PassivateNow(since, null, done), stop);
    }

    /// <summary>Lets one device go; false when it is not in memory.</summary>
    public async Task<bool> PassivateNowAsync(DeviceKey device, CancellationToken stop) =>
        await SumAsync(shard => shard.Shard == ShardOf(device) && shard.Entities > 0, done => new ShardMessage.PassivateNow(0, device, done), stop) > 0;

    /// <summary>Snapshots every device and shard that changed since it was snapshotted last; how many snapshots, once they are durable.</summary>
    public Task<int> SnapshotNowAsync(CancellationToken stop) =>
        SumAsync(shard => shard.Epoch > 0, done => new ShardMessage.SnapshotNow(done), stop);

    /// <summary>Asks some shards, all at once, and adds up what they answer.</summary>
    private async Task<int> SumAsync(
        Func<ShardStatus, bool> isAsked, Func<TaskCompletionSource<int>, ShardMessage> message, CancellationToken stop)
    {
        var asked = new List<TaskCompletionSource<int>>();
        foreach (var status in Statuses)
        {
            if (!isAsked(status)) continue;
            var done = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
            await SendAsync(status.Shard, message(done), stop);
            asked.Add(done);
        }
        using var cancel = stop.Register(() => asked.ForEach(done => done.TrySetCanceled(stop)));
        var sum = 0;
        foreach (var done in asked) sum += await done.Task;
        return sum;
    }

    /// <summary>Applies what is in the mailboxes, snapshots every device, and ends the loops.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var shard in _shards) shard.Stop();
        try
        {
            await Task.WhenAll(_loops);
        }
        catch (Exception) when (_loops.All(l => l.IsCompleted))
        {
            // each fault was already given to whoever waited for it, and is in Fault
        }
    }
}
