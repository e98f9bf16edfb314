using ActorFingerprint.Core.Identification.Api;
using ActorFingerprint.Core.Identification.Api.Sync;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Persistence.Fingerbank;
using Microsoft.Extensions.Logging;

namespace ActorFingerprint.Node.Fingerbank;

/// <summary>
/// The shell around <see cref="SyncPlan"/>: feeds it time and the machine's state, sends what it takes, keeps the answers. What a batch
/// will cost is on disk before its first question leaves.
/// </summary>
/// <param name="cache">Where answers are kept.</param>
/// <param name="ask">Sends one question.</param>
/// <param name="conditions">The machine's state.</param>
/// <param name="limits">Limits in force.</param>
/// <param name="gather">Everything that lacks an answer.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Hears of holds and refusals; never of a device or the key.</param>
public sealed class FingerbankSync(
    FingerbankCache cache, Func<ApiQuestion, CancellationToken, Task<InterrogationResult>> ask, Func<SyncConditions> conditions,
    QuotaLimits limits, Func<CancellationToken, IAsyncEnumerable<(ApiQuestion Question, SyncPriority Priority)>> gather,
    TimeProvider time, ILogger log)
    : IDeviceInterrogation, IDisposable
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _keeping = new(1);
    private readonly Dictionary<ApiQuestion, List<TaskCompletionSource<InterrogationResult>>> _waiters = [];
    private SyncState _state = SyncPlan.Initial;

    /// <summary>What it knows.</summary>
    public SyncState State
    {
        get { lock (_gate) return _state; }
    }

    /// <summary>Goes on from what was kept; gathers when the last time is over a day ago.</summary>
    public async Task StartAsync(CancellationToken stop)
    {
        var quota = await cache.ReadQuotaAsync(stop);
        await FollowAsync(Apply(new SyncCommand.Start(Now(), limits, quota, cache.LastSyncTicks)), stop);
    }

    /// <summary>Lets time go by once: gathers or sends a batch when the plan says so. One call at a time.</summary>
    public Task StepAsync(CancellationToken stop) =>
        FollowAsync(Apply(new SyncCommand.Tick(Now(), conditions(), cache.EarliestExpiryTicks)), stop);

    /// <inheritdoc />
    public async Task<InterrogationResult> AskAsync(ApiQuestion question, CancellationToken stop)
    {
        if (cache.Peek(question) is { IsForSameSignals: true, IsSeed: false } known) return ResultOf(known.Device);
        var waiter = new TaskCompletionSource<InterrogationResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (!_waiters.TryGetValue(question, out var waiting)) _waiters[question] = waiting = [];
            waiting.Add(waiter);
        }
        Apply(new SyncCommand.Enqueue(Now(), question, SyncPriority.Asked));
        try
        {
            return await waiter.Task.WaitAsync(stop);
        }
        finally
        {
            lock (_gate)
                if (_waiters.TryGetValue(question, out var waiting) && waiting.Remove(waiter) && waiting.Count == 0) _waiters.Remove(question);
        }
    }

    /// <inheritdoc />
    public bool Enqueue(ApiQuestion question, SyncPriority priority) => Apply(new SyncCommand.Enqueue(Now(), question, priority)).Count > 0;

    /// <summary>Removes a device from the queue and from the cache; an answer about it that is still to come is thrown away.</summary>
    public async Task<bool> ForgetAsync(MacAddress mac, CancellationToken stop)
    {
        await _keeping.WaitAsync(stop);
        try
        {
            Apply(new SyncCommand.Forget(Now(), mac));
            return await cache.ForgetAsync(mac, stop);
        }
        finally
        {
            _keeping.Release();
        }
    }

    /// <summary>Fails those who still wait.</summary>
    public void Dispose()
    {
        List<TaskCompletionSource<InterrogationResult>> left;
        lock (_gate) left = [.. _waiters.Values.SelectMany(waiting => waiting)];
        foreach (var waiter in left) waiter.TrySetCanceled();
        _keeping.Dispose();
    }

    private async Task FollowAsync(IReadOnlyList<SyncEvent> events, CancellationToken stop)
    {
        foreach (var @event in events)
        {
            if (@event is SyncEvent.Gathering gathering) await GatherAsync(gathering, stop);
            else if (@event is SyncEvent.BatchTaken batch) await SendAsync(batch.Items, stop);
        }
    }

    private async Task GatherAsync(SyncEvent.Gathering gathering, CancellationToken stop)
    {
        var count = 0;
        await foreach (var (question, priority) in gather(stop).WithCancellation(stop))
            if (Enqueue(question, priority)) count++;
        await cache.SaveLastSyncAsync(gathering.AtTicks, stop);
        FingerbankLog.Gathered(log, gathering.Trigger, count);
    }

    private async Task SendAsync(IReadOnlyList<SyncItem> items, CancellationToken stop)
    {
        try
        {
            await cache.SaveQuotaAsync(State.Quota, stop);
            foreach (var item in items)
            {
                var state = State;
                if (state.Breaker.IsOpen(Now())) break;
                if (!state.InFlight.Any(flying => flying.Question.Equals(item.Question))) continue; // erased meanwhile
                await KeepAsync(item, await ask(item.Question, stop), stop);
            }
        }
        catch (JournalUnavailableException error)
        {
            FingerbankLog.NotKept(log, error.Message);
        }
        finally
        {
            Apply(new SyncCommand.BatchEnded(Now()));
        }
    }

    private async Task KeepAsync(SyncItem item, InterrogationResult result, CancellationToken stop)
    {
        await _keeping.WaitAsync(stop);
        try
        {
            var events = Apply(new SyncCommand.Answered(Now(), item.Question, result));
            if (events.Any(e => e is SyncEvent.Settled)) await cache.PutAsync(item.Question, result.Device, stop);
            if (events.Any(e => e is SyncEvent.Settled or SyncEvent.Dropped)) Answer(item.Question, result);
            foreach (var changed in events.OfType<SyncEvent.CircuitChanged>()) Tell(changed.Breaker);
        }
        finally
        {
            _keeping.Release();
        }
    }

    private void Answer(ApiQuestion question, InterrogationResult result)
    {
        List<TaskCompletionSource<InterrogationResult>>? waiting;
        lock (_gate)
            if (!_waiters.Remove(question, out waiting)) return;
        foreach (var waiter in waiting) waiter.TrySetResult(result);
    }

    private void Tell(CircuitBreaker breaker)
    {
        if (breaker.IsOpen(Now())) FingerbankLog.OnHold(log, new DateTime(breaker.OpenUntilTicks, DateTimeKind.Utc), breaker.Cause);
        else if (breaker == CircuitBreaker.Closed) FingerbankLog.Answers(log);
    }

    private IReadOnlyList<SyncEvent> Apply(SyncCommand command)
    {
        lock (_gate)
        {
            var events = SyncPlan.Decide(_state, command);
            foreach (var @event in events) _state = SyncPlan.Evolve(_state, @event);
            return events;
        }
    }

    private static InterrogationResult ResultOf(ApiDevice? device) =>
        new(device is null ? InterrogationOutcome.NotFound : InterrogationOutcome.Found, device);

    private long Now() => time.GetUtcNow().UtcTicks;
}
