using ActorFingerprint.Core.Identification.Api;
using ActorFingerprint.Core.Identification.Api.Sync;
using Xunit;

namespace ActorFingerprint.Tests.Core.Identification.Api;

public sealed class SyncPlanSpecs
{
    private static readonly long Start = new DateTime(2026, 2, 1, 0, 0, 0, DateTimeKind.Utc).Ticks;
    private SyncState _state = SyncPlan.Initial;
    private long _now = Start;

    [Fact]
    public void A_simulated_month_never_passes_a_limit_in_any_window_and_uses_nearly_all_of_it()
    {
        var limits = QuotaLimits.Default;
        var sent = new List<long>();
        var (next, restarts) = (0, new Random(7));
        Apply(new SyncCommand.Start(_now, limits, RequestQuota.Unused, _now));
        var end = Start + TimeSpan.FromDays(40).Ticks;
        while (_now < end)
        {
            while (_state.Queue.Count < 20) Apply(new SyncCommand.Enqueue(_now, ApiSamples.Question(next++ % 100_000), SyncPriority.New));
            if (Batch() is { Count: > 0 } batch)
            {
                Assert.InRange(batch.Count, 1, SyncPlan.BatchSize);
                sent.AddRange(batch.Select(_ => _now));
                foreach (var item in batch) Apply(new SyncCommand.Answered(_now, item.Question, new(InterrogationOutcome.NotFound)));
                Apply(new SyncCommand.BatchEnded(_now));
            }
            if (restarts.Next(20_000) == 0) // the node starts again: only what was kept is known
            {
                var kept = Kept(_state.Quota);
                _state = SyncPlan.Initial;
                Apply(new SyncCommand.Start(_now, limits, kept, _now));
            }
            _now += _state.Quota.Available(limits, _now) > 0 ? TimeSpan.FromSeconds(1).Ticks : TimeSpan.FromSeconds(20).Ticks;
        }
        Assert.InRange(MostWithin(sent, TimeSpan.FromHours(1)), 290, limits.PerHour);
        Assert.InRange(MostWithin(sent, TimeSpan.FromHours(24)), 1950, limits.PerDay);
        Assert.InRange(MostWithin(sent, TimeSpan.FromDays(31)), 29_900, limits.PerMonth);
        Assert.All(sent.Distinct().Zip(sent.Distinct().Skip(1)), pair => Assert.True(pair.Second - pair.First >= SyncPlan.BatchGap.Ticks));
    }

    [Fact]
    public void Who_waits_comes_first_then_new_then_stale_then_preload()
    {
        Enqueue(1, SyncPriority.Preload);
        Enqueue(2, SyncPriority.Stale);
        Enqueue(3, SyncPriority.New);
        Enqueue(4, SyncPriority.New);
        Enqueue(5, SyncPriority.Asked);
        Enqueue(1, SyncPriority.Stale); // wanted more now
        Enqueue(3, SyncPriority.Preload); // and not less
        Assert.Equal([5, 3, 4, 2, 1], Batch()!.Select(Number));
    }

    [Fact]
    public void A_full_queue_lets_the_least_wanted_go()
    {
        for (var n = 0; n < SyncPlan.QueueCapacity; n++) Enqueue(n, SyncPriority.Preload);
        Assert.Empty(Apply(new SyncCommand.Enqueue(_now, ApiSamples.Question(99_999), SyncPriority.Preload)));
        Assert.IsType<SyncEvent.Dropped>(Apply(new SyncCommand.Enqueue(_now, ApiSamples.Question(99_999), SyncPriority.New))[0]);
        Assert.Equal(SyncPlan.QueueCapacity, _state.Queue.Count);
        Assert.Equal(99_999, Number(_state.Queue[0]));
    }

    [Theory]
    [InlineData(23.9, false)]
    [InlineData(24.1, true)]
    [InlineData(-1, true)]
    public void A_start_gathers_when_the_last_time_is_over_a_day_ago(double hours, bool gathers) =>
        Assert.Equal(gathers, Apply(new SyncCommand.Start(_now, QuotaLimits.Default, RequestQuota.Unused, _now - TimeSpan.FromHours(hours).Ticks))
            .Any(e => e is SyncEvent.Gathering { Trigger: SyncTrigger.Start }));

