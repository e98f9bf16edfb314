using ActorFingerprint.Engine;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Limiting;
using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Keys;
using Xunit;

namespace ActorFingerprint.Tests.Engine.Limiting;

/// <summary>Many threads of one process: shards are served by whoever comes, and still by one at a time.</summary>
public sealed class LimiterConcurrencySpecs
{
    private const int Callers = 8, Each = 500;

    [Theory]
    [InlineData(true, 3)]
    [InlineData(false, 3)]
    [InlineData(true, 64)]
    public async Task Failures_of_one_account_from_many_threads_are_all_counted_and_the_cooldown_starts_once(bool keepsEvents, int shards)
    {
        var journal = new InMemoryJournal(keepsEvents);
        await using var region = Region(journal, shards);
        var harness = new RegionHarness();
        var answers = await AskAsync(region, _ => harness.Request(LimitCommand.Failure, "owner", "known", verified: true));
        Assert.All(answers, a => Assert.Equal(LimitMode.Normal, a.Mode));
        Assert.Equal(1, answers.Count(a => a.Reasons.HasFlag(LimitReasons.Budget)));
        var view = await region.ReadAsync(harness.Request(LimitCommand.Check, "owner", "known", verified: true));
        Assert.Equal((2L * Callers * Each, Callers * Each - 8), (view!.K5!.Value.Score, view.BudgetCount));
    }

    [Fact]
    public async Task Devices_of_one_address_from_many_threads_are_admitted_up_to_the_cap_and_not_one_more()
    {
        await using var region = Region(new InMemoryJournal(keepEvents: true), 8);
        var harness = new RegionHarness();
        var requests = Enumerable.Range(0, Callers * Each).Select(i =>
        {
            var request = harness.Request(LimitCommand.Check, null, $"device-{i}", "198.51.100.7", "api_heavy");
            return request with { Device = request.Device with { UserAgent = $"chrome/{i}" } }; // no churn
        }).ToArray();
        var answers = await AskAsync(region, i => requests[i]);
        Assert.Equal(50, answers.Count(a => !a.Ephemeral));
    }

    [Fact]
    public async Task Requests_across_all_entities_from_many_threads_end_and_none_is_forgotten()
    {
        await using var region = Region(new InMemoryJournal(keepEvents: true), 5);
        var harness = new RegionHarness();
        var requests = Enumerable.Range(0, 64).Select(i => harness.Request(
            (LimitCommand)(i % 3), $"a-{i % 7}", $"d-{i % 9}", i % 2 == 0 ? $"2001:db8:{i % 5:x}:{i % 3:x}::1" : $"198.51.100.{i % 4}",
            i % 3 == 0 ? "otp" : "login")).ToArray();
        var answers = await AskAsync(region, i => requests[i % requests.Length]);
        Assert.All(answers, a => Assert.Equal(LimitMode.Normal, a.Mode));
        Assert.Null(region.NotReadyReason);
    }

    private static LimiterRegion Region(InMemoryJournal journal, int shards) => new(
        journal, journal, LimiterSecrets.Create("test-key", "test-fp"),
        new() { Shards = shards, SnapshotEvery = 8, Deadline = TimeSpan.FromSeconds(30) }, EngineScheduler.Default, TimeProvider.System);

    private static async Task<LimitResult[]> AskAsync(LimiterRegion region, Func<int, ActorFingerprint.Limits.LimitRequest> request)
    {
        var answers = new LimitResult[Callers * Each];
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            for (var i = caller; i < answers.Length; i += Callers) answers[i] = await region.DecideAsync(request(i));
        })));
        return answers;
    }
}
