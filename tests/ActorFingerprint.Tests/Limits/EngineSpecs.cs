using System.Text;
using ActorFingerprint.Limits;
using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Degraded;
using ActorFingerprint.Limits.Entities;
using ActorFingerprint.Limits.Hosting;
using ActorFingerprint.Limits.Identity;
using ActorFingerprint.Limits.Keys;
using Xunit;

namespace ActorFingerprint.Tests.Limits;

/// <summary>What the local engine promises beyond the decisions themselves.</summary>
public sealed class EngineSpecs
{
    [Fact]
    public void Reading_changes_nothing()
    {
        var limits = new LimitsHarness();
        limits.Fail();
        limits.Events.Clear();
        var before = limits.Engine.Read(limits.Request(LimitCommand.Check));
        for (var n = 0; n < 50; n++) limits.Engine.Read(limits.Request(LimitCommand.Failure, device: $"d{n}", account: $"u{n}"));
        Assert.Equal(before, limits.Engine.Read(limits.Request(LimitCommand.Check)));
        Assert.Empty(limits.Events);
        Assert.Equal(LimitDecision.Allow, limits.Check(device: "d1").Decision); // the devices that were only read are not in any set
    }

    [Fact]
    public void Unblocking_lifts_the_block_and_keeps_the_score()
    {
        var limits = new LimitsHarness();
        for (var n = 0; n < 3; n++) limits.Fail();
        Assert.Equal(1, limits.Engine.Unblock(limits.Request(LimitCommand.Check)));
        Assert.Equal(LimitDecision.Allow, limits.Check().Decision);
        Assert.Equal(9, limits.Engine.Read(limits.Request(LimitCommand.Check)).K4!.Value.Score);
        Assert.Equal(0, limits.Engine.Unblock(limits.Request(LimitCommand.Check)));
    }

    [Fact]
    public void Resetting_an_account_forgets_it_and_leaves_its_address()
    {
        var limits = new LimitsHarness();
        for (var n = 0; n < 3; n++) limits.Fail(device: null);
        limits.Engine.Reset(limits.Request(LimitCommand.Check));
        var view = limits.Engine.Read(limits.Request(LimitCommand.Check));
        Assert.Equal((0L, 0), (view.K4!.Value.Score, view.BudgetCount));
        Assert.NotEqual(0, view.K2!.Value.Score);
        limits.Engine.Reset(limits.Request(LimitCommand.Check, account: null));
        Assert.Null(limits.Engine.Read(limits.Request(LimitCommand.Check)).K2);
    }

    [Theory]
    [InlineData("unknown policy")]
    [InlineData("blank account")]
    [InlineData("oversize account")]
    [InlineData("no cost")]
    public void A_bad_request_is_refused_and_records_nothing(string what)
    {
        var limits = new LimitsHarness();
        var request = limits.Request(LimitCommand.Failure);
        var bad = what switch
        {
            "unknown policy" => request with { Policy = "nope" },
            "blank account" => request with { AccountId = " " },
            "oversize account" => request with { AccountId = new string('x', 257) },
            _ => request with { Cost = 0 },
        };
        Assert.Throws<ArgumentException>(() => limits.Decide(bad));
        Assert.Empty(limits.Events);
        Assert.Equal(0, limits.Engine.KeyCount);
    }

    [Fact]
    public void Oversize_text_in_every_field_still_fits_a_key()
    {
        var limits = new LimitsHarness();
        var wide = new string('漢', 256);
        var request = limits.Request(LimitCommand.Check, account: wide) with { CorrelationId = wide };
        Assert.Equal(LimitDecision.Allow, limits.Decide(request).Decision);
    }

    [Fact]
    public void The_same_history_gives_the_same_answers_and_events()
    {
        Assert.Equal(Run(), Run());

        static List<string> Run()
        {
            var limits = new LimitsHarness();
            var random = new Random(7);
            var lines = new List<string>();
            for (var n = 0; n < 2_000; n++, limits.Now += random.Next(40))
                lines.Add(limits.Decide(limits.Request(
                    (LimitCommand)random.Next(3), $"u{random.Next(5)}", $"d{random.Next(9)}", $"198.51.100.{random.Next(4)}")).ToString());
            lines.AddRange(limits.Events.Select(e => e.ToString()));
            return lines;
        }
    }

