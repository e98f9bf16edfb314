using System.Text;
using System.Text.Json;
using ActorFingerprint.Engine;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Limiting;
using ActorFingerprint.Limits;
using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Identity;
using ActorFingerprint.Limits.Keys;
using ActorFingerprint.Limits.Throttle;
using ActorFingerprint.Persistence.Store;
using ActorFingerprint.Tests.Node;
using Xunit;

namespace ActorFingerprint.Tests.Engine.Limiting;

public sealed class LimiterRegionSpecs
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void It_stops_while_storage_refuses(int seed)
    {
        var journal = new RefusingJournal(new InMemoryJournal(keepEvents: true), seed, rate: 0);
        var limiter = new RegionHarness(seed, journal);
        limiter.Fail();
        journal.RefusesWrites = true;
        limiter.Run(async () =>
        {
            _ = limiter.Region.DecideAsync(limiter.Request(LimitCommand.Failure));
            _ = limiter.Region.DecideAsync(limiter.Request(LimitCommand.Access, account: "other"));
            for (var i = 0; i < 50; i++) await Task.Yield();
            var stopped = limiter.Region.DisposeAsync().AsTask();
            await Task.WhenAny(stopped, Task.Delay(TimeSpan.FromMinutes(1), limiter.Time));
            Assert.True(stopped.IsCompletedSuccessfully);
            return true;
        });
    }

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

    [Fact]
    public void A_clock_that_was_ahead_for_a_moment_ends_no_block_in_later_snapshots()
    {
        var region = new RegionHarness(options: RegionHarness.Small with { Shards = 1, SnapshotEvery = 1 });
        region.Advance(86_400);
        region.Fail("somebody", "else", "203.0.113.1");
        region.Advance(-86_400);
        for (var i = 0; i < 3; i++) region.Fail();
        region.Restart();
        region.Advance(20);
        Assert.Equal(LimitReasons.ActiveBlock, region.Check().Reasons);
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
    public void Beyond_what_may_wait_for_storage_requests_are_answered_by_their_policy_at_once()
    {
        var region = new RegionHarness();
        region.Fail();
        region.Stop();
        var stuck = new RegionHarness(
            journal: new StuckJournal((InMemoryJournal)region.Journal) { IsUnreadable = true },
            options: RegionHarness.Small with { MailboxCapacity = 2, Shards = 1 });
        stuck.Run(async () =>
        {
            var asked = Enumerable.Range(0, 5).Select(i => stuck.Region.DecideAsync(stuck.Request(LimitCommand.Check, $"a-{i}"))).ToArray();
            await Task.Yield();
            Assert.Equal([false, false, true, true, true], asked.Select(a => a.IsCompleted));
            Assert.Equal(LimitMode.FailClosed, asked[2].Result.Mode);
            return (await stuck.Region.DecideAsync(stuck.Request(LimitCommand.Access, null, policy: "api_heavy"))).Mode;
        });
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
    public async Task The_store_and_its_log_hold_no_raw_input()
    {
        using var folder = new TemporaryFolder();
        string[] raw =
        [
            "alice-blind-index", "device-session-77", "203.0.113.77", "2001:db8:77", "Mozilla/5.0", "Chrome/141", "chrome/141", "tlh-KX",
            "tlh", "correlate-77", "client-id-4711", "Europe-Zone-77",
        ];
        using var hints = JsonDocument.Parse("""{"clientId":"client-id-4711","zone":"Europe-Zone-77"}""");
        var secrets = LimiterSecrets.Create("test-key-of-thirty-two-bytes-77!", "test-fp-of-thirty-two-bytes-077!");
        Assert.True(secrets.TryRotate(SecretKinds.Both, "second-key-77"u8, "second-fp-77"u8, 1_735_732_800, out var rotated));
        await using (var store = await SqliteStore.OpenAsync(new StoreOptions { Folder = folder.Path, Shards = 4 }))
        {
            await using var limiter = new LimiterRegion(
                store.Journal, store.Journal, secrets, new() { Shards = 4, SnapshotEvery = 3 }, EngineScheduler.Default, TimeProvider.System);
            for (var i = 0; i < 24; i++)
            {
                if (i == 16) limiter.Use(rotated);
                foreach (var policy in (string[])["login", "otp", "api_heavy"])
                    foreach (var ip in (string[])["203.0.113.77", "2001:db8:77::1"])
                        await limiter.DecideAsync(Ask(limiter, (LimitCommand)(i % 4), policy, ip));
                await limiter.ConsumeAsync(new ThrottleRule("exports", 2, 86_400), raw[0], 1);
            }
            await limiter.UnblockAsync(Ask(limiter, LimitCommand.Check, "login", raw[2]));
            Assert.Contains(Directory.GetFiles(folder.Path), file => file.EndsWith("-wal", StringComparison.Ordinal));
            AssertNone(folder.Path, raw); // the log holds what the database does not yet
        }
        AssertNone(folder.Path, raw);

        LimitRequest Ask(LimiterRegion limiter, LimitCommand command, string policy, string ip)
        {
            Assert.True(AddressScope.TryParse(ip, out var address));
            return new LimitRequest
            {
                Command = command,
                Policy = policy,
                Address = address,
                AccountId = raw[0],
                CorrelationId = raw[9],
                Cost = policy == "api_heavy" ? 3_000 : 1,
                AtTicks = 0,
                Device = new DeviceIdentityResolver(limiter.Secrets).Resolve(new DeviceSignals
                {
                    UserAgent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
                    AcceptLanguage = "tlh-KX,tlh;q=0.5",
                    ClientHints = hints.RootElement,
                    SessionDeviceId = raw[1],
                    DevicePreviouslyVerified = ip == raw[2],
                }),
            };
        }
    }

    private static void AssertNone(string folder, string[] raw)
    {
        var everything = Directory.GetFiles(folder, "*").Where(path => !path.EndsWith(".lock", StringComparison.Ordinal)).Select(path =>
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(file, Encoding.Latin1);
            return reader.ReadToEnd();
        }).ToArray();
        foreach (var manifest in (string[])["limiter.scored.v1", "limiter.several.v1", "limiter.snapshot.v1", "limiter.throttle-counted.v1"])
            Assert.Contains(everything, text => text.Contains(manifest, StringComparison.Ordinal));
        foreach (var input in (string[])[.. raw, "test-key-of", "test-fp-of", "second-key"])
            Assert.DoesNotContain(everything, text => text.Contains(input, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Storage that never says that a write is done.</summary>
    private sealed class StuckJournal(InMemoryJournal? inner = null) : IJournal, ISnapshotStore
    {
        private readonly InMemoryJournal _inner = inner ?? new(keepEvents: true);

        public bool IsUnreadable { get; init; }

        public Task WriteAsync(IReadOnlyList<AtomicWrite> writes, CancellationToken stop) => new TaskCompletionSource().Task;

        public IAsyncEnumerable<StoredEvent> ReplayAsync(string persistenceId, long fromSequenceNumber, CancellationToken stop) =>
            _inner.ReplayAsync(persistenceId, fromSequenceNumber, stop);

        public Task<IReadOnlyList<StoredEvent>> ReadAsync(long afterOrdering, int max, CancellationToken stop) =>
            _inner.ReadAsync(afterOrdering, max, stop);

        public Task<long> HighestSequenceNumberAsync(string persistenceId, CancellationToken stop) =>
            IsUnreadable ? new TaskCompletionSource<long>().Task : _inner.HighestSequenceNumberAsync(persistenceId, stop);

        public Task<long> ClaimShardAsync(string region, int shard, string owner, CancellationToken stop) =>
            _inner.ClaimShardAsync(region, shard, owner, stop);

        public Task<IReadOnlyDictionary<int, long>> ReadEpochsAsync(string region, CancellationToken stop) =>
            _inner.ReadEpochsAsync(region, stop);

        public Task<bool> RewriteAsync(
            IReadOnlyList<Rewrite> rewrites, IReadOnlyList<string> dropSnapshotsOf, AtomicWrite? append, CancellationToken stop) =>
            _inner.RewriteAsync(rewrites, dropSnapshotsOf, append, stop);

        public Task<IReadOnlyList<EntityPosition>> EntitiesAsync(string after, string end, int max, CancellationToken stop) =>
            IsUnreadable ? new TaskCompletionSource<IReadOnlyList<EntityPosition>>().Task : _inner.EntitiesAsync(after, end, max, stop);

        public Task<int> DeleteAsync(ShardFence fence, IReadOnlyList<EntityPosition> entities, CancellationToken stop) =>
            _inner.DeleteAsync(fence, entities, stop);

        public Task<StoredSnapshot?> LoadAsync(string persistenceId, CancellationToken stop) => _inner.LoadAsync(persistenceId, stop);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