    [Fact]
    public void The_network_coming_back_gathers_and_what_failed_without_it_is_tried_at_once()
    {
        Enqueue(1, SyncPriority.New);
        for (var fault = 0; fault < CircuitBreaker.FaultsToOpen; fault++)
        {
            AnswerBatch(new(InterrogationOutcome.Unreachable), expected: 1);
            if (fault < CircuitBreaker.FaultsToOpen - 1) _now = _state.NotBeforeTicks;
        }
        Assert.True(_state.Breaker.IsOpen(_now));
        Enqueue(2, SyncPriority.New);
        Assert.Null(Batch(new SyncConditions(false, null)));
        _now += TimeSpan.FromSeconds(30).Ticks;
        var events = Apply(Tick(SyncConditions.Good));
        Assert.Contains(events, e => e is SyncEvent.Gathering { Trigger: SyncTrigger.NetworkBack });
        Assert.Contains(events, e => e is SyncEvent.BatchTaken { Items.Count: 1 });
    }

    [Fact]
    public void An_answer_that_expires_within_a_day_gathers_once_an_hour_at_most()
    {
        var expiry = _now + TimeSpan.FromHours(23).Ticks;
        Assert.Contains(Apply(new SyncCommand.Tick(_now, SyncConditions.Good, expiry)), e => e is SyncEvent.Gathering { Trigger: SyncTrigger.Expiry });
        _now += TimeSpan.FromMinutes(59).Ticks;
        Assert.Empty(Apply(new SyncCommand.Tick(_now, SyncConditions.Good, expiry)));
        _now += TimeSpan.FromMinutes(2).Ticks;
        Assert.NotEmpty(Apply(new SyncCommand.Tick(_now, SyncConditions.Good, expiry)));
        _now += TimeSpan.FromHours(2).Ticks;
        Assert.Empty(Apply(new SyncCommand.Tick(_now, SyncConditions.Good, _now + TimeSpan.FromHours(25).Ticks)));
    }

    [Fact]
    public void Nothing_is_asked_offline_or_under_strain()
    {
        Enqueue(1, SyncPriority.Asked);
        Assert.Null(Batch(new SyncConditions(false, null)));
        Assert.Null(Batch(new SyncConditions(true, "on battery")));
        Assert.NotNull(Batch());
    }

    [Fact]
    public void Single_faults_are_let_pass_five_in_a_row_open_the_circuit_and_one_question_tries_it()
    {
        for (var n = 0; n < 30; n++) Enqueue(n, SyncPriority.New);
        foreach (var item in Batch()!.Take(4)) Apply(new SyncCommand.Answered(_now, item.Question, new(InterrogationOutcome.ServerFault)));
        Assert.True(_state.Breaker.IsClosed);
        Apply(new SyncCommand.Answered(_now, _state.InFlight[0].Question, new(InterrogationOutcome.ServerFault)));
        Apply(new SyncCommand.BatchEnded(_now));
        Assert.Equal(_now + TimeSpan.FromMinutes(1).Ticks, _state.Breaker.OpenUntilTicks);
        Assert.Equal(30, _state.Queue.Count);
        _now += TimeSpan.FromSeconds(59).Ticks;
        Assert.Null(Batch());
        _now += TimeSpan.FromSeconds(1).Ticks;
        AnswerBatch(new(InterrogationOutcome.TimedOut), expected: 1);
        Assert.Equal(_now + TimeSpan.FromMinutes(2).Ticks, _state.Breaker.OpenUntilTicks);
        _now += TimeSpan.FromMinutes(2).Ticks;
        AnswerBatch(new(InterrogationOutcome.Found, ApiSamples.Phone), expected: 1);
        Assert.Equal(CircuitBreaker.Closed, _state.Breaker);
        _now += SyncPlan.BatchGap.Ticks;
        Assert.Equal(SyncPlan.BatchSize, Batch()!.Count);
    }

