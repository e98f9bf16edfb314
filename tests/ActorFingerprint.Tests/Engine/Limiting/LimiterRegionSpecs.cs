using System.Text;
using ActorFingerprint.Engine;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Limiting;
using ActorFingerprint.Limits;
using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Keys;
using ActorFingerprint.Persistence.Store;
using ActorFingerprint.Tests.Node;
using Xunit;

namespace ActorFingerprint.Tests.Engine.Limiting;

public sealed class LimiterRegionSpecs
{
    [Fact]
    public void A_block_and_its_score_hold_after_a_restart()
    {
        var region = new RegionHarness();
        for (var i = 0; i < 3; i++) region.Fail();
        region.Restart();
        region.Advance(20);
        var answer = region.Check();
        Assert.Equal(
            (LimitDecision.HardBlock, 2, 40, LimitReasons.ActiveBlock),
            (answer.Decision, answer.Level, answer.RetryAfterSeconds, answer.Reasons));
        region.Advance(60);
        Assert.Equal(3, region.Fail().Level); // 9 points and 3 more
        region.Stop();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Whatever_was_acknowledged_before_a_crash_holds_after_it(bool afterStorage)
    {
        for (var atWrite = 1; atWrite <= 24; atWrite++)
        {
            var stored = new InMemoryJournal(keepEvents: true);
            var before = new RegionHarness(atWrite, new CrashingJournal(stored, atWrite, afterStorage));
            var scores = new Dictionary<string, long>();
            var blocks = new Dictionary<string, int>();
            for (var i = 0; i < 40; i++)
            {
                var account = $"account-{i % 7}";
                var answer = before.Fail(account, $"device-{i % 7}", $"198.51.100.{i % 7}");
                if (answer.Mode != LimitMode.Normal) break; // the journal is dead: nothing is acknowledged any more
                if (answer.Reasons != LimitReasons.ActiveBlock) scores[account] = scores.GetValueOrDefault(account) + 3;
                if (answer.Decision == LimitDecision.HardBlock) blocks[account] = answer.Level;
            }
            var after = new RegionHarness(atWrite, stored);
            foreach (var (account, score) in scores)
            {
                var n = account[^1] - '0';
                var context = after.Request(LimitCommand.Check, account, $"device-{n}", $"198.51.100.{n}");
                var view = after.Run(() => after.Region.ReadAsync(context));
                Assert.True(view!.K4!.Value.Score >= score, $"write {atWrite}: {account} had {score}, has {view.K4.Value.Score}");
                if (blocks.TryGetValue(account, out var level))
                    Assert.True(view.K4.Value.Level >= level, $"write {atWrite}: {account} lost L{level}");
            }
            after.Stop();
        }
    }

    [Fact]
    public void A_second_owner_makes_the_first_recover_and_no_count_is_lost()
    {
        var first = new RegionHarness();
        first.Fail();
        var second = new RegionHarness(journal: first.Journal);
        second.Fail();
        var lost = first.Fail();
        Assert.Equal(LimitMode.FailClosed, lost.Mode);
        Assert.Equal(2, first.Fail().Level); // 3 + 3 + 3: the other's failure is there
    }

    [Fact]
    public void Storage_that_refuses_makes_accounts_fail_closed_and_apis_open_after_the_deadline()
    {
        var options = RegionHarness.Small with { Deadline = TimeSpan.FromSeconds(1) };
        var region = new RegionHarness(journal: new StuckJournal(), options: options);
        var login = region.Fail();
        Assert.Equal(
            (LimitDecision.HardBlock, LimitMode.FailClosed, LimitReasons.StoreUnavailable), (login.Decision, login.Mode, login.Reasons));
        var api = region.Decide(region.Request(LimitCommand.Access, null, policy: "api_heavy", cost: 400));
        Assert.Equal((LimitDecision.Allow, LimitMode.FailOpen), (api.Decision, api.Mode));
    }

    [Fact]
    public void A_full_mailbox_is_answered_by_the_policy_at_once()
    {
        var region = new RegionHarness(options: RegionHarness.Small with { MailboxCapacity = 0 });
        Assert.Equal(LimitMode.FailClosed, region.Check().Mode);
        Assert.Equal(LimitMode.FailOpen, region.Decide(region.Request(LimitCommand.Access, null, policy: "api_heavy")).Mode);
    }

    [Fact]
    public void A_bare_check_is_answered_without_waiting_for_storage()
    {
        var region = new RegionHarness(journal: new StuckJournal());
        Assert.Equal((LimitDecision.Allow, LimitMode.Normal), (region.Check().Decision, region.Check().Mode));
    }

    [Fact]
    public void Counts_are_exact_when_many_ask_at_once()
    {
        var region = new RegionHarness(7);
        var answers = region.Run(async () =>
        {
            var asked = Enumerable.Range(0, 40)
                .Select(i => region.Region.DecideAsync(region.Request(LimitCommand.Failure, "owner", "known", verified: true))).ToArray();
            await EngineScheduler.WhenAll(asked);
            return asked.Select(a => a.Result).ToArray();
        });
        Assert.Equal(1, answers.Count(a => a.Reasons.HasFlag(LimitReasons.Budget)));
        var view = region.Run(() => region.Region.ReadAsync(region.Request(LimitCommand.Check, "owner", "known", verified: true)));
        Assert.Equal((80, 32), (view!.K5!.Value.Score, view.BudgetCount)); // 40 failures of 2 points, the first 8 uncounted
        region.Stop();
    }

    [Fact]
    public void Unblock_lifts_the_block_and_reset_erases_the_account()
    {
        var region = new RegionHarness();
        for (var i = 0; i < 3; i++) region.Fail();
        var context = region.Request(LimitCommand.Check);
        Assert.Equal(1, region.Run(() => region.Region.UnblockAsync(context)));
        Assert.Equal(LimitDecision.Allow, region.Check().Decision);
        Assert.True(region.Run(() => region.Region.ResetAsync(context)));
        region.Restart();
        var view = region.Run(() => region.Region.ReadAsync(context));
        Assert.Equal(0, view!.K4!.Value.Score);
        region.Stop();
    }

    [Fact]
    public async Task The_store_holds_no_raw_input()
    {
        using var folder = new TemporaryFolder();
        string[] raw = ["alice-blind-index", "device-session-77", "203.0.113.77", "2001:db8:77", "Mozilla", "chrome/123", "correlate-77"];
        await using (var store = await SqliteStore.OpenAsync(new StoreOptions { Folder = folder.Path, Shards = 4 }))
        {
            await using var limiter = new LimiterRegion(
                store.Journal, store.Journal, LimiterSecrets.Create("test-key", "test-fp"), new() { Shards = 4, SnapshotEvery = 3 },
                EngineScheduler.Default, TimeProvider.System);
            var harness = new RegionHarness();
            for (var i = 0; i < 8; i++)
                foreach (var ip in (string[])["203.0.113.77", "2001:db8:77::1"])
                {
                    var command = i % 2 == 0 ? LimitCommand.Failure : LimitCommand.Check;
                    await limiter.DecideAsync(harness.Request(command, raw[0], raw[1], ip) with { CorrelationId = raw[6] });
                }
            await limiter.UnblockAsync(harness.Request(LimitCommand.Check, raw[0], raw[1]));
        }
        var files = Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories);
        var everything = files.Select(f => Encoding.Latin1.GetString(File.ReadAllBytes(f))).ToArray();
        Assert.Contains(everything, text => text.Contains("limiter.scored.v1", StringComparison.Ordinal));
        Assert.Contains(everything, text => text.Contains("limiter.snapshot.v1", StringComparison.Ordinal));
        foreach (var input in raw)
            Assert.DoesNotContain(everything, text => text.Contains(input, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Storage that never says that a write is done.</summary>
    private sealed class StuckJournal : IJournal, ISnapshotStore
    {
        private readonly InMemoryJournal _inner = new(keepEvents: true);

        public Task WriteAsync(IReadOnlyList<AtomicWrite> writes, CancellationToken stop) => new TaskCompletionSource().Task;

        public IAsyncEnumerable<StoredEvent> ReplayAsync(string persistenceId, long fromSequenceNumber, CancellationToken stop) =>
            _inner.ReplayAsync(persistenceId, fromSequenceNumber, stop);

        public Task<IReadOnlyList<StoredEvent>> ReadAsync(long afterOrdering, int max, CancellationToken stop) =>
            _inner.ReadAsync(afterOrdering, max, stop);

        public Task<long> HighestSequenceNumberAsync(string persistenceId, CancellationToken stop) =>
            _inner.HighestSequenceNumberAsync(persistenceId, stop);

        public Task<long> ClaimShardAsync(string region, int shard, string owner, CancellationToken stop) =>
            _inner.ClaimShardAsync(region, shard, owner, stop);

        public Task<bool> RewriteAsync(
            IReadOnlyList<Rewrite> rewrites, IReadOnlyList<string> dropSnapshotsOf, AtomicWrite? append, CancellationToken stop) =>
            _inner.RewriteAsync(rewrites, dropSnapshotsOf, append, stop);

        public Task<IReadOnlyList<EntityPosition>> EntitiesAsync(string after, string end, int max, CancellationToken stop) =>
            _inner.EntitiesAsync(after, end, max, stop);

        public Task<int> DeleteAsync(ShardFence fence, IReadOnlyList<EntityPosition> entities, CancellationToken stop) =>
            _inner.DeleteAsync(fence, entities, stop);

        public Task<StoredSnapshot?> LoadAsync(string persistenceId, CancellationToken stop) => _inner.LoadAsync(persistenceId, stop);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
