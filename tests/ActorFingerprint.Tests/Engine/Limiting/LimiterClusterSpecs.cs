using System.Text;
using ActorFingerprint.Engine;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Limiting;
using ActorFingerprint.Engine.Sharding;
using ActorFingerprint.Limits;
using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Hosting;
using ActorFingerprint.Limits.Keys;
using ActorFingerprint.Limits.Policies;
using ActorFingerprint.Limits.Throttle;
using Xunit;

namespace ActorFingerprint.Tests.Engine.Limiting;

/// <summary>Regions that share their shards: owners that come and go, and what asks do on the way.</summary>
public sealed class LimiterClusterSpecs
{
    private static readonly LimiterRegionOptions OneSecond = RegionHarness.Small with { Deadline = TimeSpan.FromSeconds(1) };

    [Fact]
    public void An_ask_that_comes_twice_is_counted_once()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var cluster = new ClusterHarness(seed, options: RegionHarness.Small with { Policies = AllCounted }) { MovesEvery = 4 };
            cluster.Asks.Faults = new() { Twice = 0.7 };
            for (var i = 0; i < 30; i++) Assert.Equal(LimitMode.Normal, cluster.Decide(Known(cluster)).Mode);
            Assert.True(cluster.Asks.Delivered > 10);
            Assert.Equal((seed, 60L, 30), (seed, View(cluster).K5!.Value.Score, View(cluster).BudgetCount)); // of 2 points
            cluster.Stop();
        }
    }

    [Fact]
    public void What_was_acknowledged_is_counted_and_nothing_is_counted_twice_when_asks_and_answers_are_lost()
    {
        for (var seed = 0; seed < 30; seed++)
        {
            var cluster = new ClusterHarness(seed, options: OneSecond with { Policies = AllCounted }) { MovesEvery = 7 };
            cluster.Asks.Faults = new() { LostAsks = 0.05, LostAnswers = 0.05, Twice = 0.3 };
            var acknowledged = 0;
            for (var i = 0; i < 60; i++)
            {
                if (cluster.Decide(Known(cluster)).Mode == LimitMode.Normal) acknowledged++;
                cluster.MoveTo(cluster.Time.GetUtcNow().ToUnixTimeSeconds() + 4); // breakers need three failures within 10 s
            }
            cluster.Asks.Faults = new();
            var counted = View(cluster).BudgetCount;
            Assert.True(acknowledged > 20, $"seed {seed}: only {acknowledged} were answered");
            Assert.InRange(counted, acknowledged, 60);
            cluster.Stop();
        }
    }

    [Fact]
    public void A_takeover_in_the_middle_loses_no_acknowledged_failure_and_counts_none_twice()
    {
        var normal = 0;
        for (var seed = 0; seed < 40; seed++)
        {
            var random = new Random(seed);
            var cluster = new ClusterHarness(seed, options: RegionHarness.Small with { Policies = AllCounted }, lease: TimeSpan.FromDays(1));
            var asked = new List<(int Account, Task<LimitResult> Answer)>();
            cluster.Run(async () =>
            {
                for (var i = 0; i < 60; i++)
                {
                    if (i % 9 == 4)
                    {
                        var shard = random.Next(cluster.Options.Shards);
                        await cluster.StartAsync(shard, (cluster.OwnerOf(shard) + 1) % 3); // the older owner is not told
                    }
                    var account = i % 6;
                    var request = cluster.Request(LimitCommand.Failure, $"a-{account}", "known", $"198.51.100.{account}", verified: true);
                    asked.Add((account, cluster.Regions[random.Next(3)].DecideAsync(request)));
                    if (random.Next(3) == 0) await Task.Yield();
                    cluster.Advance(TimeSpan.FromSeconds(4)); // breakers need three failures within 10 s
                }
                foreach (var (_, answer) in asked) await answer;
                return true;
            });
            cluster.Renew(); // who was not told hears of it
            foreach (var group in asked.GroupBy(a => a.Account))
            {
                var context = cluster.Request(LimitCommand.Check, $"a-{group.Key}", "known", $"198.51.100.{group.Key}", verified: true);
                var counted = cluster.Run(() => cluster.Regions[0].ReadAsync(context))!.BudgetCount;
                var acknowledged = group.Count(a => a.Answer.Result.Mode == LimitMode.Normal);
                Assert.True(counted >= acknowledged && counted <= group.Count(), $"seed {seed}: {acknowledged} <= {counted} <= {group.Count()}");
                normal += acknowledged;
            }
            cluster.Stop();
        }
        Assert.True(normal > 40 * 60 / 2, $"only {normal} of {40 * 60} were answered");
    }

    [Fact]
    public void A_stale_owner_cannot_write_and_lets_the_shard_go()
    {
        var cluster = new ClusterHarness(options: OneSecond);
        var request = cluster.Request(LimitCommand.Failure);
        var shard = cluster.ShardOf(request, k => k.K4);
        var (older, newer) = (cluster.OwnerOf(shard), (cluster.OwnerOf(shard) + 1) % 3);
        var lost = new List<(int Shard, Exception Error)>();
        cluster.Regions[older].Lost += (number, error) => lost.Add((number, error));
        cluster.Entry = older;
        Assert.Equal(LimitMode.Normal, cluster.Decide(request).Mode);
        cluster.Start(shard, newer);
        Assert.Equal(LimitMode.FailClosed, cluster.Decide(request).Mode); // its fence is stale
        Assert.Equal(shard, Assert.Single(lost).Shard);
        Assert.IsType<JournalConflictException>(lost[0].Error);
        Assert.DoesNotContain(cluster.Regions[older].Hosted, h => h.Shard == shard);
        Assert.Equal(LimitMode.Normal, cluster.Decide(request).Mode); // asks the newer one now
        Assert.Equal(6, View(cluster, "owner").K4!.Value.Score);
        Assert.Throws<ShardMovedException>(() => cluster.Run(
            () => cluster.Regions[older].AnswerAsync(shard, "decide", cluster.Asks.Requests[^1], CancellationToken.None)));
        cluster.Stop();
    }

    [Fact]
    public void Beyond_its_lease_an_owner_answers_nothing_from_memory()
    {
        var cluster = new ClusterHarness(options: OneSecond);
        var request = cluster.Request(LimitCommand.Check);
        cluster.Entry = cluster.OwnerOf(cluster.ShardOf(request, k => k.K1));
        Assert.Equal(LimitMode.Normal, cluster.Decide(request).Mode);
        cluster.Advance(TimeSpan.FromSeconds(3.1));
        Assert.Equal(LimitMode.FailClosed, cluster.Decide(request).Mode);
        cluster.Renew();
        Assert.Equal(LimitMode.Normal, cluster.Decide(request).Mode);
        cluster.Stop();
    }

    [Fact]
    public void A_look_at_the_epochs_drops_what_another_owner_has_claimed_and_not_what_this_one_has_claimed_since()
    {
        var cluster = new ClusterHarness();
        var (shard, lost) = (2, new List<int>());
        var region = cluster.Regions[cluster.OwnerOf(shard)];
        var epoch = region.EpochOf(shard);
        region.Lost += (number, _) => lost.Add(number);
        region.Renew(new Dictionary<int, long> { [shard] = epoch - 1 }, cluster.Time.GetTimestamp());
        Assert.Equal(epoch, region.EpochOf(shard));
        region.Renew(new Dictionary<int, long> { [shard] = epoch + 1 }, cluster.Time.GetTimestamp());
        Assert.Equal(0, region.EpochOf(shard));
        Assert.Equal([shard], lost);
        cluster.Stop();
    }

    [Fact]
    public void While_an_owner_is_out_of_reach_each_policy_answers_as_for_a_store_that_failed()
    {
        var cluster = new ClusterHarness(options: OneSecond);
        var request = cluster.Request(LimitCommand.Failure);
        var owner = cluster.OwnerOf(cluster.ShardOf(request, k => k.K1));
        cluster.Entry = (owner + 1) % 3;
        for (var shard = 0; shard < cluster.Options.Shards; shard++)
            if (cluster.OwnerOf(shard) != owner) cluster.Move(shard, owner);
        cluster.Away.Add(owner);
        var login = cluster.Decide(request);
        Assert.Equal(
            (LimitDecision.HardBlock, LimitMode.FailClosed, LimitReasons.StoreUnavailable, 10L),
            (login.Decision, login.Mode, login.Reasons, login.RetryAfterSeconds));
        Assert.Equal(LimitMode.FailClosed, cluster.Decide(cluster.Request(LimitCommand.Check, policy: "otp")).Mode);
        Assert.Equal(LimitMode.FailOpen, cluster.Decide(cluster.Request(LimitCommand.Access, null, policy: "api_heavy")).Mode);
        Assert.Equal(LimitMode.FailClosed, cluster.Decide(request).Mode);
        Assert.Equal((LimitMode.Degraded, LimitDecision.Allow), (cluster.Decide(request).Mode, cluster.Decide(request).Decision)); // the third trips it
        Assert.False(cluster.Run(() => cluster.Regions[cluster.Entry.Value].ConsumeAsync(new ThrottleRule("x", 5, 60), "s", 1)).Allowed);
        Assert.Null(cluster.Run(() => cluster.Regions[cluster.Entry.Value].ReadAsync(request)));
        Assert.Null(cluster.Run(() => cluster.Regions[cluster.Entry.Value].UnblockAsync(request)));
        Assert.False(cluster.Run(() => cluster.Regions[cluster.Entry.Value].ResetAsync(request)));
        cluster.Stop();
    }

    [Fact]
    public void A_shard_that_moves_in_order_keeps_those_who_ask_waiting_and_refuses_none()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var cluster = new ClusterHarness(seed, options: OneSecond with { Policies = AllCounted });
            var answers = cluster.Run(async () =>
            {
                var asked = new List<Task<LimitResult>>();
                for (var i = 0; i < 40; i++)
                {
                    asked.Add(cluster.Regions[i % 3].DecideAsync(Known(cluster)));
                    if (i % 8 != 3) continue;
                    var shard = cluster.ShardOf(Known(cluster), k => k.K4);
                    var (from, to) = (cluster.OwnerOf(shard), (cluster.OwnerOf(shard) + 1) % 3);
                    await cluster.Regions[from].StopShardAsync(shard);
                    await cluster.StartAsync(shard, to);
                }
                foreach (var one in asked) await one;
                return asked.Select(a => a.Result).ToArray();
            });
            Assert.All(answers, a => Assert.Equal(LimitMode.Normal, a.Mode));
            Assert.Equal((seed, 80L, 40), (seed, View(cluster).K5!.Value.Score, View(cluster).BudgetCount));
            cluster.Stop();
        }
    }

    [Theory]
    [InlineData(SecretKinds.Key)]
    [InlineData(SecretKinds.Fingerprint)]
    [InlineData(SecretKinds.Both)]
    public void Nothing_is_lost_or_counted_twice_when_the_nodes_change_secrets_one_after_the_other(SecretKinds kinds)
    {
        var normal = 0;
        for (var seed = 0; seed < 40; seed++)
        {
            var random = new Random(seed);
            var cluster = new ClusterHarness(seed, options: RegionHarness.Small with { Policies = AllCounted });
            var older = cluster.Secrets;
            Assert.True(older.TryRotate(kinds, "next-key"u8, "next-fp"u8, RegionHarness.Start, out var rotated));
            for (var i = 0; i < 9; i++) Assert.Equal(LimitMode.Normal, cluster.Decide(Known(cluster)).Mode);
            if (seed % 2 == 0) for (var shard = 0; shard < 7; shard++) cluster.Move(shard, random.Next(3)); // the older state has to be loaded
            var asked = cluster.Run(async () =>
            {
                var asked = new List<Task<LimitResult>>();
                for (var i = 0; i < 30; i++)
                {
                    if (i is 8 or 13 or 18) cluster.Regions[(i - 8) / 5].Use(rotated);
                    asked.Add(cluster.Regions[random.Next(3)].DecideAsync(Known(cluster)));
                    if (random.Next(2) == 0) await Task.Yield();
                }
                foreach (var one in asked) await one;
                return asked.Select(a => a.Result).ToArray();
            });
            cluster.Secrets = rotated;
            cluster.MoveTo(RegionHarness.Start + 1_000); // breakers that tripped recover
            var counted = View(cluster).BudgetCount - 9;
            Assert.Equal((seed, asked.Count(a => a.Mode == LimitMode.Normal)), (seed, counted));
            normal += asked.Count(a => a.Mode == LimitMode.Normal);
            cluster.Stop();
        }
        Assert.True(normal > 40 * 30 / 2, $"only {normal} of {40 * 30} were answered");
    }

    [Fact]
    public void Operators_and_throttles_reach_entities_on_other_nodes()
    {
        var cluster = new ClusterHarness();
        for (var i = 0; i < 3; i++) cluster.Decide(cluster.Request(LimitCommand.Failure));
        foreach (var region in cluster.Regions)
        {
            var view = cluster.Run(() => region.ReadAsync(cluster.Request(LimitCommand.Check)))!;
            Assert.Equal((9L, 2, 3), (view.K4!.Value.Score, view.K4.Value.Level, view.BudgetCount));
        }
        Assert.Equal(1, cluster.Run(() => cluster.Regions[1].UnblockAsync(cluster.Request(LimitCommand.Check))));
        Assert.Equal(LimitDecision.Allow, cluster.Decide(cluster.Request(LimitCommand.Check)).Decision);
        Assert.True(cluster.Run(() => cluster.Regions[2].ResetAsync(cluster.Request(LimitCommand.Check))));
        Assert.Equal(0, View(cluster, "owner").K4!.Value.Score);
        var rule = new ThrottleRule("exports", 3, 3_600);
        var spent = Enumerable.Range(0, 5).Select(i => cluster.Run(() => cluster.Regions[i % 3].ConsumeAsync(rule, "subject", 1)).Allowed);
        Assert.Equal([true, true, true, false, false], spent.ToArray());
        cluster.Run(async () =>
        {
            foreach (var region in cluster.Regions) await region.CountKeysAsync();
            return true;
        });
        Assert.Equal(1, cluster.Regions.Sum(r => r.Metrics.Keys.K4)); // each node counts its own
        cluster.Stop();
    }

    [Fact]
    public void Each_owner_sweeps_its_own_shards()
    {
        var cluster = new ClusterHarness();
        for (var i = 0; i < 40; i++) cluster.Decide(cluster.Request(LimitCommand.Failure, $"old-{i}", $"d-{i}", $"198.51.100.{i}"));
        cluster.MoveTo(RegionHarness.Start + 86_400 + 3_601);
        cluster.Decide(cluster.Request(LimitCommand.Failure, "young"));
        var swept = cluster.Regions.Select(r => cluster.Run(() => r.SweepAsync(CancellationToken.None))).ToArray();
        Assert.Equal(40, swept.Sum());
        Assert.All(swept, count => Assert.InRange(count, 1, 39));
        var left = cluster.Run(() => cluster.Journal.EntitiesAsync("limiter-", "limiter.", 100, CancellationToken.None));
        Assert.Single(left);
        cluster.Stop();
    }

    [Fact]
    public void A_shard_that_comes_rules_out_nobody_that_its_last_owner_stored()
    {
        var cluster = new ClusterHarness();
        cluster.Settle(); // all have listed the journal
        var request = cluster.Request(LimitCommand.Failure, "stranger");
        var shard = cluster.ShardOf(request, k => k.K4);
        cluster.Decide(request);
        cluster.Start(shard, (cluster.OwnerOf(shard) + 1) % 3);
        cluster.Renew(); // the older owner hears of it
        Assert.Equal(LimitMode.Normal, cluster.Decide(request).Mode);
        Assert.Equal(6, View(cluster, "stranger").K4!.Value.Score);
        cluster.Stop();
    }

    [Fact]
    public void Asks_hold_no_raw_input_and_stay_small()
    {
        var cluster = new ClusterHarness { MovesEvery = 5 };
        foreach (var policy in (string[])["login", "otp", "api_heavy"])
            for (var i = 0; i < 20; i++)
                cluster.Decide(cluster.Request(
                    policy == "api_heavy" ? LimitCommand.Access : LimitCommand.Failure, "alice-blind-index", "device-77", "2001:db8:77::1", policy));
        cluster.Run(() => cluster.Regions[0].ConsumeAsync(new ThrottleRule("exports", 3, 60), "alice-blind-index", 1));
        Assert.True(cluster.Asks.Requests.Count > 50);
        Assert.InRange(cluster.Asks.Longest, 100, 400);
        foreach (var request in cluster.Asks.Requests)
            foreach (var raw in (string[])["alice", "device-77", "2001:db8", "chrome", "exports", "test-key"])
                Assert.DoesNotContain(raw, Encoding.Latin1.GetString(request), StringComparison.OrdinalIgnoreCase);
        cluster.Stop();
    }

    [Fact]
    public void A_request_that_is_no_ask_is_refused_and_changes_nothing()
    {
        var cluster = new ClusterHarness();
        cluster.Decide(cluster.Request(LimitCommand.Failure));
        while (cluster.Asks.Requests.Count == 0) cluster.Decide(cluster.Request(LimitCommand.Failure));
        var (random, sample, refused) = (new Random(5), cluster.Asks.Requests[0], 0);
        for (var i = 0; i < 3_000; i++)
        {
            var bytes = random.Next(4) == 0 ? new byte[random.Next(200)] : sample[..random.Next(sample.Length + 1)];
            if (random.Next(2) == 0) random.NextBytes(bytes.AsSpan(0, Math.Min(bytes.Length, random.Next(1, 30))));
            else if (bytes.Length > 0) bytes[random.Next(bytes.Length)]++;
            var kind = random.Next(5) switch { 0 => "operate", 1 => "consume", 2 => "hand-over", 3 => "nothing", _ => "decide" };
            try
            {
                var shard = cluster.Regions[0].Hosted[0].Shard;
                _ = cluster.Run(() => cluster.Regions[0].AnswerAsync(shard, kind, bytes, CancellationToken.None));
            }
            catch (Exception error) when (error is FormatException or ShardMovedException)
            {
                refused++;
            }
        }
        Assert.True(refused > 2_000, $"{refused}");
        Assert.All(cluster.Regions, r => Assert.Null(r.NotReadyReason));
        cluster.Stop();
    }

    [Fact]
    public void Nodes_that_do_not_agree_on_secrets_or_rules_say_so_and_decide_nothing_for_each_other()
    {
        var cluster = new ClusterHarness(options: OneSecond);
        var request = cluster.Request(LimitCommand.Check);
        var owner = cluster.OwnerOf(cluster.ShardOf(request, k => k.K1));
        cluster.Regions[owner].Use(LimiterSecrets.Create("another-key", "test-fp"));
        cluster.Entry = (owner + 1) % 3;
        Assert.Equal(LimitMode.FailClosed, cluster.Decide(request).Mode);
        Assert.Contains("limiter.secrets", cluster.Regions[cluster.Entry.Value].NotReadyReason, StringComparison.Ordinal);
        cluster.Advance(TimeSpan.FromSeconds(31));
        Assert.Null(cluster.Regions[cluster.Entry.Value].NotReadyReason);
        cluster.Stop();
    }

    [Fact]
    public void An_ask_that_storage_keeps_waiting_is_answered_as_failed_and_then_not_carried_out()
    {
        var journal = new StuckReads(new InMemoryJournal(keepEvents: true));
        var cluster = new ClusterHarness(journal: journal, options: OneSecond, lease: TimeSpan.FromHours(1));
        cluster.Settle();
        var request = cluster.Request(LimitCommand.Failure);
        cluster.Decide(request);
        var shard = cluster.ShardOf(request, k => k.K4);
        cluster.Move(shard, (cluster.OwnerOf(shard) + 1) % 3);
        journal.Stuck = new TaskCompletionSource();
        cluster.Entry = (cluster.OwnerOf(shard) + 1) % 3;
        Assert.Equal(LimitMode.FailClosed, cluster.Decide(request).Mode);
        var answer = cluster.Regions[cluster.OwnerOf(shard)].AnswerAsync(
            shard, "decide", cluster.Asks.Requests.Last(r => r.Length > 150), CancellationToken.None); // the same again: it waits for the same answer
        Assert.False(answer.IsCompleted);
        cluster.Advance(TimeSpan.FromSeconds(3));
        Assert.True(answer.IsCompletedSuccessfully);
        journal.Stuck.SetResult();
        cluster.Settle();
        cluster.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(3, View(cluster, "owner").K4!.Value.Score); // the first one alone
        cluster.Stop();
    }

    private static PolicyRegistry AllCounted { get; } = new(
        PolicyPresets.Login with
        {
            Auth = PolicyPresets.Login.Auth! with { Budget = PolicyPresets.Login.Auth!.Budget with { Threshold = 1_000, KnownDeviceAllowance = 0 } },
        });

    private static LimitRequest Known(ClusterHarness cluster) => cluster.Request(LimitCommand.Failure, "owner", "known", verified: true);

    private static LimiterStateView View(ClusterHarness cluster) =>
        cluster.Run(() => cluster.Regions[0].ReadAsync(cluster.Request(LimitCommand.Check, "owner", "known", verified: true)))!;

    private static LimiterStateView View(ClusterHarness cluster, string account) =>
        cluster.Run(() => cluster.Regions[0].ReadAsync(cluster.Request(LimitCommand.Check, account)))!;

    /// <summary>A journal whose reads of entities do not end for a while.</summary>
    private sealed class StuckReads(InMemoryJournal inner) : IJournal, ISnapshotStore
    {
        public TaskCompletionSource? Stuck { get; set; }

        public Task WriteAsync(IReadOnlyList<AtomicWrite> writes, CancellationToken stop) => inner.WriteAsync(writes, stop);

        public IAsyncEnumerable<StoredEvent> ReplayAsync(string persistenceId, long fromSequenceNumber, CancellationToken stop) =>
            inner.ReplayAsync(persistenceId, fromSequenceNumber, stop);

        public Task<IReadOnlyList<StoredEvent>> ReadAsync(long afterOrdering, int max, CancellationToken stop) =>
            inner.ReadAsync(afterOrdering, max, stop);

        public async Task<long> HighestSequenceNumberAsync(string persistenceId, CancellationToken stop)
        {
            if (Stuck is { } stuck) await stuck.Task;
            return await inner.HighestSequenceNumberAsync(persistenceId, stop);
        }

        public Task<long> ClaimShardAsync(string region, int shard, string owner, CancellationToken stop) =>
            inner.ClaimShardAsync(region, shard, owner, stop);

        public Task<IReadOnlyDictionary<int, long>> ReadEpochsAsync(string region, CancellationToken stop) => inner.ReadEpochsAsync(region, stop);

        public Task<IReadOnlyList<EntityPosition>> EntitiesAsync(string after, string end, int max, CancellationToken stop) =>
            inner.EntitiesAsync(after, end, max, stop);

        public Task<int> DeleteAsync(ShardFence fence, IReadOnlyList<EntityPosition> entities, CancellationToken stop) =>
            inner.DeleteAsync(fence, entities, stop);

        public Task<bool> RewriteAsync(
            IReadOnlyList<Rewrite> rewrites, IReadOnlyList<string> dropSnapshotsOf, AtomicWrite? append, CancellationToken stop) =>
            inner.RewriteAsync(rewrites, dropSnapshotsOf, append, stop);

        public Task<StoredSnapshot?> LoadAsync(string persistenceId, CancellationToken stop) => inner.LoadAsync(persistenceId, stop);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
