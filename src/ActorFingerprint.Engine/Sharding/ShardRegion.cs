using System.Threading.Channels;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Engine.Actors;
using ActorFingerprint.Engine.Journal;

namespace ActorFingerprint.Engine.Sharding;

/// <summary>
/// The device region as this node sees it: hosts shards and routes a message to the shard of its entity (design §4). A node that is alone
/// hosts all from the start; where several share the journal, each is started and stopped as ownership moves.
/// </summary>
internal sealed class ShardRegion : IShardHost, IShardTransport, IAsyncDisposable
{
    private readonly ShardContext _context;
    private readonly DeviceShard?[] _shards;
    private readonly Task[] _loops;
    private readonly Lock _gate = new();
    private (long Ephemeral, long Refused) _past;
    private bool _isStopped;

    public ShardRegion(ShardContext context)
    {
        _context = context;
        _shards = new DeviceShard?[context.Options.Shards];
        _loops = [.. _shards.Select(_ => Task.CompletedTask)];
        if (context.IsShared) return;
        for (var shard = 0; shard < _shards.Length; shard++) Host(new DeviceShard(shard, context));
    }

    /// <inheritdoc />
    public event Action<int, Exception>? Lost;

    /// <inheritdoc />
    public string Region => ShardContext.Region;

    /// <inheritdoc />
    public int Count => _shards.Length;

    /// <inheritdoc />
    public IReadOnlyList<HostedShard> Hosted => [.. Live.Select(s => new HostedShard(s.Number, s.Epoch, s.ActiveDevices))];

    /// <inheritdoc />
    public bool WantsReports => false;

    /// <summary>Devices in memory.</summary>
    public int ActiveDevices => Live.Sum(s => s.ActiveDevices);

    /// <summary>Devices in the ephemeral buckets.</summary>
    public int EphemeralDevices => Live.Sum(s => s.EphemeralDevices);

    /// <summary>Observations refused because their time lies in the future (INV-5), since start.</summary>
    public long RefusedFuture => _past.Refused + Live.Sum(s => s.RefusedFuture);

    /// <summary>Observations sent to the ephemeral buckets since start.</summary>
    public long EphemeralObservations => _past.Ephemeral + Live.Sum(s => s.EphemeralObservations);

    /// <summary>The first shard that stopped for good, as its cause; null while all run. A shard that moves on is no fault.</summary>
    public Exception? Fault => _loops.FirstOrDefault(l => l.IsFaulted)?.Exception?.InnerException;

    /// <summary>Why storage cannot be read at the moment, or null.</summary>
    public string? Refusal => Live.Select(s => s.Refusal).FirstOrDefault(r => r is not null);

    private IEnumerable<DeviceShard> Live => _shards.OfType<DeviceShard>();

    /// <inheritdoc />
    public async Task<long> StartShardAsync(int shard, CancellationToken stop)
    {
        if (_shards[shard] is { IsStopping: false } already) return already.Epoch;
        await Ended(_loops[shard]); // its predecessor on this node
        var since = _context.Time.GetTimestamp();
        var epoch = await _context.Commits.PersistAsync(() => _context.Journal.ClaimShardAsync(Region, shard, _context.Owner, stop));
        Host(new DeviceShard(shard, _context, epoch, since));
        return epoch;
    }

    /// <inheritdoc />
    public async Task StopShardAsync(int shard)
    {
        var loop = _loops[shard];
        _shards[shard]?.Stop();
        await Ended(loop);
    }

    /// <inheritdoc />
    public void DropShard(int shard) => _shards[shard]?.Drop();

    /// <inheritdoc />
    public void Renew(IReadOnlyDictionary<int, long> epochs, long sinceTimestamp)
    {
        foreach (var shard in Live)
        {
            var stored = epochs.GetValueOrDefault(shard.Number); // a lower one was read before this node claimed the shard
            if (stored == shard.Epoch) shard.Renew(sinceTimestamp);
            else if (stored > shard.Epoch) shard.Drop();
        }
    }

    /// <summary>Shard of an entity.</summary>
    public int ShardOf(DeviceKey entity) => ShardId.Of(entity, _shards.Length);

