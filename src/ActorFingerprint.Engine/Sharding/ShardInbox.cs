using System.Diagnostics.CodeAnalysis;

namespace ActorFingerprint.Engine.Sharding;

/// <summary>Puts a batch into its shard's mailbox, as <see cref="DeviceEngine.ReceiveAsync"/> does.</summary>
public delegate ValueTask ReceiveBatch(ShardBatch batch, TaskCompletionSource applied, CancellationToken stop);

/// <summary>
/// One shard's time at this node: starts it when ownership has come, feeds it from its queue, acknowledges what is durable, and ends it when
/// ownership goes. Batches are applied in the order of their numbers; one that comes too early waits, one that cannot be applied is set aside.
/// </summary>
/// <param name="consumer">Of the shard's queue, active now.</param>
/// <param name="host">The region that hosts the shard.</param>
/// <param name="receive">Takes batches; null for a region that gets none.</param>
/// <param name="scheduler">Where everything runs.</param>
/// <param name="time">Clock of what waits.</param>
[SuppressMessage("Design", "CA1001", Justification = "The token source has no timer and no wait handle, and outlives every wait.")]
public sealed class ShardInbox(IShardConsumer consumer, IShardHost host, ReceiveBatch? receive, EngineScheduler scheduler, TimeProvider time)
{
    /// <summary>How long a batch waits for the one before it.</summary>
    public static readonly TimeSpan GapPatience = TimeSpan.FromSeconds(30);

    /// <summary>Deliveries after which a batch that was never applied is taken for the reason: it stops whatever owner gets it.</summary>
    public const int MaxTries = 20;

    private readonly Dictionary<string, SortedDictionary<long, ShardDelivery>> _early = new(StringComparer.Ordinal);
    private readonly Dictionary<string, InMailbox> _posted = new(StringComparer.Ordinal);
    private readonly HashSet<string> _broken = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _ended = new();
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private int _waiting;
    private TaskCompletionSource? _idle;
    private volatile bool _handsOver;

    /// <summary>The shard.</summary>
    public int Shard => consumer.Shard;

    /// <summary>Told when the shard is served here.</summary>
    public Action? Started { get; init; }

    /// <summary>Told of every message that was set aside, with the reason.</summary>
    public Action<ShardDelivery, string>? Refused { get; init; }

    /// <summary>Runs until ownership goes: taken away by the broker or another owner's claim, or handed over on request.</summary>
    public async Task RunAsync()
    {
        host.Lost += OnLost;
        try
        {
            await host.StartShardAsync(Shard, _ended.Token);
            _started.TrySetResult();
            Started?.Invoke();
            while (await consumer.TakeAsync() is { } delivery) await TakeAsync(delivery);
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            // it went before it had come
        }
        catch (ShardMovedException) when (_handsOver)
        {
            // HandOverAsync does the rest
        }
        catch (Exception error)
        {
            await consumer.LetGoAsync(); // another owner's claim, or its own failure: what is unacknowledged comes again
            if (error is not ShardMovedException) throw;
        }
        finally
        {
            host.Lost -= OnLost;
            _ended.Cancel(); // not CancelAsync: that runs on the thread pool
            _started.TrySetResult();
            if (!_handsOver) host.DropShard(Shard);
        }
    }

