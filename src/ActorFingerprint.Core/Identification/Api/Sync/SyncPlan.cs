using System.Collections.Immutable;
using System.Diagnostics;

namespace ActorFingerprint.Core.Identification.Api.Sync;

/// <summary>
/// When what is asked of the API. Batches of at most <see cref="BatchSize"/>, at least <see cref="BatchGap"/> after the end of the last,
/// within the limits, most wanted first, while the network is there, the machine need not rest and the circuit lets it pass.
/// </summary>
public sealed class SyncPlan : IDecider<SyncState, SyncCommand, SyncEvent>
{
    /// <summary>Most questions of one batch.</summary>
    public const int BatchSize = 10;

    /// <summary>Most questions that wait; the least wanted goes first.</summary>
    public const int QueueCapacity = 10_000;

    /// <summary>How often a question is asked before it is given up.</summary>
    public const int MaxAttempts = 5;

    /// <summary>Rest after a batch.</summary>
    public static readonly TimeSpan BatchGap = TimeSpan.FromSeconds(5);

    /// <summary>Age of the last gathering after which a start gathers, and time before its expiry from which an answer is stale.</summary>
    public static readonly TimeSpan SyncAge = TimeSpan.FromHours(24);

    /// <summary>Least time between two gatherings.</summary>
    public static readonly TimeSpan GatheringGap = TimeSpan.FromHours(1);

    /// <inheritdoc />
    public static SyncState Initial { get; } = new();

    /// <inheritdoc />
    public static IReadOnlyList<SyncEvent> Decide(SyncState state, SyncCommand command) => command switch
    {
        SyncCommand.Start start => Start(start),
        SyncCommand.Enqueue wanted => Enqueue(state, wanted),
        SyncCommand.Tick tick => Tick(state, tick),
        SyncCommand.Answered answered => Answered(state, answered),
        SyncCommand.Forget forget =>
        [
            .. state.Queue.Concat(state.InFlight).Where(item => item.Question.Mac == forget.Mac)
                .Select(item => new SyncEvent.Dropped(forget.AtTicks, item)),
        ],
        SyncCommand.BatchEnded ended =>
            [.. state.InFlight.Select(item => new SyncEvent.Returned(ended.AtTicks, item)), new SyncEvent.BatchClosed(ended.AtTicks)],
        _ => throw new UnreachableException($"{command.GetType()} is not a command of the sync"),
    };

    /// <inheritdoc />
    public static SyncState Evolve(SyncState state, SyncEvent @event) => @event switch
    {
        SyncEvent.Started started => state with
        {
            Limits = started.Limits,
            Quota = started.Quota,
            LastSyncTicks = started.LastSyncTicks,
            NotBeforeTicks = started.AtTicks + BatchGap.Ticks, // the last batch may have been sent just before the node stopped
        },
        SyncEvent.Gathering gathering => state with { LastSyncTicks = gathering.AtTicks },
        SyncEvent.Enqueued enqueued => With(Without(state, enqueued.Item.Question), enqueued.Item),
        SyncEvent.Dropped dropped => Without(state, dropped.Item.Question) with { InFlight = state.InFlight.Remove(dropped.Item) },
        SyncEvent.ConditionsChanged changed => state with { Conditions = changed.Conditions },
        SyncEvent.BatchTaken taken => taken.Items.Aggregate(state, (s, item) => Without(s, item.Question)) with
        {
            InFlight = [.. taken.Items],
            Quota = state.Quota.Add(taken.Items.Count, taken.AtTicks),
        },
        SyncEvent.Settled settled => state with { InFlight = state.InFlight.Remove(settled.Item) },
        SyncEvent.Returned returned => With(
            state with { InFlight = state.InFlight.RemoveAll(item => item.Question.Equals(returned.Item.Question)) }, returned.Item),
        SyncEvent.CircuitChanged circuit => state with { Breaker = circuit.Breaker },
        SyncEvent.BatchClosed closed => state with { NotBeforeTicks = closed.AtTicks + BatchGap.Ticks },
        _ => throw new UnreachableException($"{@event.GetType()} is not an event of the sync"),
    };

    private static List<SyncEvent> Start(SyncCommand.Start start)
    {
        var events = new List<SyncEvent> { new SyncEvent.Started(start.AtTicks, start.Limits, start.Quota, start.LastSyncTicks) };
        var age = start.AtTicks - start.LastSyncTicks;
        if (age > SyncAge.Ticks || age < 0) events.Add(new SyncEvent.Gathering(start.AtTicks, SyncTrigger.Start));
        return events;
    }