    [Theory]
    [InlineData(InterrogationOutcome.LimitReached, null, 3600)]
    [InlineData(InterrogationOutcome.LimitReached, 77, 77)]
    [InlineData(InterrogationOutcome.LimitReached, 9_999_999, 86_400)]
    [InlineData(InterrogationOutcome.Blocked, null, 3600)]
    [InlineData(InterrogationOutcome.KeyRefused, null, 86_400)]
    [InlineData(InterrogationOutcome.ServerFault, 30, 30)]
    public void Answers_that_say_stop_hold_everything_back_and_cost_the_question_nothing(InterrogationOutcome outcome, int? retryAfter, int seconds)
    {
        Enqueue(1, SyncPriority.New);
        Enqueue(2, SyncPriority.New);
        var first = Batch()![0];
        Apply(new SyncCommand.Answered(_now, first.Question, new(outcome, null, retryAfter is { } s ? TimeSpan.FromSeconds(s) : null)));
        Apply(new SyncCommand.BatchEnded(_now));
        Assert.Equal(_now + TimeSpan.FromSeconds(seconds).Ticks, _state.Breaker.OpenUntilTicks);
        Assert.Equal([1, 2], _state.Queue.Select(Number));
        if (outcome != InterrogationOutcome.ServerFault) Assert.All(_state.Queue, item => Assert.Equal(0, item.Attempts));
    }

    [Fact]
    public void A_question_that_fails_five_times_or_is_refused_is_given_up()
    {
        Enqueue(1, SyncPriority.New);
        for (var attempt = 0; attempt < SyncPlan.MaxAttempts; attempt++)
        {
            AnswerBatch(new(InterrogationOutcome.Unreadable), expected: 1);
            _now = Math.Max(_state.Breaker.OpenUntilTicks, _state.NotBeforeTicks);
        }
        Assert.Empty(_state.Queue);
        _now += TimeSpan.FromHours(2).Ticks;
        Enqueue(2, SyncPriority.New);
        AnswerBatch(new(InterrogationOutcome.QuestionRefused), expected: 1);
        Assert.Empty(_state.Queue);
    }

    [Fact]
    public void An_erased_device_is_neither_asked_about_nor_answered()
    {
        Enqueue(1, SyncPriority.New);
        Enqueue(2, SyncPriority.New);
        var batch = Batch()!;
        Enqueue(3, SyncPriority.New);
        Apply(new SyncCommand.Forget(_now, ApiSamples.Mac(1)));
        Apply(new SyncCommand.Forget(_now, ApiSamples.Mac(3)));
        Assert.Empty(_state.Queue);
        Assert.Empty(Apply(new SyncCommand.Answered(_now, batch[0].Question, new(InterrogationOutcome.Found, ApiSamples.Phone))));
        Apply(new SyncCommand.BatchEnded(_now));
        Assert.Equal([2], _state.Queue.Select(Number));
    }

    private RequestQuota Kept(RequestQuota quota) => new(
        QuotaWindow.Hour.With(quota.Hour.Counts, _now), QuotaWindow.Day.With(quota.Day.Counts, _now), QuotaWindow.Month.With(quota.Month.Counts, _now));

    private static int Number(SyncItem item) => (int)(item.Question.Mac.Value & 0xFFFFFF);

    /// <summary>The most requests in any window of this length.</summary>
    private static int MostWithin(List<long> times, TimeSpan window)
    {
        var (most, first) = (0, 0);
        for (var last = 0; last < times.Count; last++)
        {
            while (times[last] - times[first] >= window.Ticks) first++;
            most = Math.Max(most, last - first + 1);
        }
        return most;
    }

    private void AnswerBatch(InterrogationResult result, int expected)
    {
        var batch = Batch() ?? [];
        Assert.Equal(expected, batch.Count);
        foreach (var item in batch) Apply(new SyncCommand.Answered(_now, item.Question, result));
        Apply(new SyncCommand.BatchEnded(_now));
    }

    private void Enqueue(int number, SyncPriority priority) => Apply(new SyncCommand.Enqueue(_now, ApiSamples.Question(number), priority));

    private IReadOnlyList<SyncItem>? Batch(SyncConditions? conditions = null) =>
        Apply(Tick(conditions ?? SyncConditions.Good)).OfType<SyncEvent.BatchTaken>().SingleOrDefault()?.Items;

    private SyncCommand.Tick Tick(SyncConditions conditions) => new(_now, conditions, long.MaxValue);

    private IReadOnlyList<SyncEvent> Apply(SyncCommand command)
    {
        var events = SyncPlan.Decide(_state, command);
        foreach (var @event in events) _state = SyncPlan.Evolve(_state, @event);
        return events;
    }
}
