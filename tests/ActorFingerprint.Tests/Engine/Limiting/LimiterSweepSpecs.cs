using ActorFingerprint.Engine;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Limiting;
using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Hosting;
using ActorFingerprint.Limits.Throttle;
using Xunit;

namespace ActorFingerprint.Tests.Engine.Limiting;

/// <summary>Entities that no rule needs any more leave the journal, and nothing else does.</summary>
public sealed class LimiterSweepSpecs
{
    private const int Day = 86_400;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void What_expired_leaves_the_journal_and_what_lives_stays()
    {
        var region = new RegionHarness();
        for (var i = 0; i < 20; i++) region.Fail($"old-{i}", $"d-{i}", $"198.51.100.{i}");
        region.Advance(Day);
        region.Fail("young");
        Assert.Equal(0, Sweep(region)); // the margin of an hour
        region.Advance(3_601);
        Assert.Equal(20, Sweep(region));
        var left = Assert.Single(Entities(region));
        Assert.StartsWith("limiter-account-", left, StringComparison.Ordinal);
        Assert.Equal((1, 0), (View(region, "young").BudgetCount, View(region, "old-3").BudgetCount));
        region.Stop();
    }

    [Fact]
    public void A_swept_entity_begins_anew_before_and_after_a_restart()
    {
        var region = new RegionHarness();
        region.Fail("owner");
        region.Fail("owner");
        region.Fail("last"); // the journal's last row stays whatever its age
        region.Advance(Day + 3_601);
        Assert.Equal(1, Sweep(region));
        Assert.Equal(LimitDecision.Allow, region.Fail("owner").Decision);
        Assert.Equal(3, Score(region, "owner"));
        region.Restart();
        Assert.Equal(3, Score(region, "owner"));
        Assert.Equal(LimitDecision.SoftBlock, region.Fail("owner").Decision); // 3 + 3 reach L1
        region.Restart();
        Assert.Equal(6, Score(region, "owner"));
        region.Stop();
    }

    [Fact]
    public void A_start_sweeps_too()
    {
        var region = new RegionHarness();
        for (var i = 0; i < 5; i++) region.Fail($"old-{i}");
        region.Advance(Day + 3_601);
        region.Restart();
        region.Settle();
        Assert.Single(Entities(region));
        region.Stop();
    }

    [Fact]
    public void Requests_that_come_during_a_sweep_are_counted_once()
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var region = new RegionHarness(seed);
            for (var i = 0; i < 6; i++) region.Fail($"old-{i}", $"d-{i}", $"198.51.100.{i}");
            region.Fail("last");
            region.Advance(Day + 3_601);
            region.Run(async () =>
            {
                var sweep = region.Region.SweepAsync(Stop);
                var asked = new List<Task>();
                for (var i = 0; i < 6; i++)
                {
                    asked.Add(region.Region.DecideAsync(region.Request(LimitCommand.Failure, $"old-{i}", $"d-{i}", $"198.51.100.{i}")));
                    await Task.Yield();
                }
                await EngineScheduler.WhenAll(asked);
                return await sweep;
            });
            for (var i = 0; i < 6; i++) Assert.Equal((seed, i, 3), (seed, i, Score(region, $"old-{i}")));
            region.Restart();
            for (var i = 0; i < 6; i++) Assert.Equal((seed, i, 3), (seed, i, Score(region, $"old-{i}")));
            region.Stop();
        }
    }

    [Fact]
    public void A_throttle_of_a_month_outlives_the_sweeps()
    {
        var region = new RegionHarness();
        var rule = new ThrottleRule("exports", 2, 30 * Day);
        for (var i = 0; i < 3; i++) region.Run(() => region.Region.ConsumeAsync(rule, "subject", 1));
        region.Fail("last");
        region.Advance(3 * Day);
        Assert.Equal(0, Sweep(region));
        Assert.False(region.Run(() => region.Region.ConsumeAsync(rule, "subject", 1)).Allowed);
        region.Restart();
        Assert.False(region.Run(() => region.Region.ConsumeAsync(rule, "subject", 1)).Allowed);
        region.Advance(28 * Day);
        Assert.Equal(1, Sweep(region));
        Assert.True(region.Run(() => region.Region.ConsumeAsync(rule, "subject", 1)).Allowed);
        region.Stop();
    }

    [Fact]
    public void A_second_owner_stops_the_sweep_of_the_first()
    {
        var first = new RegionHarness();
        first.Fail("owner");
        first.Fail("last");
        var second = new RegionHarness(journal: first.Journal);
        second.Fail("owner");
        first.Advance(Day + 3_601);
        Sweep(first);
        Assert.Equal(6, Score(second, "owner"));
        second.Restart();
        Assert.Equal(6, Score(second, "owner"));
    }

    private static int Sweep(RegionHarness region) => region.Run(() => region.Region.SweepAsync(Stop));

    private static List<string> Entities(RegionHarness region) => region.Run(async () =>
        (await region.Journal.EntitiesAsync("limiter-", "limiter.", 1_000, Stop)).Select(e => e.PersistenceId).ToList());

    private static long Score(RegionHarness region, string account) => View(region, account).K4!.Value.Score;

    private static LimiterStateView View(RegionHarness region, string account) =>
        region.Run(() => region.Region.ReadAsync(region.Request(LimitCommand.Check, account)))!;
}
