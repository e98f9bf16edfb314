using ActorFingerprint.Capture.Files;
using ActorFingerprint.Engine.Capture;
using Xunit;

namespace ActorFingerprint.Tests.Capture.Files;

public sealed class ManyFilesSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Several_files_are_one_source_in_the_given_order()
    {
        var b = _folder.Write("b.pcap", PcapBytes.WithFrames(3));
        var a = _folder.Write("a.pcap.gz", ReadFrames.Gzip(PcapBytes.WithFrames(2, first: 4)));
        var c = _folder.Write("c.pcapng", new PcapngBytes().Section().Interface().Enhanced(PcapBytes.Numbered(6)).ToArray());
        var source = FileCaptureSource.FromFiles([b, a, c]);
        var frames = await ReadFrames.OfAsync(source);
        Assert.Equal(Enumerable.Range(1, 6).Select(i => (long)i), frames.Select(f => f.Number));
        Assert.Equal(Enumerable.Range(1, 6).Select(i => Convert.ToHexString(PcapBytes.Numbered(i))), frames.Select(f => f.Hex));
        Assert.Equal([new("b.pcap", 1), new("a.pcap.gz", 4), new("c.pcapng", 6)], source.Boundaries);
        Assert.Equal(new FileFrame("b.pcap", 3), source.Locate(3));
        Assert.Equal(new FileFrame("a.pcap.gz", 1), source.Locate(4));
        Assert.Equal(new FileFrame("c.pcapng", 1), source.Locate(6));
        Assert.Null(source.Locate(0));
    }

    [Fact]
    public async Task Counters_tell_frames_bytes_and_progress()
    {
        var paths = new[] { _folder.Write("a", PcapBytes.WithFrames(30)), _folder.Write("b", ReadFrames.Gzip(PcapBytes.WithFrames(20))) };
        var source = FileCaptureSource.FromFiles(paths, new FileCaptureOptions { BlockLength = 256 });
        Assert.Equal(paths.Sum(p => new FileInfo(p).Length), source.Counters.TotalBytes);
        var frames = await ReadFrames.OfAsync(source);
        Assert.Equal(new CaptureCounters(50, frames.Sum(f => f.Hex.Length / 2), 0, 0, 0, source.Counters.TotalBytes)
        {
            SourceBytes = source.Counters.TotalBytes,
        }, source.Counters);
    }

    [Fact]
    public async Task The_file_after_a_damaged_one_is_still_read()
    {
        var cut = _folder.Write("cut.pcap", PcapBytes.WithFrames(3).AsSpan()[..^1]);
        var good = _folder.Write("good.pcap", PcapBytes.WithFrames(1, first: 9));
        var source = FileCaptureSource.FromFiles([cut, good]);
        Assert.Equal([1, 2, 3], (await ReadFrames.OfAsync(source)).Select(f => f.Number));
        Assert.StartsWith("cut.pcap: cut off", Assert.Single(source.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_shrank_after_it_was_named_ends_the_source_with_its_path()
    {
        var good = _folder.Write("good.pcap", PcapBytes.WithFrames(1));
        var late = _folder.Write("late.pcap", PcapBytes.WithFrames(1));
        var source = FileCaptureSource.FromFiles([good, late]);
        File.WriteAllText(late, "now a text of more than two dozen bytes");
        var error = await Assert.ThrowsAsync<CaptureException>(() => ReadFrames.OfAsync(source));
        Assert.StartsWith($"{late}: is not a capture", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_name_is_said_before_anything_is_read()
    {
        var good = _folder.Write("good.pcap", PcapBytes.WithFrames(1));
        var text = _folder.Write("notes.txt", "not a capture at all, only words"u8);
        foreach (var (path, reason) in new[] { ("no.pcap", "no such file"), (_folder.Path, "is a folder"), (text, "is not a capture") })
        {
            var error = Assert.Throws<CaptureException>(() => FileCaptureSource.FromFiles([good, path]));
            Assert.Equal("CAPTURE_UNAVAILABLE", error.Code);
            Assert.StartsWith($"{path}: {reason}", error.Message, StringComparison.Ordinal);
        }
        Assert.Equal("CAPTURE_UNAVAILABLE", Assert.Throws<CaptureException>(
            () => FileCaptureSource.FromFolder(Path.Combine(_folder.Path, "none"), new ManualFolderWatch())).Code);
    }

    [Fact]
    public async Task Every_cut_of_a_packed_file_gives_frames_or_one_line()
    {
        var packed = ReadFrames.Gzip(PcapBytes.WithFrames(40));
        for (var length = 2; length < packed.Length; length++)
        {
            var source = FileCaptureSource.FromStream(new MemoryStream(packed[..length]), "cut.gz");
            try
            {
                var frames = await ReadFrames.OfAsync(source);
                Assert.True(frames.Count == 40 || source.Warnings.Count == 1, $"cut at {length}: {frames.Count} frames, no warning");
            }
            catch (CaptureException error)
            {
                Assert.StartsWith("cut.gz: ", error.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task Damaged_packed_data_gives_the_frames_before_it_and_a_warning()
    {
        var random = new Random(1);
        var pcap = new PcapBytes();
        for (var i = 0; i < 2_000; i++)
        {
            var frame = new byte[200];
            random.NextBytes(frame);
            pcap.Frame(frame);
        }
        var packed = ReadFrames.Gzip(pcap.ToArray());
        packed.AsSpan(packed.Length / 2, 4_000).Clear();
        var source = FileCaptureSource.FromFiles([_folder.Write("bad.pcap.gz", packed)]);
        var frames = await ReadFrames.OfAsync(source);
        Assert.InRange(frames.Count, 500, 1_999);
        Assert.StartsWith("bad.pcap.gz: ", Assert.Single(source.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_gzip_members_are_one_file()
    {
        var bytes = PcapBytes.WithFrames(10);
        byte[] packed = [.. ReadFrames.Gzip(bytes.AsSpan(0, 100)), .. ReadFrames.Gzip(bytes.AsSpan(100))];
        Assert.Equal(10, (await ReadFrames.OfAsync(packed)).Count);
    }

    [Fact]
    public async Task The_same_bytes_give_the_same_blocks_from_a_file_a_packed_file_and_a_stream_that_trickles()
    {
        var bytes = PcapBytes.WithFrames(200);
        var options = new FileCaptureOptions { BlockLength = 1_000 };
        var plain = await BlocksAsync(FileCaptureSource.FromFiles([_folder.Write("p.pcap", bytes)], options));
        var packed = await BlocksAsync(FileCaptureSource.FromFiles([_folder.Write("p.pcap.gz", ReadFrames.Gzip(bytes))], options));
        var stream = await BlocksAsync(FileCaptureSource.FromStream(new TricklingStream(bytes), "-", options));
        Assert.True(plain.Count > 10);
        Assert.Equal(plain, packed);
        Assert.Equal(plain, stream);
    }

    [Fact]
    public async Task Reading_allocates_per_block_and_not_per_frame()
    {
        const int Frames = 50_000;
        var source = FileCaptureSource.FromFiles([_folder.Write("p.pcap", PcapBytes.WithFrames(Frames))]);
        await ReadToEndAsync(source); // fills the pools
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(Frames, await ReadToEndAsync(source));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2 * Frames); // mostly the 64 KiB for a block's tail
    }

    [Fact]
    public async Task A_stream_that_waits_for_ever_can_be_cancelled_and_cannot_resume()
    {
        using var stop = new CancellationTokenSource();
        var stream = new TricklingStream(PcapBytes.WithFrames(2)) { EndsNever = true };
        var source = FileCaptureSource.FromStream(stream, "-");
        Assert.False(source.CanResume);
        var reading = Task.Run(async () =>
        {
            await foreach (var block in source.ReadAsync(null, stop.Token)) block.Dispose();
        }, TestContext.Current.CancellationToken);
        await stream.IsWaiting;
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        await Assert.ThrowsAsync<CaptureException>(() => ReadFrames.OfAsync(source, new SourcePosition(1, "0 1 24 0 0 0 -")));
    }

    [Fact]
    public async Task A_source_has_one_reader_at_a_time_and_may_be_read_again()
    {
        var source = FileCaptureSource.FromFiles([_folder.Write("p.pcap", PcapBytes.WithFrames(3))]);
        var stop = TestContext.Current.CancellationToken;
        await using (var first = source.ReadAsync(null, stop).GetAsyncEnumerator(stop))
        {
            Assert.True(await first.MoveNextAsync());
            first.Current.Dispose();
            await Assert.ThrowsAsync<InvalidOperationException>(() => ReadFrames.OfAsync(source));
        }
        Assert.Equal(3, (await ReadFrames.OfAsync(source)).Count);
        Assert.Equal(3, source.Counters.Frames);
        Assert.Single(source.Boundaries);
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<long> ReadToEndAsync(FileCaptureSource source)
    {
        var frames = 0L;
        await foreach (var block in source.ReadAsync(null, TestContext.Current.CancellationToken))
        {
            frames += block.Count;
            block.Dispose();
        }
        return frames;
    }

    private static async Task<List<(long First, int Count)>> BlocksAsync(FileCaptureSource source)
    {
        List<(long, int)> blocks = [];
        await foreach (var block in source.ReadAsync(null, TestContext.Current.CancellationToken))
        {
            blocks.Add((block.FirstFrame, block.Count));
            block.Dispose();
        }
        return blocks;
    }
}
