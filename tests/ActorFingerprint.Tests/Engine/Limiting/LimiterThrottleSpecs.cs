using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Limiting;
using ActorFingerprint.Limits.Keys;
using ActorFingerprint.Limits.Throttle;
using Xunit;

namespace ActorFingerprint.Tests.Engine.Limiting;

/// <summary>The simple throttle (AF-1 §15) in the limiter's region.</summary>
public sealed class LimiterThrottleSpecs
{
    private static readonly ThrottleRule Short = new("signup", 3, 60), Long = new("signup", 3, 3_600);

    [Fact]
    public void The_fourth_is_denied_until_the_fixed_end_and_a_denial_does_not_extend()
    {
        var region = new RegionHarness();
        Assert.Equal([2, 1, 0], Enumerable.Range(0, 3).Select(_ => Consume(region, Short).Remaining));
        region.Advance(50);
        Assert.Equal(new ThrottleResult(false, 0, 10, RegionHarness.Start + 60), Consume(region, Short));
        Assert.True(Consume(region, Short, "another").Allowed);
        region.Advance(10);
        Assert.True(Consume(region, Short).Allowed);
        region.Stop();
    }

    [Fact]
    public void A_window_of_more_than_15_minutes_holds_after_a_restart_and_a_shorter_one_leaves_nothing_behind()
    {
        var region = new RegionHarness();
        for (var i = 0; i < 4; i++) Consume(region, Short);
        Assert.Equal(0, ((InMemoryJournal)region.Journal).HighestOrdering);
        for (var i = 0; i < 3; i++) Consume(region, Long);
        region.Restart();
        region.Advance(100);
        Assert.Equal(new ThrottleResult(false, 0, 3_500, RegionHarness.Start + 3_600), Consume(region, Long));
        region.Stop();
    }

    [Fact]
    public void Once_denied_further_denials_write_nothing()
    {
        var region = new RegionHarness();
        for (var i = 0; i < 4; i++) Consume(region, Long);
        region.Restart();
        var written = ((InMemoryJournal)region.Journal).HighestOrdering;
        for (var i = 0; i < 100; i++) Assert.False(Consume(region, Long).Allowed);
        region.Restart();
        Assert.Equal(written, ((InMemoryJournal)region.Journal).HighestOrdering);
        region.Stop();
    }

    [Theory]
    [InlineData(60)]
    [InlineData(3_600)]
    public void What_was_spent_survives_a_rotation(int interval)
    {
        var region = new RegionHarness();
        var rule = new ThrottleRule("signup", 3, interval);
        for (var i = 0; i < 3; i++) Consume(region, rule);
        Assert.True(region.Secrets.TryRotate(SecretKinds.Key, "next-key"u8, "unused"u8, RegionHarness.Start, out var rotated));
        region.Region.Use(rotated);
        Assert.False(Consume(region, rule).Allowed);
        region.Stop();
    }

    [Fact]
    public void A_full_mailbox_denies_and_invents_no_time()
    {
        var region = new RegionHarness(options: RegionHarness.Small with { MailboxCapacity = 0 });
        Assert.Equal(ThrottleResult.Unavailable, Consume(region, Short));
    }

    [Fact]
    public void Counts_are_exact_when_many_spend_at_once()
    {
        var region = new RegionHarness(5);
        var rule = new ThrottleRule("signup", 25, 3_600);
        var allowed = region.Run(async () =>
        {
            var asked = Enumerable.Range(0, 60).Select(_ => region.Region.ConsumeAsync(rule, "subject", 1)).ToArray();
            await ActorFingerprint.Engine.EngineScheduler.WhenAll(asked);
            return asked.Count(a => a.Result.Allowed);
        });
        Assert.Equal(25, allowed);
        region.Stop();
    }

    private static ThrottleResult Consume(RegionHarness region, ThrottleRule rule, string subject = "subject") =>
        region.Run(() => region.Region.ConsumeAsync(rule, subject, 1));
}