    [Fact]
    public void Events_hold_no_raw_input()
    {
        const string account = "account-4711", agent = "chrome/123", ip = "198.51.100.10", device = "client-id-0815";
        var limits = new LimitsHarness();
        for (var n = 0; n < 30; n++, limits.Now += 20) limits.Fail(account, device + (n % 12), ip, agent);
        for (var n = 0; n < 8; n++) limits.Check($"{account}{n}", null, ip, agent);
        var text = string.Join('\n', limits.Events.Select(e => e.ToString()));
        Assert.True(limits.Events.Count > 20);
        foreach (var raw in (string[])[account, agent, ip, device, "test-key", "test-fp"])
        {
            Assert.DoesNotContain(raw, text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(Convert.ToHexString(Encoding.UTF8.GetBytes(raw)), text, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public void A_snapshot_rebuilds_scores_blocks_and_budgets_elsewhere()
    {
        var limits = new LimitsHarness();
        for (var n = 0; n < 4; n++, limits.Now += 70) limits.Fail();
        var other = new LimitsHarness { Now = limits.Now };
        foreach (var (kind, key, facts) in limits.Engine.Snapshot(LimitsHarness.Start + limits.Now))
            foreach (var fact in facts) other.Engine.Replay(kind, key, "login", fact);
        Assert.Equal(limits.Check(), other.Check());
        Assert.Equal(LimitDecision.HardBlock, other.Check().Decision);
        var (here, there) = (limits.Engine.Read(limits.Request(LimitCommand.Check)), other.Engine.Read(other.Request(LimitCommand.Check)));
        Assert.Equal((here.K4, here.BudgetCount), (there.K4, there.BudgetCount));
    }

    [Fact]
    public void A_clock_that_is_behind_neither_raises_a_score_nor_shortens_its_decay()
    {
        var limits = new LimitsHarness { Now = 10_000 };
        limits.Fail();
        limits.Now = 0;
        limits.Fail();
        Assert.Equal(6, limits.Engine.Read(limits.Request(LimitCommand.Check)).K4!.Value.Score);
        limits.Now = 10_599;
        Assert.Equal(6, limits.Engine.Read(limits.Request(LimitCommand.Check)).K4!.Value.Score);
    }

    [Fact]
    public void Everything_expires()
    {
        var limits = new LimitsHarness();
        for (var n = 0; n < 200; n++, limits.Now += 5) limits.Fail($"u{n % 7}", $"d{n}", $"198.51.100.{n % 9}");
        Assert.NotEqual(0, limits.Engine.KeyCount);
        limits.Now += 90_000;
        limits.Succeed("nobody", "nothing", "203.0.113.1");
        Assert.All(limits.Engine.EntityCounts.Values, count => Assert.Equal(0, count));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3_000)]
    public void Endless_fingerprints_leave_the_memory_flat(int addresses)
    {
        const int capacity = 1_000;
        var limits = new LimitsHarness(capacity: capacity) { KeepsEvents = false };
        long half = 0;
        for (var n = 0; n < 60_000; n++)
        {
            if (n % 100 == 0) limits.Now++;
            var ip = $"10.0.{n % addresses / 256}.{n % addresses % 256}";
            var command = n % 2 == 0 ? LimitCommand.Check : LimitCommand.Failure;
            limits.Decide(limits.Request(command, $"u{n % 20}", $"d{n}", ip, $"chrome/{n % 5_000}"));
            if (n == 30_000) half = limits.Engine.KeyCount;
        }
        Assert.All(limits.Engine.EntityCounts.Values, count => Assert.InRange(count, 0, capacity));
        Assert.InRange(limits.Engine.KeyCount, 1, half * 3 / 2 + 2_000);
    }

    [Fact]
    public void Only_the_holder_of_the_lease_probes()
    {
        var breaker = new CircuitBreaker(slow: false);
        for (var n = 0; n < 3; n++)
        {
            Assert.Equal(BreakerStep.Run, breaker.Next(1_000 + n));
            breaker.Failed(1_000 + n);
        }
        Assert.Equal(BreakerStep.Degrade, breaker.Next(1_301));
        Assert.Equal(BreakerStep.Probe, breaker.Next(1_302));
        Assert.Equal(BreakerStep.Degrade, breaker.Next(1_303));
        Assert.Equal(BreakerStep.Degrade, breaker.Next(1_421));
        Assert.Equal(BreakerStep.Probe, breaker.Next(1_422)); // the first holder never came back
        Assert.Equal(LimitSignals.None, breaker.Probed(healthy: true, 1_430));
        Assert.Equal(BreakerState.HalfOpen, breaker.State);
        Assert.Equal(BreakerStep.Degrade, breaker.Next(1_549));
        Assert.Equal(BreakerStep.Probe, breaker.Next(1_550));
        Assert.Equal(LimitSignals.BreakerRecovered, breaker.Probed(healthy: true, 1_551));
        Assert.Equal(BreakerStep.Run, breaker.Next(1_552));
    }

    [Fact]
    public void A_warm_decision_allocates_little()
    {
        var limits = new LimitsHarness() { KeepsEvents = false };
        var requests = new LimitRequest[300];
        for (var n = 0; n < requests.Length; n++)
            requests[n] = limits.Request((LimitCommand)(n % 3), $"u{n % 50}", $"d{n % 50}", $"198.51.100.{n % 50}", verified: true);
        foreach (var request in requests) limits.Decide(request);
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var request in requests) limits.Decide(request);
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / requests.Length, 0, 500);
    }
}
