using ActorFingerprint.Capture.Files;
using ActorFingerprint.Engine.Capture;
using ActorFingerprint.Protocols;
using Xunit;

namespace ActorFingerprint.Tests.Capture.Files;

public sealed class PcapSpecs
{
    private static readonly byte[] Frame = PcapBytes.Numbered(7);
    private static readonly long Second = new DateTime(2023, 11, 14, 22, 13, 20, DateTimeKind.Utc).Ticks;

    [Theory]
    [InlineData(PcapBytes.Microseconds, false, 123_456u, 1_234_560)]
    [InlineData(PcapBytes.Microseconds, true, 123_456u, 1_234_560)]
    [InlineData(PcapBytes.Nanoseconds, false, 123_456_789u, 1_234_567)]
    [InlineData(PcapBytes.Nanoseconds, true, 123_456_789u, 1_234_567)]
    public async Task Frames_of_any_byte_order_and_resolution_come_with_their_time(uint magic, bool isBigEndian, uint fraction, long ticks)
    {
        var bytes = new PcapBytes(magic, isBigEndian, linkType: 113).Frame(Frame, 1_700_000_000, fraction, wireLength: 1_500).ToArray();
        var frame = Assert.Single(await ReadFrames.OfAsync(bytes));
        Assert.Equal(new ReadFrame(1, Convert.ToHexString(Frame), 1_500, LinkType.LinuxSll, Second + ticks), frame);
    }

    [Fact]
    public async Task Seconds_after_2038_are_read_as_unsigned()
    {
        var frame = Assert.Single(await ReadFrames.OfAsync(new PcapBytes().Frame(Frame, uint.MaxValue).ToArray()));
        Assert.Equal(2106, new DateTime(frame.AtTicks, DateTimeKind.Utc).Year);
    }

    [Fact]
    public async Task A_wire_length_below_the_captured_one_is_raised_to_it()
    {
        var frame = Assert.Single(await ReadFrames.OfAsync(new PcapBytes().Frame(Frame, wireLength: 0).ToArray()));
        Assert.Equal(Frame.Length, frame.WireLength);
    }

    [Fact]
    public async Task The_checksum_bits_above_the_link_type_are_ignored()
    {
        var frame = Assert.Single(await ReadFrames.OfAsync(new PcapBytes(linkType: 0x4400_0001).Frame(Frame).ToArray()));
        Assert.Equal(LinkType.Ethernet, frame.LinkType);
    }

    [Fact]
    public async Task A_frame_longer_than_a_block_gets_a_block_of_its_own_size()
    {
        var jumbo = new byte[300_000];
        Random.Shared.NextBytes(jumbo);
        var bytes = new PcapBytes(snapLength: 400_000).Frame(Frame).Frame(jumbo).Frame(Frame).ToArray();
        var frames = await ReadFrames.OfAsync(bytes, new FileCaptureOptions { BlockLength = 4_096 });
        Assert.Equal([Frame.Length, jumbo.Length, Frame.Length], frames.Select(f => f.Hex.Length / 2));
        Assert.Equal(Convert.ToHexString(jumbo), frames[1].Hex);
    }

    [Fact]
    public async Task A_full_table_of_frames_ends_a_block_and_loses_none()
    {
        var bytes = PcapBytes.WithFrames(100);
        var whole = await ReadFrames.OfAsync(bytes);
        Assert.Equal(100, whole.Count);
        Assert.Equal(whole, await ReadFrames.OfAsync(bytes, new FileCaptureOptions { MaxFramesPerBlock = 7 }));
    }

    [Fact]
    public async Task A_header_without_frames_is_an_empty_capture()
    {
        var source = FileCaptureSource.FromStream(new MemoryStream(new PcapBytes().ToArray()), "empty");
        Assert.Empty(await ReadFrames.OfAsync(source));
        Assert.Empty(source.Warnings);
    }

    [Fact]
    public async Task A_cut_last_packet_leaves_the_whole_ones_and_a_warning_that_says_where()
    {
        var whole = PcapBytes.WithFrames(5);
        var cut = new PcapBytes();
        for (var i = 1; i <= 4; i++) cut.Frame(PcapBytes.Numbered(i), fraction: (uint)i);
        for (var length = cut.Length + 1; length < whole.Length; length++)
        {
            var source = FileCaptureSource.FromStream(new MemoryStream(whole[..(int)length]), "cut.pcap");
            Assert.Equal(4, (await ReadFrames.OfAsync(source)).Count);
            Assert.Equal(
                $"cut.pcap: cut off at byte {length}, inside the record that begins at byte {cut.Length}; 4 whole frames come before",
                Assert.Single(source.Warnings));
        }
    }

    [Fact]
    public async Task A_corrupt_length_ends_the_file_with_a_warning()
    {
        var start = new PcapBytes().Frame(Frame).Length;
        var bytes = new PcapBytes().Frame(Frame).Record(0, 0, 300_000, 300_000).Frame(Frame).ToArray();
        var source = FileCaptureSource.FromStream(new MemoryStream(bytes), "bad.pcap");
        Assert.Single(await ReadFrames.OfAsync(source));
        var warning = $"bad.pcap: a record of 300000 bytes, more than any frame has, at byte {start}:";
        Assert.StartsWith(warning, Assert.Single(source.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0xA1B2CD34, false, "modified pcap")]
    [InlineData(0xA1B2CD34, true, "modified pcap")]
    [InlineData(0x1C0001AC, false, "IXIA")]
    [InlineData(0x12345678, false, "is not a capture")]
    public async Task Other_formats_are_refused_with_a_reason(uint magic, bool isBigEndian, string reason)
    {
        var bytes = new PcapBytes(magic, isBigEndian).Frame(Frame).ToArray();
        var error = await Assert.ThrowsAsync<CaptureException>(() => ReadFrames.OfAsync(bytes));
        Assert.Equal("CAPTURE_UNAVAILABLE", error.Code);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_version_an_empty_stream_and_a_cut_header_are_refused()
    {
        foreach (var (bytes, reason) in new[]
        {
            (new PcapBytes(major: 3).ToArray(), "is not pcap version 2"),
            ([], "is empty"),
            (new PcapBytes().ToArray()[..23], "ends inside its first header"),
            ([0xD4, 0xC3], "is not a capture"),
        })
        {
            var error = await Assert.ThrowsAsync<CaptureException>(() => ReadFrames.OfAsync(bytes));
            Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        }
    }
}