    /// <summary>
    /// Puts a message in a shard's mailbox, waiting while it is full. Throws <see cref="ShardMovedException"/> when the shard is not hosted here.
    /// </summary>
    public async ValueTask SendAsync(int shard, ShardMessage message, CancellationToken stop)
    {
        if (_shards[shard] is not { } hosted) throw new ShardMovedException(Region, shard);
        try
        {
            await hosted.Mailbox.WriteAsync(message, stop);
        }
        catch (ChannelClosedException closed) when (_context.IsShared)
        {
            throw new ShardMovedException(Region, shard, closed.InnerException);
        }
    }

    /// <inheritdoc />
    public ValueTask SendAsync(ShardBatch batch, TaskCompletionSource safe, CancellationToken stop) =>
        SendAsync(batch.Shard, new ShardMessage.Batch(batch, safe), stop);

    /// <inheritdoc />
    public void Ended(string run)
    {
        foreach (var shard in Live) shard.Mailbox.TryWrite(new ShardMessage.RunEnded(run));
    }

    /// <inheritdoc />
    public Task ForgetAsync(DeviceKey device) => Task.CompletedTask; // mailboxes are short, and what is in them is applied before an erasure

    /// <summary>Asks one device; answered when durable. Throws <see cref="ShardMovedException"/> when its shard is not here for sure.</summary>
    public async Task<DeviceReply> AskAsync(DeviceKey device, DeviceCommand command, CancellationToken stop)
    {
        var reply = new TaskCompletionSource<DeviceReply>(TaskCreationOptions.RunContinuationsAsynchronously);
        return await AnswerAsync(ShardOf(device), new ShardMessage.Ask(device, command, reply), reply, stop);
    }

    /// <summary>
    /// Erases one device. Throws <see cref="ShardMovedException"/> when its shard is not here for sure. Once the shard has been asked, neither
    /// <paramref name="stop"/> nor the lease changes the answer: what is durable was written under the fence.
    /// </summary>
    public async Task<DeviceReply> EraseAsync(DeviceKey device, DeviceCommand.Erase erase, CancellationToken stop)
    {
        var shard = ShardOf(device);
        if (_shards[shard] is not { IsCurrent: true }) throw new ShardMovedException(Region, shard);
        var reply = new TaskCompletionSource<DeviceReply>(TaskCreationOptions.RunContinuationsAsynchronously);
        await SendAsync(shard, new ShardMessage.Ask(device, erase, reply), stop);
        return await reply.Task;
    }

    /// <summary>Reads one device through its actor. Throws <see cref="ShardMovedException"/> when its shard is not here for sure.</summary>
    public async Task<DeviceView?> GetAsync(DeviceKey device, CancellationToken stop)
    {
        var reply = new TaskCompletionSource<DeviceView?>(TaskCreationOptions.RunContinuationsAsynchronously);
        return await AnswerAsync(ShardOf(device), new ShardMessage.Get(device, reply), reply, stop);
    }

