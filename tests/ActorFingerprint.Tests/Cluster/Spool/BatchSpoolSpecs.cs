using ActorFingerprint.Cluster.Spool;
using ActorFingerprint.Engine.Sharding;
using ActorFingerprint.Tests.Engine;
using ActorFingerprint.Tests.Node;
using Xunit;
using static ActorFingerprint.Tests.Cluster.Spool.SpoolHarness;

namespace ActorFingerprint.Tests.Cluster.Spool;

public sealed class BatchSpoolSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SpoolHarness _harness;

    public BatchSpoolSpecs() => _harness = new SpoolHarness(_folder.File("spool"));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Batches_come_out_in_order_also_those_appended_while_somebody_reads()
    {
        await using var spool = _harness.Open();
        await AppendAsync(spool, 1, 12);
        var read = new List<long>();
        await foreach (var batch in spool.ReadAsync(Stop))
        {
            Assert.True(IsRight(batch));
            read.Add(batch.Number);
            if (read.Count == 12) await AppendAsync(spool, 13, 30);
            if (read.Count == 30) break;
        }
        Assert.Equal(Enumerable.Range(1, 30).Select(number => (long)number), read);
        Assert.True(_harness.Segments.Length > 2, "they are in one segment");
    }

    [Fact]
    public async Task After_a_restart_what_nobody_confirmed_is_there()
    {
        await using (var spool = _harness.Open())
        {
            await AppendAsync(spool, 1, 20);
            foreach (var batch in (await ReadAllAsync(spool)).Take(5)) spool.Confirm(batch.Position);
        }
        await using var again = _harness.Open();
        var left = await ReadAllAsync(again);
        Assert.Equal(Enumerable.Range(6, 15).Select(number => (long)number), left.Select(batch => batch.Number));
        await again.AppendAsync(Record(21), Stop);
        Assert.Equal(left[^1].Position + 1, (await ReadAllAsync(again))[^1].Position);
        Assert.Empty(_harness.Warnings);
    }

    [Fact]
    public async Task Batches_confirmed_in_any_order_are_not_given_out_again_and_their_segments_go()
    {
        await using var spool = _harness.Open();
        await AppendAsync(spool, 1, 35);
        var batches = await ReadAllAsync(spool);
        var before = _harness.Segments.Length;
        var random = new Random(5);
        var confirmed = batches.OrderBy(_ => random.Next()).Take(30).ToList();
        foreach (var batch in confirmed) spool.Confirm(batch.Position);
        foreach (var batch in confirmed) spool.Confirm(batch.Position);
        spool.Confirm(0);
        spool.Confirm(1_000_000);
        Assert.Equal(5, spool.Records);
        Assert.Equal(batches.Except(confirmed).Select(batch => batch.Number), (await ReadAllAsync(spool)).Select(batch => batch.Number));

        foreach (var batch in batches) spool.Confirm(batch.Position);
        await spool.AppendAsync(Record(36), Stop);
        await UntilAsync(() => _harness.Segments.Length == 1);
        Assert.True(before > 3);
        Assert.Equal([36L], (await ReadAllAsync(spool)).Select(batch => batch.Number));
    }

    [Fact]
    public async Task A_restart_gives_out_again_at_most_what_came_after_the_first_unconfirmed_batch()
    {
        await using (var spool = _harness.Open())
        {
            await AppendAsync(spool, 1, 20);
            foreach (var batch in await ReadAllAsync(spool))
                if (batch.Number != 4) spool.Confirm(batch.Position);
        }
        await using var again = _harness.Open();
        var numbers = (await ReadAllAsync(again)).Select(batch => batch.Number).ToList();
        Assert.Equal(4, numbers[0]);
        Assert.All(numbers, number => Assert.InRange(number, 4, 20));
    }

    [Fact]
    public async Task The_last_batch_of_each_shard_is_known_after_all_batches_are_gone()
    {
        await using (var spool = _harness.Open())
        {
            for (var number = 1; number <= 40; number++)
                await spool.AppendAsync(Record(number, shard: number % 4, run: number < 30 ? "old" : "new"), Stop);
            await spool.AppendAsync(new SpoolRecord("new", 2, 50, 0, -1, new byte[10]), Stop);
            foreach (var batch in await UnreadAsync(spool)) spool.Confirm(batch.Position);
        }
        await using (var spool = _harness.Open()) Check(spool);
        await using (var spool = _harness.Open())
        {
            Check(spool);
            Assert.Equal(0, spool.Records);
        }

        static void Check(BatchSpool spool)
        {
            Watermark[] expected =
                [new("new", 40, 400, 0), new("new", 37, 370, 0), new("new", 50, 380, 0), new("new", 39, 390, 0), new("new", 0, 0, -1)];
            Assert.Equal(expected, spool.WatermarksOf("new", 5));
            Assert.Equal(new Watermark("old", 29, 290, 0), spool.WatermarksOf("old", 4)[1]);
            Assert.Equal([new Watermark("other", 0, 0, -1)], spool.WatermarksOf("other", 1));
        }
    }

    [Fact]
    public async Task Of_more_than_1024_runs_the_longest_untouched_is_forgotten()
    {
        var harness = new SpoolHarness(_folder.File("runs"))
        {
            Options = _harness.Options with { Folder = _folder.File("runs"), SegmentBytes = 1 << 20, MaxBytes = 4 << 20 },
        };
        await using (var spool = harness.Open())
        {
            var appends = Enumerable.Range(0, 1030).Select(run => spool.AppendAsync(Record(7, run: $"run-{run}", bytes: 10), Stop))
                .ToList();
            await Task.WhenAll(appends);
        }
        await using var again = harness.Open();
        Assert.Equal(0, again.WatermarksOf("run-5", 1)[0].Batch);
        Assert.Equal(7, again.WatermarksOf("run-6", 1)[0].Batch);
        Assert.Equal(7, again.WatermarksOf("run-1029", 1)[0].Batch);
    }

    [Fact]
    public async Task Many_appends_share_a_flush()
    {
        await using var spool = _harness.Open();
        await Task.WhenAll(Enumerable.Range(1, 200).Select(number => spool.AppendAsync(Record(number, bytes: 50), Stop)));
        Assert.InRange(spool.Flushes, 1, 100);
        Assert.Equal(200, spool.Appended);
    }

    [Fact]
    public async Task A_full_spool_lets_appends_wait_until_batches_are_confirmed()
    {
        await using var spool = _harness.Open();
        var appends = Enumerable.Range(1, 100).Select(number => spool.AppendAsync(Record(number), Stop)).ToList();
        await UntilAsync(() => spool.IsFull && spool.Records >= 55);
        Assert.InRange(spool.Bytes, 55_000, _harness.Options.MaxBytes + 1000); // with the heads of segments
        Assert.Contains(appends, append => !append.IsCompleted);

        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var given = spool.AppendAsync(Record(999), cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);

        var read = new List<long>();
        await foreach (var batch in spool.ReadAsync(Stop))
        {
            read.Add(batch.Number);
            spool.Confirm(batch.Position);
            if (read.Count == 100) break;
        }
        await Task.WhenAll(appends);
        Assert.Equal(Enumerable.Range(1, 100).Select(number => (long)number), read);
        Assert.False(spool.IsFull);
    }

    [Fact]
    public async Task A_spool_full_of_confirmed_batches_in_the_open_segment_is_not_stuck()
    {
        await using var spool = _harness.Open();
        await spool.AppendAsync(Record(1, bytes: 31_000), Stop);
        await spool.AppendAsync(Record(2, bytes: 30_000), Stop);
        var waits = spool.AppendAsync(Record(3, bytes: 31_000), Stop);
        foreach (var batch in await ReadAllAsync(spool)) spool.Confirm(batch.Position);
        await waits;
        Assert.Equal([3L], (await ReadAllAsync(spool)).Select(batch => batch.Number));
    }

    [Fact]
    public async Task A_record_too_large_for_the_spool_is_refused()
    {
        await using var spool = _harness.Open();
        await Assert.ThrowsAsync<ArgumentException>(() => spool.AppendAsync(Record(1, bytes: 40_000), Stop));
        await Assert.ThrowsAsync<ArgumentException>(() => spool.AppendAsync(Record(1, run: new string('r', 256)), Stop));
    }

    [Fact]
    public async Task The_age_is_that_of_the_oldest_unconfirmed_batch()
    {
        var time = new ManualTimeProvider();
        var harness = new SpoolHarness(_folder.File("ages")) { Time = time };
        await using var spool = harness.Open();
        Assert.Equal(TimeSpan.Zero, spool.OldestAge);
        await spool.AppendAsync(Record(1), Stop);
        time.Advance(TimeSpan.FromSeconds(10));
        await spool.AppendAsync(Record(2), Stop);
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(TimeSpan.FromSeconds(15), spool.OldestAge);
        spool.Confirm((await ReadAllAsync(spool))[0].Position);
        Assert.Equal(TimeSpan.FromSeconds(5), spool.OldestAge);
    }

    [Fact]
    public async Task A_spool_has_one_owner_and_files_that_only_it_can_read()
    {
        await using var spool = _harness.Open();
        await spool.AppendAsync(Record(1), Stop);
        var error = Assert.Throws<IOException>(_harness.Open);
        Assert.Contains("is used by another process", error.Message, StringComparison.Ordinal);
        if (OperatingSystem.IsWindows()) return;
        foreach (var path in Directory.GetFiles(_harness.Options.Folder))
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Fact]
    public async Task Closing_ends_readers_and_refuses_appends()
    {
        var spool = _harness.Open();
        var reading = Task.Run(async () =>
        {
            await foreach (var _ in spool.ReadAsync(Stop))
            {
                // nothing comes
            }
        }, Stop);
        await spool.DisposeAsync();
        await reading;
        await Assert.ThrowsAsync<ObjectDisposedException>(() => spool.AppendAsync(Record(1), Stop));
    }

    private static async Task<List<SpooledBatch>> UnreadAsync(BatchSpool spool)
    {
        var (found, count) = (new List<SpooledBatch>(), spool.Records);
        await foreach (var batch in spool.ReadAsync(Stop))
        {
            found.Add(batch);
            if (found.Count == count) break;
        }
        return found;
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        while (!isSo()) await Task.Delay(5, Stop);
    }
}
