using ActorFingerprint.Engine.Limiting;
using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Entities;
using ActorFingerprint.Node.Metrics;
using Xunit;

namespace ActorFingerprint.Tests.Engine.Limiting;

[Collection(LimiterMetricsCollection.Name)]
public sealed class LimiterMetricsSpecs
{
    [Fact]
    public void Answers_are_counted_by_policy_decision_and_reason_and_the_latency_has_as_many()
    {
        using var collector = new MetricCollector(LimiterMetrics.MeterName);
        var region = new RegionHarness();
        for (var i = 0; i < 3; i++) region.Fail();
        region.Check();
        var text = collector.Render();
        region.Stop();
        Assert.Contains("af_limiter_decisions_total{decision=\"ALLOW\",policy=\"login\",reason=\"none\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("af_limiter_decisions_total{decision=\"HARD_BLOCK\",policy=\"login\",reason=\"score\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("af_limiter_decisions_total{decision=\"HARD_BLOCK\",policy=\"login\",reason=\"active_block\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("af_limiter_decision_duration_seconds_count 4\n", text, StringComparison.Ordinal);
        Assert.Contains("af_limiter_breaker{policy=\"login\",state=\"closed\"} 1\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_open_breaker_shows_and_its_transition_and_blocks_are_told_once()
    {
        using var collector = new MetricCollector(LimiterMetrics.MeterName);
        var region = new RegionHarness();
        region.Region.IsCutOff = true;
        for (var i = 0; i < 3; i++) region.Fail();
        var text = collector.Render();
        Assert.Contains("af_limiter_breaker{policy=\"login\",state=\"open\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("af_limiter_breaker_transitions_total{policy=\"login\",transition=\"opened\"} 1\n", text, StringComparison.Ordinal);

        var (policy, blocks, signals) = Assert.Single(region.Region.Metrics.Drain());
        Assert.Equal(("login", LimitSignals.BreakerOpened), (policy, signals));
        Assert.Equal(
            new RaisedBlocks("login", LimitDecision.HardBlock, 2, LimitMode.FailClosed, LimitReasons.StoreUnavailable, 2), Assert.Single(blocks));
        Assert.Empty(region.Region.Metrics.Drain());
    }

    [Fact]
    public void Keys_are_counted_by_type()
    {
        var region = new RegionHarness();
        region.Fail("alice", "A");
        region.Fail("alice", "B");
        region.Decide(region.Request(LimitCommand.Failure, "bob", "C", ip: "198.51.100.11", verified: true));
        region.Decide(region.Request(LimitCommand.Access, null, "D", policy: "api_heavy"));
        var counted = region.Run(async () =>
        {
            await region.Region.CountKeysAsync();
            return region.Region.Metrics.Keys;
        });
        region.Stop();
        Assert.Equal(new KeyCounts(3, 1, 1, 2, 1), counted with { K2 = Math.Min(counted.K2, 1) });
    }

    [Fact]
    public void A_device_beyond_the_cap_is_counted_as_ephemeral()
    {
        using var collector = new MetricCollector(LimiterMetrics.MeterName);
        var region = new RegionHarness();
        for (var i = 0; i < 12; i++)
        {
            var request = region.Request(LimitCommand.Check, "owner", $"device-{i}", policy: "otp");
            region.Decide(request with { Device = request.Device with { UserAgent = $"chrome/{i}" } }); // no churn
        }
        var text = collector.Render();
        region.Stop();
        Assert.Matches("af_limiter_ephemeral_total\\{policy=\"otp\"\\} [1-9]", text);
    }
}