    /// <summary>Hands the shard over in order: what it has taken is applied and acknowledged, then the next node in the line gets it.</summary>
    public async Task HandOverAsync()
    {
        await _started.Task;
        _handsOver = true;
        await host.StopShardAsync(Shard); // decides what is in its mailbox
        Task idle;
        lock (_gate)
        {
            _idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_waiting == 0) _idle.TrySetResult();
            idle = _idle.Task;
        }
        await idle; // and its acknowledgements are out
        await consumer.LetGoAsync();
    }

    private async ValueTask TakeAsync(ShardDelivery delivery, bool isAgain = false)
    {
        if (receive is null)
        {
            await SetAsideAsync(delivery, "the region takes no batches");
            return;
        }
        if (delivery.Batch is { } batch && delivery.Tries < MaxTries) await PostAsync(delivery, batch, null, isAgain);
        else
        {
            var reason = delivery.Fault ?? $"it was delivered {delivery.Tries} times and never applied";
            if (delivery.Run is { } run) await PostAsync(delivery, new ShardBatch(run, delivery.Number, Shard, []), reason, isAgain); // the next ones may pass
            else await SetAsideAsync(delivery, reason);
        }
    }

    /// <summary>Into the mailbox, in order; what comes of it is dealt with when it is known.</summary>
    private async ValueTask PostAsync(ShardDelivery delivery, ShardBatch batch, string? poison, bool isAgain)
    {
        var applied = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Posted(batch.Run);
        try
        {
            await receive!(batch, applied, _ended.Token);
        }
        catch
        {
            Settled(batch.Run);
            throw;
        }
        _ = scheduler.Start(() => SettleAsync(delivery, batch, poison, isAgain, applied.Task));
    }

    private async Task SettleAsync(ShardDelivery delivery, ShardBatch batch, string? poison, bool isAgain, Task applied)
    {
        try
        {
            await applied;
            if (poison is null) await consumer.AcknowledgeAsync(delivery);
            else await SetAsideAsync(delivery, poison);
            if (batch.RetryId is null) await ReleaseAsync(batch.Run, batch.Number);
        }
        catch (BatchGapException gap)
        {
            await HoldAsync(delivery, batch.Run, gap.Last, isAgain);
        }
        catch (Exception error) when (error is ShardMovedException or OperationCanceledException)
        {
            // not applied: it stays unacknowledged and comes again
        }
        finally
        {
            Settled(batch.Run);
        }
    }

    private void Posted(string run)
    {
        lock (_gate)
        {
            _waiting++;
            if (!_posted.TryGetValue(run, out var posted)) _posted.Add(run, posted = new InMailbox());
            posted.Batches++;
        }
    }

    private void Settled(string run)
    {
        lock (_gate)
        {
            if (--_posted[run].Batches == 0) _posted.Remove(run);
            if (--_waiting == 0) _idle?.TrySetResult();
        }
    }

    /// <summary>
    /// Keeps a batch that came too early, unless the one before it was applied meanwhile. A copy that was kept is acknowledged: this one is in its
    /// place. Once a run's patience was tried in vain, its later batches are set aside at once.
    /// </summary>
    private async ValueTask HoldAsync(ShardDelivery delivery, string run, long last, bool isAgain)
    {
        ShardDelivery? copy = null;
        bool isBroken, isNext;
        lock (_gate)
        {
            isNext = !isAgain && _posted[run].Applied >= delivery.Number - 1;
            isBroken = _broken.Contains(run);
            if (!isNext && !isBroken)
            {
                if (!_early.TryGetValue(run, out var early)) _early.Add(run, early = []);
                early.TryGetValue(delivery.Number, out copy);
                if (copy?.Batch is not null && delivery.Batch is null) copy = delivery; // what can be read is kept
                else
                {
                    early[delivery.Number] = delivery;
                    _ = scheduler.Start(() => ExpireAsync(run, delivery, last));
                }
            }
        }
        if (isNext) await TakeAsync(delivery, isAgain: true);
        else if (isBroken) await SetAsideAsync(delivery, Missing(run, last));
        else if (copy is not null) await consumer.AcknowledgeAsync(copy);
    }

    /// <summary>A batch was applied: the one after it may be waiting.</summary>
    private async ValueTask ReleaseAsync(string run, long applied)
    {
        var released = new List<ShardDelivery>();
        lock (_gate)
        {
            _broken.Remove(run);
            _posted[run].Applied = Math.Max(_posted[run].Applied, applied);
            if (!_early.TryGetValue(run, out var early)) return;
            foreach (var (number, delivery) in early)
            {
                if (number > applied + 1) break;
                released.Add(delivery);
            }
            foreach (var delivery in released) early.Remove(delivery.Number);
            if (early.Count == 0) _early.Remove(run);
        }
        foreach (var delivery in released) await TakeAsync(delivery);
    }

    private async Task ExpireAsync(string run, ShardDelivery delivery, long last)
    {
        try
        {
            await Task.Delay(GapPatience, time, _ended.Token);
        }
        catch (OperationCanceledException)
        {
            return; // it comes again at the next owner
        }
        lock (_gate)
        {
            if (!_early.TryGetValue(run, out var early) || !early.TryGetValue(delivery.Number, out var held) || held != delivery) return;
            early.Remove(delivery.Number);
            if (early.Count == 0) _early.Remove(run);
            _broken.Add(run);
        }
        await SetAsideAsync(delivery, Missing(run, last));
    }

    private ValueTask SetAsideAsync(ShardDelivery delivery, string reason)
    {
        Refused?.Invoke(delivery, reason);
        return consumer.SetAsideAsync(delivery, reason);
    }

    private string Missing(string run, long last) =>
        $"shard {Shard}: batch {last + 1} of run {run}, which comes first, did not come within {GapPatience.TotalSeconds:0} s";

    /// <summary>The shard stopped by itself: the broker is asked to find another owner.</summary>
    private void OnLost(int shard, Exception cause)
    {
        if (shard != Shard || _ended.IsCancellationRequested) return;
        _ = scheduler.Start(() => consumer.LetGoAsync().AsTask());
    }

    /// <summary>A run's batches that are in the mailbox or not settled yet, and the highest of them known to be applied.</summary>
    private sealed class InMailbox
    {
        public int Batches;

        public long Applied;
    }
}
