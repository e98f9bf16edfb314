using ActorFingerprint.Capture.Files;
using ActorFingerprint.Engine.Capture;
using Xunit;

namespace ActorFingerprint.Tests.Capture.Files;

public sealed class FollowSpecs : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualFolderWatch _watch = new();
    private CancellationTokenSource _stop = new();
    private readonly List<ReadFrame> _frames = [];
    private readonly List<SourcePosition> _positions = [];
    private FileCaptureSource _source = null!;
    private Task _reading = Task.CompletedTask;

    [Fact]
    public async Task Files_are_read_in_name_order_and_the_newest_as_it_grows()
    {
        _folder.Write("cap-2.pcap", PcapBytes.WithFrames(2, first: 3));
        _folder.Write("cap-1.pcap", PcapBytes.WithFrames(2));
        _folder.Write("index.txt", "zzz"u8);
        _folder.Write("zz-notes.txt", "not a capture"u8);
        _folder.Write(".cap-0.pcap", PcapBytes.WithFrames(9, first: 90));
        await StartAsync();
        Assert.Equal(Numbered(1, 4), Hex());

        Append("cap-2.pcap", PcapBytes.WithFrames(3, first: 5).AsSpan(24));
        await _watch.ChangeAsync();
        Assert.Equal(Numbered(1, 7), Hex());

        var frame = PcapBytes.WithFrames(1, first: 8).AsSpan(24).ToArray();
        Append("cap-2.pcap", frame.AsSpan(0, 20));
        await _watch.ChangeAsync();
        Assert.Equal(Numbered(1, 7), Hex());
        Append("cap-2.pcap", frame.AsSpan(20));
        await _watch.ChangeAsync();
        Assert.Equal(Numbered(1, 8), Hex());

        Append("cap-2.pcap", PcapBytes.WithFrames(1, first: 9).AsSpan(24)); // the last write before the rotation is not lost
        _folder.Write("cap-3.pcap", []);
        await _watch.ChangeAsync();
        Assert.Equal(Numbered(1, 9), Hex());
        Append("cap-3.pcap", PcapBytes.WithFrames(1, first: 10).AsSpan(0, 10));
        await _watch.ChangeAsync();
        Append("cap-3.pcap", PcapBytes.WithFrames(1, first: 10).AsSpan(10));
        await _watch.ChangeAsync();
        Assert.Equal(Numbered(1, 10), Hex());
        Assert.Equal([new("cap-1.pcap", 1), new("cap-2.pcap", 3), new("cap-3.pcap", 10)], _source.Boundaries);
        Assert.Empty(_source.Warnings);
    }

    [Fact]
    public async Task An_empty_folder_is_waited_for()
    {
        await StartAsync();
        _folder.Write("a.pcap12", PcapBytes.WithFrames(2));
        await _watch.ChangeAsync();
        Assert.Equal(Numbered(1, 2), Hex());
    }

    [Fact]
    public async Task A_file_packed_in_place_is_not_read_twice_but_other_packed_files_are_read()
    {
        _folder.Write("a.pcap", PcapBytes.WithFrames(2));
        await StartAsync();
        File.Delete(Path.Combine(_folder.Path, "a.pcap"));
        _folder.Write("a.pcap.gz", ReadFrames.Gzip(PcapBytes.WithFrames(2)));
        await _watch.ChangeAsync();
        _folder.Write("b.pcap.gz", ReadFrames.Gzip(PcapBytes.WithFrames(2, first: 3)));
        await _watch.ChangeAsync();
        Assert.Equal(Numbered(1, 4), Hex());
    }

    [Fact]
    public async Task What_is_no_capture_or_ends_badly_is_passed_over_with_a_warning()
    {
        _folder.Write("a.pcap", "these are words and nothing but words"u8);
        _folder.Write("b.pcap", PcapBytes.WithFrames(2).AsSpan()[..^3]);
        _folder.Write("c.pcap", []);
        _folder.Write("d.pcap", PcapBytes.WithFrames(1, first: 2));
        await StartAsync();
        Assert.Equal(Numbered(1, 2), Hex());
        Assert.Equal(3, _source.Warnings.Count);
        Assert.StartsWith("a.pcap: is not a capture", _source.Warnings[0], StringComparison.Ordinal);
        Assert.StartsWith("b.pcap: cut off at byte ", _source.Warnings[1], StringComparison.Ordinal);
        Assert.StartsWith("c.pcap: is empty; passed over", _source.Warnings[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Following_resumes_in_the_file_where_it_stood()
    {
        _folder.Write("a.pcap", PcapBytes.WithFrames(2));
        _folder.Write("b.pcap", PcapBytes.WithFrames(2, first: 3));
        await StartAsync();
        var position = _positions[^1];
        await StopAsync();
        Append("b.pcap", PcapBytes.WithFrames(2, first: 5).AsSpan(24));
        _frames.Clear();
        await StartAsync(position);
        Assert.Equal(Numbered(5, 2), Hex());
        Assert.Equal([5, 6], _frames.Select(f => f.Number));
        Assert.Equal(new FileFrame("b.pcap", 3), _source.Locate(5));
    }

    [Fact]
    public async Task Following_resumes_after_a_file_that_was_removed_meanwhile()
    {
        _folder.Write("a.pcap", PcapBytes.WithFrames(2));
        await StartAsync();
        var position = _positions[^1];
        await StopAsync();
        File.Delete(Path.Combine(_folder.Path, "a.pcap"));
        _folder.Write("b.pcap", PcapBytes.WithFrames(2, first: 3));
        _frames.Clear();
        await StartAsync(position);
        Assert.Equal(Numbered(3, 2), Hex());
        Assert.Equal(new FileFrame("b.pcap", 1), _source.Locate(3));
    }

    [Fact]
    public async Task A_polling_watch_waits_for_its_interval_and_can_be_cancelled()
    {
        var often = new PollingFolderWatch(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        await often.WaitForChangeAsync(TestContext.Current.CancellationToken);
        var waiting = new PollingFolderWatch(TimeSpan.FromHours(1), TimeProvider.System).WaitForChangeAsync(_stop.Token).AsTask();
        Assert.False(waiting.IsCompleted);
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        _reading = waiting;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
        _folder.Dispose();
    }

    private async Task StartAsync(SourcePosition? from = null)
    {
        _stop.Dispose();
        _stop = new CancellationTokenSource();
        _source = FileCaptureSource.FromFolder(_folder.Path, _watch);
        _reading = Task.Run(async () =>
        {
            await foreach (var block in _source.ReadAsync(from, _stop.Token))
            {
                ReadFrames.Append(_frames, block);
                _positions.Add(block.Next!);
                block.Dispose();
            }
        }, TestContext.Current.CancellationToken);
        await _watch.IsWaitingAsync();
    }

    private async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _reading);
    }

    private void Append(string name, ReadOnlySpan<byte> bytes)
    {
        using var file = new FileStream(Path.Combine(_folder.Path, name), FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        file.Write(bytes);
    }

    private IEnumerable<string> Hex() => _frames.Select(f => f.Hex);

    private static IEnumerable<string> Numbered(int first, int count) =>
        Enumerable.Range(first, count).Select(i => Convert.ToHexString(PcapBytes.Numbered(i)));
}
