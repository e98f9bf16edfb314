using System.Diagnostics;
using ActorFingerprint.Cluster.Spool;
using ActorFingerprint.Tests.Node;
using Xunit;
using static ActorFingerprint.Tests.Cluster.Spool.SpoolHarness;

namespace ActorFingerprint.Tests.Cluster.Spool;

/// <summary>What crashes and disks do to a spool.</summary>
public sealed class SpoolDamageSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SpoolHarness _harness;

    public SpoolDamageSpecs() => _harness = new SpoolHarness(_folder.File("spool"));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_record_cut_at_any_byte_is_taken_off_and_everything_before_it_stays()
    {
        await using (var spool = _harness.Open()) await AppendAsync(spool, 1, 3, bytes: 60);
        var segment = Assert.Single(_harness.Segments);
        var before = new FileInfo(segment).Length;
        await using (var spool = _harness.Open()) await AppendAsync(spool, 4, 4, bytes: 60);
        var whole = await File.ReadAllBytesAsync(segment, Stop);

        for (var length = before; length < whole.Length; length++)
        {
            await File.WriteAllBytesAsync(segment, whole.AsMemory(0, (int)length), Stop);
            await using var spool = _harness.Open();
            Assert.Equal([1L, 2L, 3L], (await ReadAllAsync(spool)).Select(batch => batch.Number));
            Assert.Equal(length > before ? 1 : 0, spool.TornTails);
            Assert.Equal(3, spool.WatermarksOf("run", 1)[0].Batch);
            await spool.AppendAsync(Record(4, bytes: 60), Stop);
            Assert.Equal([1L, 2L, 3L, 4L], (await ReadAllAsync(spool)).Select(batch => batch.Number));
        }
        await File.WriteAllBytesAsync(segment, whole, Stop);
        await using var last = _harness.Open();
        Assert.Equal(4, (await ReadAllAsync(last)).Count);
    }

    [Fact]
    public async Task A_segment_that_a_crash_left_without_its_beginning_is_no_segment()
    {
        await using (var spool = _harness.Open()) await AppendAsync(spool, 1, 12);
        var last = _harness.Segments[^1];
        var whole = await File.ReadAllBytesAsync(last, Stop);
        for (var length = 0; length < 60; length += 7)
        {
            await File.WriteAllBytesAsync(last, whole.AsMemory(0, length), Stop);
            await using var spool = _harness.Open();
            var left = (await ReadAllAsync(spool)).Count;
            Assert.InRange(left, 1, 11);
            Assert.Equal(left, spool.WatermarksOf("run", 1)[0].Batch);
        }
    }

    [Fact]
    public async Task A_damaged_record_in_the_middle_costs_the_rest_of_its_segment_and_one_line()
    {
        await using (var spool = _harness.Open()) await AppendAsync(spool, 1, 30);
        var segments = _harness.Segments;
        Assert.True(segments.Length >= 4);
        var bytes = await File.ReadAllBytesAsync(segments[1], Stop);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(segments[1], bytes, Stop);

        await using var again = _harness.Open();
        var numbers = (await ReadAllAsync(again)).Select(batch => batch.Number).ToList();
        var lost = Enumerable.Range(1, 30).Select(number => (long)number).Except(numbers).ToList();
        Assert.InRange(lost.Count, 2, 6);
        Assert.Equal(lost.Count, again.LostBatches);
        Assert.Equal(lost[^1] - lost[0] + 1, lost.Count);
        Assert.Equal(30, again.WatermarksOf("run", 1)[0].Batch);
        var line = Assert.Single(_harness.Warnings);
        Assert.Contains($"the checksum of a record does not match at byte", line, StringComparison.Ordinal);
        Assert.StartsWith(segments[1], line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_batch_that_is_damaged_while_the_spool_is_open_is_skipped_alone()
    {
        await using var spool = _harness.Open();
        await AppendAsync(spool, 1, 6);
        using (var file = File.OpenHandle(_harness.Segments[0], FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite))
            RandomAccess.Write(file, "damage"u8, 2500);
        var numbers = new List<long>();
        await foreach (var batch in spool.ReadAsync(Stop))
        {
            numbers.Add(batch.Number);
            if (batch.Number == 6) break;
        }
        Assert.Equal([1L, 2L, 4L, 5L, 6L], numbers);
        Assert.Equal((1, 5), (spool.LostBatches, spool.Records));
        Assert.Single(_harness.Warnings);
    }

    [Fact]
    public async Task A_full_disk_lets_appends_wait_and_loses_nothing()
    {
        var disk = Directory.CreateDirectory(_folder.File("disk")).FullName;
        Assert.SkipUnless(OperatingSystem.IsLinux() && Run("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", disk),
            "mounting a tmpfs is not permitted here");
        try
        {
            var harness = new SpoolHarness(Path.Combine(disk, "spool"))
            {
                Options = _harness.Options with { Folder = Path.Combine(disk, "spool"), MaxBytes = 1 << 20, SegmentBytes = 32 * 1024 },
            };
            var ballast = Path.Combine(disk, "ballast");
            await File.WriteAllBytesAsync(ballast, new byte[100 * 1024], Stop);
            await using (var spool = harness.Open())
            {
                var appends = Enumerable.Range(1, 200).Select(number => spool.AppendAsync(Record(number), Stop)).ToList();
                while (spool.Refusal is null) await Task.Delay(5, Stop);
                Assert.Contains("No space left", spool.Refusal, StringComparison.OrdinalIgnoreCase);
                var acknowledged = appends.Count(append => append.IsCompletedSuccessfully);
                Assert.InRange(acknowledged, 50, 180);
                Assert.Equal(acknowledged, (await ReadAllAsync(spool)).Count);

                File.Delete(ballast);
                await appends[acknowledged + 20];
                foreach (var batch in await ReadAllAsync(spool)) spool.Confirm(batch.Position);
                await Task.WhenAll(appends);
                while (spool.Refusal is not null) await Task.Delay(5, Stop);
                Assert.Equal(200, spool.WatermarksOf("run", 1)[0].Batch);
            }
            Assert.Contains(harness.Warnings, line => line.Contains("cannot be written, sources wait", StringComparison.Ordinal));
            Assert.Contains(harness.Warnings, line => line.EndsWith("takes batches again", StringComparison.Ordinal));
        }
        finally
        {
            Run("umount", disk);
        }
    }

    [Fact]
    public async Task What_was_not_acknowledged_when_a_full_disk_ends_the_wait_fails_and_is_not_there_twice()
    {
        var disk = Directory.CreateDirectory(_folder.File("disk")).FullName;
        Assert.SkipUnless(OperatingSystem.IsLinux() && Run("mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", disk),
            "mounting a tmpfs is not permitted here");
        try
        {
            var folder = Path.Combine(disk, "spool");
            var harness = new SpoolHarness(folder) { Options = _harness.Options with { Folder = folder, MaxBytes = 1 << 20 } };
            var spool = harness.Open();
            var appends = Enumerable.Range(1, 200).Select(number => spool.AppendAsync(Record(number), Stop)).ToList();
            while (spool.Refusal is null) await Task.Delay(5, Stop);
            await spool.DisposeAsync();
            foreach (var append in appends) await append.ContinueWith(_ => { }, Stop, TaskContinuationOptions.None, TaskScheduler.Default);
            var acknowledged = appends.TakeWhile(append => append.IsCompletedSuccessfully).Count();
            Assert.True(appends.Skip(acknowledged).All(append => append.Exception?.InnerException is ObjectDisposedException));

            await using var again = harness.Open();
            var numbers = (await ReadAllAsync(again)).Select(batch => batch.Number).ToList();
            Assert.Equal(Enumerable.Range(1, numbers.Count).Select(number => (long)number), numbers);
            Assert.True(numbers.Count >= acknowledged, $"{acknowledged} acknowledged, {numbers.Count} there");
        }
        finally
        {
            Run("umount", disk);
        }
    }

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
