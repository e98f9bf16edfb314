using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Throttle;
using Xunit;

namespace ActorFingerprint.Tests.Engine.Limiting;

/// <summary>Every state has a TTL, and the region's memory goes back when the TTLs have passed, without anybody asking.</summary>
public sealed class LimiterPassivationSpecs
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Nothing_stays_in_memory_after_the_longest_lifetime(bool keepsEvents)
    {
        var region = new RegionHarness(journal: new InMemoryJournal(keepsEvents));
        for (var i = 0; i < 300; i++)
        {
            var (account, device) = ($"a-{i % 40}", $"d-{i % 90}");
            var ip = i % 4 == 0 ? $"2001:db8:{i % 7:x}:{i % 11:x}::1" : $"198.51.100.{i % 30}";
            region.Decide(region.Request(LimitCommand.Check, account, device, ip));
            region.Decide(region.Request(LimitCommand.Failure, account, i % 5 == 0 ? null : device, ip, verified: i % 3 == 0));
            region.Decide(region.Request(LimitCommand.Failure, account, device, ip, "otp"));
            region.Decide(region.Request(LimitCommand.Access, null, device, ip, "api_heavy", cost: 1 + i % 700));
            region.Run(() => region.Region.ConsumeAsync(new ThrottleRule("t", 5, 60 + i), $"s-{i}", 1));
        }
        Assert.True(region.Region.EntityCount > 400, $"{region.Region.EntityCount} entities");
        var (counts, at) = (new List<int>(), 0);
        foreach (var next in (int[])[1_000, 7_200, 21_700, 88_200]) // windows; watches and cooldowns; cycles; scores and budgets
        {
            for (; at < next; at += 60)
            {
                region.Advance(60);
                region.Settle();
            }
            counts.Add(region.Region.EntityCount);
        }
        Assert.True(counts.SequenceEqual(counts.OrderDescending()), string.Join(' ', counts));
        Assert.Equal(0, counts[^1]);
        region.Stop();
    }

    [Fact]
    public void A_full_shard_lets_go_of_what_expires_first_and_a_block_comes_back_from_the_journal()
    {
        var region = new RegionHarness(options: RegionHarness.Small with { MaxEntities = 48 });
        for (var i = 0; i < 3; i++) region.Fail("victim", "v", "203.0.113.1");
        for (var i = 0; i < 2_000; i++)
            region.Decide(region.Request(LimitCommand.Check, $"stranger-{i}", $"d-{i}", $"10.0.{i / 250}.{i % 250}"));
        Assert.InRange(region.Region.EntityCount, 1, 48);
        var answer = region.Check("victim", "v", "203.0.113.1");
        Assert.Equal((LimitDecision.HardBlock, LimitReasons.ActiveBlock), (answer.Decision, answer.Reasons));
        region.Stop();
    }
}
