using System.Text;
using ActorFingerprint.Engine;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Keys;
using Xunit;

namespace ActorFingerprint.Tests.Engine.Limiting;

/// <summary>A rotation while requests are under way: every failure is counted once, in the state that the next request sees.</summary>
public sealed class LimiterRotationSpecs
{
    [Theory]
    [InlineData(SecretKinds.Key)]
    [InlineData(SecretKinds.Fingerprint)]
    [InlineData(SecretKinds.Both)]
    public void Nothing_is_lost_or_counted_twice_by_a_rotation_between_requests(SecretKinds kinds)
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            var journal = new SlowJournal(new InMemoryJournal(keepEvents: true), random);
            var region = new RegionHarness(seed, journal);
            var rotated = Rotated(region.Secrets, kinds);
            for (var i = 0; i < 8; i++) Assert.Equal(LimitMode.Normal, Known(region).Mode);
            if (seed % 2 == 0) region.Restart(); // half of the time the older state has to come from the journal
            var rotateAt = random.Next(1, 23);
            region.Run(async () =>
            {
                var asked = new List<Task<LimitResult>>();
                for (var i = 0; i < 24; i++)
                {
                    if (i == rotateAt) region.Region.Use(rotated);
                    // some were resolved before the rotation and come after it
                    if (i > rotateAt + 2) region.Secrets = rotated;
                    asked.Add(region.Region.DecideAsync(region.Request(LimitCommand.Failure, "owner", "known", verified: true)));
                    if (random.Next(3) == 0) await Task.Yield();
                }
                await EngineScheduler.WhenAll(asked);
                Assert.All(asked, a => Assert.Equal(LimitMode.Normal, a.Result.Mode));
                return true;
            });
            region.Secrets = rotated;
            AssertCounts(region, seed);
            region.Restart();
            AssertCounts(region, seed);
            region.Stop();
        }
    }

    [Fact]
    public void A_request_of_the_newer_generation_waits_for_those_of_the_older_and_not_beyond_its_deadline()
    {
        var journal = new SlowJournal(new InMemoryJournal(keepEvents: true), new Random(1));
        var region = new RegionHarness(journal: journal, options: RegionHarness.Small with { Deadline = TimeSpan.FromSeconds(1) });
        journal.Clock = region.Time;
        region.Fail("stored");
        region.Restart();
        journal.IsStuck = true;
        var (older, newer) = region.Run(async () =>
        {
            var first = region.Region.DecideAsync(region.Request(LimitCommand.Failure, "stored")); // waits for its account
            region.Region.Use(Rotated(region.Secrets, SecretKinds.Key));
            var second = region.Region.DecideAsync(region.Request(LimitCommand.Failure, "stored"));
            return (await first, await second);
        });
        Assert.Equal((LimitMode.FailClosed, LimitMode.FailClosed), (older.Mode, newer.Mode));
        journal.IsStuck = false;
        region.Advance(60);
        Assert.Equal(LimitMode.Normal, region.Fail("stored").Mode);
    }

    private static LimitResult Known(RegionHarness region) =>
        region.Decide(region.Request(LimitCommand.Failure, "owner", "known", verified: true));

    private static void AssertCounts(RegionHarness region, int seed)
    {
        var view = region.Run(() => region.Region.ReadAsync(region.Request(LimitCommand.Check, "owner", "known", verified: true)))!;
        Assert.Equal((seed, 64L, 24), (seed, view.K5!.Value.Score, view.BudgetCount)); // 32 failures of 2 points, the first 8 uncounted
    }

    private static LimiterSecrets Rotated(LimiterSecrets secrets, SecretKinds kinds)
    {
        Assert.True(secrets.TryRotate(
            kinds, Encoding.UTF8.GetBytes("next-key"), Encoding.UTF8.GetBytes("next-fp"), RegionHarness.Start, out var rotated));
        return rotated;
    }

    /// <summary>A journal whose calls take a while, so that requests overlap; stuck, they do not end until it is no more.</summary>
    private sealed class SlowJournal(InMemoryJournal inner, Random random) : IJournal, ISnapshotStore
    {
        public bool IsStuck { get; set; }

        public TimeProvider? Clock { get; set; }

        public async Task WriteAsync(IReadOnlyList<AtomicWrite> writes, CancellationToken stop)
        {
            await PauseAsync();
            await inner.WriteAsync(writes, stop);
        }

        public IAsyncEnumerable<StoredEvent> ReplayAsync(string persistenceId, long fromSequenceNumber, CancellationToken stop) =>
            inner.ReplayAsync(persistenceId, fromSequenceNumber, stop);

        public Task<IReadOnlyList<StoredEvent>> ReadAsync(long afterOrdering, int max, CancellationToken stop) =>
            inner.ReadAsync(afterOrdering, max, stop);

        public async Task<long> HighestSequenceNumberAsync(string persistenceId, CancellationToken stop)
        {
            await PauseAsync();
            return await inner.HighestSequenceNumberAsync(persistenceId, stop);
        }

        public async Task<long> ClaimShardAsync(string region, int shard, string owner, CancellationToken stop)
        {
            await PauseAsync();
            return await inner.ClaimShardAsync(region, shard, owner, stop);
        }

        public Task<IReadOnlyList<EntityPosition>> EntitiesAsync(string after, string end, int max, CancellationToken stop) =>
            inner.EntitiesAsync(after, end, max, stop);

        public Task<int> DeleteAsync(ShardFence fence, IReadOnlyList<EntityPosition> entities, CancellationToken stop) =>
            inner.DeleteAsync(fence, entities, stop);

        public Task<IReadOnlyDictionary<int, long>> ReadEpochsAsync(string region, CancellationToken stop) =>
            inner.ReadEpochsAsync(region, stop);

        public Task<bool> RewriteAsync(
            IReadOnlyList<Rewrite> rewrites, IReadOnlyList<string> dropSnapshotsOf, AtomicWrite? append, CancellationToken stop) =>
            inner.RewriteAsync(rewrites, dropSnapshotsOf, append, stop);

        public Task<StoredSnapshot?> LoadAsync(string persistenceId, CancellationToken stop) => inner.LoadAsync(persistenceId, stop);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private async Task PauseAsync()
        {
            for (var i = random.Next(4); i > 0; i--) await Task.Yield();
            while (IsStuck) await Task.Delay(TimeSpan.FromMilliseconds(100), Clock!);
        }
    }
}