    /// <summary>Lets a shard's devices go whose stored events were overwritten.</summary>
    public async Task ReloadAsync(int shard, IReadOnlySet<string> persistenceIds)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await SendAsync(shard, new ShardMessage.Reload(persistenceIds, done), CancellationToken.None);
        await done.Task;
    }

    /// <summary>How far a shard has applied a run.</summary>
    public async Task<Watermark> WatermarkAsync(int shard, string run, CancellationToken stop)
    {
        var reply = new TaskCompletionSource<Watermark>(TaskCreationOptions.RunContinuationsAsynchronously);
        await SendAsync(shard, new ShardMessage.GetWatermark(run, reply), stop);
        return await reply.Task;
    }

    /// <inheritdoc />
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
        var since = _context.Time.GetUtcNow().UtcTicks - idle.Ticks;
        foreach (var shard in Live)
        {
            if (shard.ActiveDevices == 0) continue;
            try
            {
                await SendAsync(shard.Number, new ShardMessage.Passivate(since, null), stop);
            }
            catch (ShardMovedException)
            {
                // its devices went with it
            }
        }
    }

    /// <summary>Lets devices go that had no message for <paramref name="idle"/>; how many, once their snapshots are durable.</summary>
    public Task<int> PassivateNowAsync(TimeSpan idle, CancellationToken stop)
    {
        var since = idle == TimeSpan.Zero ? long.MaxValue : _context.Time.GetUtcNow().UtcTicks - idle.Ticks;
        return SumAsync(shard => shard.Entities > 0, done => new ShardMessage.PassivateNow(since, null, done), stop);
    }

    /// <summary>Lets one device go; false when it is not in memory.</summary>
    public async Task<bool> PassivateNowAsync(DeviceKey device, CancellationToken stop) =>
        await SumAsync(shard => shard.Shard == ShardOf(device) && shard.Entities > 0, done => new ShardMessage.PassivateNow(0, device, done), stop) > 0;

    /// <summary>Snapshots every device and shard that changed since it was snapshotted last; how many snapshots, once they are durable.</summary>
    public Task<int> SnapshotNowAsync(CancellationToken stop) =>
        SumAsync(shard => shard.Epoch > 0, done => new ShardMessage.SnapshotNow(done), stop);

    /// <summary>Asks some shards of this node, all at once, and adds up what they answer; one that moves on meanwhile has done it at its end.</summary>
    private async Task<int> SumAsync(
        Func<HostedShard, bool> isAsked, Func<TaskCompletionSource<int>, ShardMessage> message, CancellationToken stop)
    {
        var asked = new List<Task<int>>();
        foreach (var shard in Hosted)
            if (isAsked(shard)) asked.Add(AskAsync(shard.Shard, message, stop));
        var sum = 0;
        foreach (var answer in asked) sum += await answer;
        return sum;
    }

    private async Task<int> AskAsync(int shard, Func<TaskCompletionSource<int>, ShardMessage> message, CancellationToken stop)
    {
        var done = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            await SendAsync(shard, message(done), stop);
            using var cancel = stop.Register(() => done.TrySetCanceled(stop));
            return await done.Task;
        }
        catch (ShardMovedException)
        {
            return 0;
        }
    }

    /// <summary>Applies what is in the mailboxes, snapshots every device, and ends the loops.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate) _isStopped = true;
        foreach (var shard in Live) shard.Stop();
        foreach (var loop in _loops) await Ended(loop);
    }

    /// <summary>Completes with the loop; its fault was already given to whoever waited for it, and is in <see cref="Fault"/>.</summary>
    internal static async Task Ended(Task loop) =>
        await loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

    /// <summary>Drops stored snapshots; false while a reader of the store keeps the old bytes alive.</summary>
    public async Task<bool> DropSnapshotsAsync(IReadOnlyList<string> persistenceIds) =>
        await _context.Commits.PersistAsync(() => _context.Journal.RewriteAsync([], persistenceIds, null, CancellationToken.None));

    private void Host(DeviceShard shard)
    {
        lock (_gate)
        {
            if (_isStopped) throw new ShardMovedException(Region, shard.Number);
            _shards[shard.Number] = shard;
            _loops[shard.Number] = _context.Scheduler.Start(() => ServeAsync(shard));
        }
    }

    /// <summary>Where the journal is shared, a shard that ends for any reason is hosted no more: another owner may go on with it.</summary>
    private async Task ServeAsync(DeviceShard shard)
    {
        if (!_context.IsShared)
        {
            await shard.RunAsync();
            return;
        }
        Exception? lost = null;
        try
        {
            await shard.RunAsync();
        }
        catch (Exception error)
        {
            lost = error;
        }
        lock (_gate) _past = (_past.Ephemeral + shard.EphemeralObservations, _past.Refused + shard.RefusedFuture);
        _shards[shard.Number] = null;
        if (lost is not null) Lost?.Invoke(shard.Number, lost);
    }

    /// <summary>Sends a message and answers under the shard's lease only.</summary>
    private async Task<T> AnswerAsync<T>(int shard, ShardMessage message, TaskCompletionSource<T> reply, CancellationToken stop)
    {
        if (_shards[shard] is not { IsCurrent: true } hosted) throw new ShardMovedException(Region, shard);
        await SendAsync(shard, message, stop);
        using var cancel = stop.Register(() => reply.TrySetCanceled(stop));
        var answer = await reply.Task;
        return hosted.IsCurrent ? answer : throw new ShardMovedException(Region, shard);
    }
}
