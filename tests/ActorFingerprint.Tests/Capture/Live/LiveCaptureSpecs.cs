using ActorFingerprint.Capture.Live;
using ActorFingerprint.Engine.Capture;
using ActorFingerprint.Protocols;
using ActorFingerprint.Tests.Capture.Files;
using Xunit;

namespace ActorFingerprint.Tests.Capture.Live;

/// <summary>Tests that measure or load the machine: they run alone.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class RunsAlone;

/// <summary>Real frames over a real pair of interfaces.</summary>
[Collection<RunsAlone>]
public sealed class LiveCaptureSpecs : IDisposable
{
    private readonly VethPair _pair;
    private readonly TemporaryFolder _folder = new();
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly List<CaptureTransition> _steps = [];

    public LiveCaptureSpecs()
    {
        LibPcapTests.SkipWithoutLibrary();
        VethPair.SkipWithout("tcpreplay");
        _pair = new VethPair();
    }

    [Fact]
    public async Task Frames_sent_on_one_end_are_captured_on_the_other_byte_for_byte_and_the_stop_drains()
    {
        const int Count = 3_000;
        var capture = _folder.Write("sent.pcap", Datagrams(Count, port: 67));
        await using var source = Source(new LiveCaptureOptions(VethPair.Right, ProtocolSet.Dhcp));
        var before = DateTime.UtcNow.Ticks;
        var reading = Start(source);
        _pair.RunInside("tcpreplay", "--topspeed", "--intf1", VethPair.Left, capture);
        await _stop.CancelAsync(); // at once: what the kernel still holds must come
        var frames = await reading;
        Assert.Equal(Enumerable.Range(1, Count).Select(i => Convert.ToHexString(Datagram(i, 67))), frames.Select(f => f.Hex));
        Assert.Equal(Enumerable.Range(1, Count).Select(i => (long)i), frames.Select(f => f.Number));
        Assert.All(frames, f => Assert.Equal((f.Hex.Length / 2, LinkType.Ethernet), (f.WireLength, f.LinkType)));
        Assert.All(frames, f => Assert.InRange(f.AtTicks, before - TimeSpan.TicksPerSecond, before + TimeSpan.TicksPerMinute));
        Assert.Equal(new CaptureCounters(Count, frames.Sum(f => f.Hex.Length / 2), 0, 0, 0, 0), source.Counters);
        Assert.Equal([CaptureState.Starting, CaptureState.Running, CaptureState.Stopping, CaptureState.Disabled], _steps.Select(s => s.To));
        Assert.Empty(source.Warnings);
    }

    [Fact]
    public async Task The_kernel_filter_lets_only_the_enabled_protocol_through()
    {
        var other = _folder.Write("other.pcap", Datagrams(200, port: 53));
        var wanted = _folder.Write("wanted.pcap", Datagrams(10, port: 67, tags: 2));
        await using var source = Source(new LiveCaptureOptions(VethPair.Right, ProtocolSet.Dhcp));
        var reading = Start(source);
        foreach (var file in new[] { other, wanted }) _pair.RunInside("tcpreplay", "--topspeed", "--intf1", VethPair.Left, file);
        await _stop.CancelAsync();
        var expected = Enumerable.Range(1, 10).Select(i => Convert.ToHexString(Datagram(i, 67, tags: 2)));
        Assert.Equal(expected, (await reading).Select(f => f.Hex));
    }

    [Fact]
    public async Task The_filter_of_the_user_takes_the_place_of_ours_and_a_wrong_one_is_said()
    {
        var sent = _folder.Write("sent.pcap", Datagrams(20, port: 53));
        await using var source = Source(new LiveCaptureOptions(VethPair.Right, ProtocolSet.None) { Filter = "udp port 53" });
        var reading = Start(source);
        _pair.RunInside("tcpreplay", "--topspeed", "--intf1", VethPair.Left, sent);
        await _stop.CancelAsync();
        Assert.Equal(20, (await reading).Count);

        await using var wrong = Source(new LiveCaptureOptions(VethPair.Right, ProtocolSet.None) { Filter = "udp prt 53" });
        var error = await Assert.ThrowsAsync<CaptureException>(() => Start(wrong));
        Assert.StartsWith("the capture filter 'udp prt 53' is not valid: ", error.Message, StringComparison.Ordinal);
        Assert.Equal(CaptureState.Failed, wrong.State);
    }