    private static List<SyncEvent> Enqueue(SyncState state, SyncCommand.Enqueue wanted)
    {
        if (state.InFlight.Any(item => item.Question.Equals(wanted.Question))) return [];
        if (state.Waiting.TryGetValue(wanted.Question, out var waiting))
            return wanted.Priority < waiting.Priority
                ? [new SyncEvent.Enqueued(wanted.AtTicks, waiting with { Priority = wanted.Priority, Number = state.NextNumber })] : [];
        var item = new SyncItem(wanted.Priority, state.NextNumber, wanted.Question, 0);
        if (state.Queue.Count < QueueCapacity) return [new SyncEvent.Enqueued(wanted.AtTicks, item)];
        var last = state.Queue.Max!;
        return last.Priority <= item.Priority ? [] : [new SyncEvent.Dropped(wanted.AtTicks, last), new SyncEvent.Enqueued(wanted.AtTicks, item)];
    }

    private static List<SyncEvent> Tick(SyncState state, SyncCommand.Tick tick)
    {
        var events = new List<SyncEvent>();
        var breaker = state.Breaker;
        if (tick.Conditions != state.Conditions)
        {
            events.Add(new SyncEvent.ConditionsChanged(tick.AtTicks, tick.Conditions));
            if (tick.Conditions.IsOnline && !state.Conditions.IsOnline)
            {
                breaker = breaker.AfterNetworkBack(tick.AtTicks);
                if (breaker != state.Breaker) events.Add(new SyncEvent.CircuitChanged(tick.AtTicks, breaker));
                events.Add(new SyncEvent.Gathering(tick.AtTicks, SyncTrigger.NetworkBack));
            }
        }
        if (events is not [.., SyncEvent.Gathering] && IsExpiryNear(state, tick))
            events.Add(new SyncEvent.Gathering(tick.AtTicks, SyncTrigger.Expiry));
        if (Batch(state, breaker, tick) is { Count: > 0 } batch) events.Add(new SyncEvent.BatchTaken(tick.AtTicks, batch));
        return events;
    }

    private static bool IsExpiryNear(SyncState state, SyncCommand.Tick tick) =>
        tick.EarliestExpiryTicks - SyncAge.Ticks <= tick.AtTicks && Math.Abs(tick.AtTicks - state.LastSyncTicks) >= GatheringGap.Ticks;

    private static List<SyncItem> Batch(SyncState state, CircuitBreaker breaker, SyncCommand.Tick tick)
    {
        var mayAsk = state.InFlight.Count == 0 && tick.AtTicks >= state.NotBeforeTicks && !breaker.IsOpen(tick.AtTicks)
            && tick.Conditions is { IsOnline: true, Strain: null };
        if (!mayAsk || state.Queue.Count == 0) return [];
        var most = breaker.IsClosed ? BatchSize : 1;
        return [.. state.Queue.Take(Math.Min(most, state.Quota.Available(state.Limits, tick.AtTicks)))];
    }

    private static List<SyncEvent> Answered(SyncState state, SyncCommand.Answered answered)
    {
        if (state.InFlight.Find(item => item.Question.Equals(answered.Question)) is not { } item) return [];
        var result = answered.Result;
        var events = new List<SyncEvent>();
        if (result.IsAnswer) events.Add(new SyncEvent.Settled(answered.AtTicks, item, result));
        else if (result.Outcome == InterrogationOutcome.QuestionRefused || AttemptsAfter(item, result) >= MaxAttempts)
            events.Add(new SyncEvent.Dropped(answered.AtTicks, item));
        else events.Add(new SyncEvent.Returned(answered.AtTicks, item with { Attempts = AttemptsAfter(item, result) }));
        var breaker = state.Breaker.After(result, answered.AtTicks);
        if (breaker != state.Breaker) events.Add(new SyncEvent.CircuitChanged(answered.AtTicks, breaker));
        return events;
    }

    /// <summary>What every question would have met does not count against this one.</summary>
    private static int AttemptsAfter(SyncItem item, InterrogationResult result) => result.Outcome
        is InterrogationOutcome.KeyRefused or InterrogationOutcome.Blocked or InterrogationOutcome.LimitReached ? item.Attempts : item.Attempts + 1;

    private static SyncState Without(SyncState state, ApiQuestion question) => state.Waiting.TryGetValue(question, out var item)
        ? state with { Queue = state.Queue.Remove(item), Waiting = state.Waiting.Remove(question) } : state;

    private static SyncState With(SyncState state, SyncItem item) => state with
    {
        Queue = state.Queue.Add(item),
        Waiting = state.Waiting.SetItem(item.Question, item),
        NextNumber = Math.Max(state.NextNumber, item.Number + 1),
    };
}