    [Fact]
    public async Task A_reader_that_does_not_read_makes_the_source_drop_and_count()
    {
        const int Count = 40_000;
        var sent = _folder.Write("sent.pcap", Datagrams(Count, port: 67, length: 1_200));
        var options = new LiveCaptureOptions(VethPair.Right, ProtocolSet.Dhcp) { MaxWaitingBlocks = 1, RingLength = 4 << 20 };
        await using var source = Source(options);
        var blocks = _pair.Inside(() =>
        {
            var reader = source.ReadAsync(null, _stop.Token).GetAsyncEnumerator(_stop.Token);
            return (Reader: reader, First: reader.MoveNextAsync().AsTask());
        });
        _pair.RunInside("tcpreplay", "--topspeed", "--intf1", VethPair.Left, sent);
        await _stop.CancelAsync();
        var frames = 0L;
        for (var more = await blocks.First; more; more = await blocks.Reader.MoveNextAsync())
        {
            frames += blocks.Reader.Current.Count;
            blocks.Reader.Current.Dispose();
        }
        await blocks.Reader.DisposeAsync();
        var counters = source.Counters;
        Assert.Equal(frames, counters.Frames);
        Assert.True(counters.DroppedByEngine > 0, counters.ToString());
        Assert.Equal(Count, counters.Frames + counters.DroppedByEngine + counters.DroppedByKernel);
    }

    [Fact]
    public async Task A_lone_frame_is_handed_over_within_milliseconds()
    {
        var one = _folder.Write("one.pcap", Datagrams(1, port: 67));
        await using var source = Source(new LiveCaptureOptions(VethPair.Right, ProtocolSet.Dhcp));
        List<double> delays = [];
        using var seen = new SemaphoreSlim(0);
        var reading = _pair.Inside(() => ReadAsync(block =>
        {
            delays.Add((DateTime.UtcNow.Ticks - block.Frames[0].AtTicks) / (double)TimeSpan.TicksPerMillisecond);
            seen.Release();
        }, source));
        for (var i = 0; i < 20; i++)
        {
            _pair.RunInside("tcpreplay", "--topspeed", "--intf1", VethPair.Left, one);
            await seen.WaitAsync(TestContext.Current.CancellationToken);
        }
        await _stop.CancelAsync();
        await reading;
        delays.Sort();
        TestContext.Current.TestOutputHelper?.WriteLine($"frame to block: median {delays[10]:F2} ms, worst {delays[^1]:F2} ms");
        Assert.True(delays[5] < 20, $"first quarter {delays[5]:F2} ms"); // under 5 ms on a quiet machine; a loaded one must not fail
    }

    [Fact]
    public async Task An_interface_that_goes_away_fails_the_source_with_its_name()
    {
        await using var source = Source(new LiveCaptureOptions(VethPair.Right, ProtocolSet.Dhcp));
        var reading = Start(source);
        _pair.RunInside("ip", "link", "del", VethPair.Left);
        var error = await Assert.ThrowsAsync<CaptureException>(() => reading);
        Assert.StartsWith($"{VethPair.Right}: capture ended: ", error.Message, StringComparison.Ordinal);
        Assert.Equal(CaptureState.Failed, source.State);
        Assert.Equal(error.Message, _steps[^1].Reason);
    }

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
        _folder.Dispose();
        _pair.Dispose();
    }

    private LiveCaptureSource Source(LiveCaptureOptions options) => new(options, TimeProvider.System, _steps.Add);

    // The first step runs on the thread inside the namespace and opens the interface; when this returns, it captures.
    private Task<List<ReadFrame>> Start(LiveCaptureSource source)
    {
        List<ReadFrame> frames = [];
        return _pair.Inside(async () =>
        {
            await ReadAsync(block => ReadFrames.Append(frames, block), source);
            return frames;
        });
    }

    private async Task ReadAsync(Action<FrameBlock> take, LiveCaptureSource source)
    {
        await foreach (var block in source.ReadAsync(null, _stop.Token))
        {
            take(block);
            block.Dispose();
        }
    }

    private static byte[] Datagrams(int count, int port, int tags = 0, int length = 60)
    {
        var pcap = new PcapBytes();
        for (var i = 1; i <= count; i++) pcap.Frame(Datagram(i, port, tags, length), fraction: (uint)(i % 1_000_000));
        return pcap.ToArray();
    }

    // Ethernet, VLAN tags, IPv4, UDP (from the next port) and a payload that starts with the number.
    private static byte[] Datagram(int number, int port, int tags = 0, int length = 60)
    {
        List<byte> frame = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 2, 0, 0, 0, 0, 1];
        for (var tag = 0; tag < tags; tag++) frame.AddRange([0x81, 0, 0, (byte)(10 + tag)]);
        var payload = length + number % 40;
        frame.AddRange([8, 0, 0x45, 0, (byte)((payload + 28) >> 8), (byte)(payload + 28), 0, 0, 0, 0, 64, 17, 0, 0]);
        frame.AddRange([10, 0, 0, 1, 10, 0, 0, 2]);
        frame.AddRange([0, (byte)(port + 1), (byte)(port >> 8), (byte)port, (byte)((payload + 8) >> 8), (byte)(payload + 8), 0, 0]);
        frame.AddRange([(byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number]);
        frame.AddRange(Enumerable.Repeat((byte)number, payload - 4));
        return [.. frame];
    }
}
