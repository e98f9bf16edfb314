using ActorFingerprint.Capture.Files;
using ActorFingerprint.Protocols;
using Xunit;

namespace ActorFingerprint.Tests.Capture.Files;

public sealed class PcapngSpecs
{
    private const ulong Units = 1_700_000_000_123_456;

    private static readonly byte[] Frame = PcapBytes.Numbered(7);
    private static readonly string Hex = Convert.ToHexString(Frame);
    private static readonly long Second = new DateTime(2023, 11, 14, 22, 13, 20, DateTimeKind.Utc).Ticks;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Enhanced_simple_and_obsolete_packets_of_either_byte_order_are_frames(bool isBigEndian)
    {
        var bytes = new PcapngBytes(isBigEndian).Section().Interface(linkType: 276)
            .Enhanced(Frame, Units, original: 900).Simple(Frame, original: 60_000).Obsolete(Frame, Units + 1).ToArray();
        Assert.Equal(
        [
            new ReadFrame(1, Hex, 900, LinkType.LinuxSll2, Second + 1_234_560),
            new ReadFrame(2, Hex + new string('0', 2 * (-Frame.Length & 3)), 60_000, LinkType.LinuxSll2, Second + 1_234_560),
            new ReadFrame(3, Hex, Frame.Length, LinkType.LinuxSll2, Second + 1_234_570),
        ], await ReadFrames.OfAsync(bytes));
    }

    [Theory]
    [InlineData(10u, 14u, 10)]
    [InlineData(0u, 14u, 14)]
    [InlineData(100u, 14u, 14)]
    [InlineData(10u, 5u, 5)]
    public async Task A_simple_packet_is_as_long_as_the_snap_length_allows(uint snapLength, uint original, int expected)
    {
        var bytes = new PcapngBytes().Section().Interface(snapLength: snapLength).Simple(new byte[14], original).ToArray();
        Assert.Equal(expected, Assert.Single(await ReadFrames.OfAsync(bytes)).Hex.Length / 2);
    }

    [Fact]
    public async Task A_simple_packet_has_the_time_of_the_frame_before_it()
    {
        var bytes = new PcapngBytes().Section().Interface().Simple(Frame).Enhanced(Frame, Units).Simple(Frame).ToArray();
        var frames = await ReadFrames.OfAsync(bytes);
        Assert.Equal([DateTime.UnixEpoch.Ticks, Second + 1_234_560, Second + 1_234_560], frames.Select(f => f.AtTicks));
    }

    [Theory]
    [InlineData(6, 1_700_000_000_123_456, 1_234_560)]
    [InlineData(9, 1_700_000_000_123_456_789, 1_234_567)]
    [InlineData(3, 1_700_000_000_123, 1_230_000)]
    [InlineData(0, 1_700_000_000, 0)]
    [InlineData(7, 17_000_000_001_234_567, 1_234_567)]
    [InlineData(0x80, 1_700_000_000, 0)]
    [InlineData(0x81, 3_400_000_001, 5_000_000)]
    [InlineData(0x80 | 20, 1_782_579_200_131_072, 1_250_000)]
    [InlineData(0x80 | 32, 7_301_444_403_200_000_000 + 0x4000_0000, 2_500_000)]
    public async Task Timestamps_follow_the_resolution_of_their_interface(byte resolution, ulong units, long ticks)
    {
        var bytes = new PcapngBytes().Section().Interface(resolution: resolution).Enhanced(Frame, units).ToArray();
        Assert.Equal(Second + ticks, Assert.Single(await ReadFrames.OfAsync(bytes)).AtTicks);
    }

    [Theory]
    [InlineData(1_700_000_000L, 123_456UL, 1_234_560)]
    [InlineData(-100L, 1_700_000_100_000_000UL, 0)]
    public async Task The_offset_of_an_interface_is_added_in_seconds(long offset, ulong units, long ticks)
    {
        var bytes = new PcapngBytes(isBigEndian: true).Section().Interface(offset: offset).Enhanced(Frame, units).ToArray();
        Assert.Equal(Second + ticks, Assert.Single(await ReadFrames.OfAsync(bytes)).AtTicks);
    }

    [Theory]
    [InlineData(0, ulong.MaxValue, 0)]
    [InlineData(0, ulong.MaxValue, long.MaxValue)]
    [InlineData(0xFF, ulong.MaxValue, long.MinValue)]
    [InlineData(0x7F, ulong.MaxValue, long.MinValue)]
    [InlineData(0x80, ulong.MaxValue, long.MaxValue)]
    [InlineData(8, ulong.MaxValue, long.MaxValue)]
    public async Task Impossible_times_stay_within_the_calendar(byte resolution, ulong units, long offset)
    {
        var bytes = new PcapngBytes().Section().Interface(resolution: resolution, offset: offset).Enhanced(Frame, units).ToArray();
        Assert.InRange(Assert.Single(await ReadFrames.OfAsync(bytes)).AtTicks, 0, DateTime.MaxValue.Ticks);
    }

    [Fact]
    public async Task Each_frame_has_the_link_type_and_clock_of_its_own_interface()
    {
        var bytes = new PcapngBytes().Section().Interface(1).Interface(127, resolution: 9).Interface(101, offset: 1_700_000_000)
            .Enhanced(Frame, 1_700_000_000_000_000_001, id: 1).Enhanced(Frame, 1, id: 2).Obsolete(Frame, Units, id: 0).ToArray();
        var frames = await ReadFrames.OfAsync(bytes);
        Assert.Equal([LinkType.Ieee80211Radiotap, LinkType.Raw, LinkType.Ethernet], frames.Select(f => f.LinkType));
        Assert.Equal([Second, Second + 10, Second + 1_234_560], frames.Select(f => f.AtTicks));
    }

    [Fact]
    public async Task A_new_section_brings_its_byte_order_and_forgets_the_interfaces()
    {
        var bytes = new PcapngBytes().Section().Interface(1).Enhanced(Frame, Units)
            .Section(isBigEndian: true).Interface(101).Enhanced(Frame, Units).ToArray();
        Assert.Equal([LinkType.Ethernet, LinkType.Raw], (await ReadFrames.OfAsync(bytes)).Select(f => f.LinkType));

        var without = new PcapngBytes().Section().Interface(1).Enhanced(Frame, Units).Section().Enhanced(Frame, Units).ToArray();
        var source = FileCaptureSource.FromStream(new MemoryStream(without), "x");
        Assert.Single(await ReadFrames.OfAsync(source));
        Assert.Contains("interface 0 where 0 are described", Assert.Single(source.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unknown_blocks_are_skipped()
    {
        var bytes = new PcapngBytes().Section().Block(0x0BAD, new byte[40]).Interface().Block(4, []).Enhanced(Frame, Units)
            .Block(5, new byte[400_000]).Enhanced(Frame, Units).Block(0x8000_0BAD, new byte[8]).ToArray();
        var source = FileCaptureSource.FromStream(new MemoryStream(bytes), "x", new FileCaptureOptions { BlockLength = 1_024 });
        Assert.Equal([1, 2], (await ReadFrames.OfAsync(source)).Select(f => f.Number));
        Assert.Empty(source.Warnings);
    }

    public static TheoryData<string, byte[]> Faults => new()
    {
        { "a block length of 13", Start().Block(6, new byte[20], length: 13).ToArray() },
        { "a block length of 8", Start().Block(6, new byte[20], length: 8).ToArray() },
        { "a block length of 0", Start().Block(6, new byte[20], length: 0).ToArray() },
        { "a block length of 4294967292", Start().Block(6, new byte[20], length: 0xFFFF_FFFC).ToArray() },
        { "a block whose two lengths differ", Start().Block(6, new byte[20], trailer: 36).ToArray() },
        { "a packet that is too short for its fields", Start().Block(6, new byte[16]).ToArray() },
        { "a packet that is too short for its fields", Start().Block(3, []).ToArray() },
        { "a packet of 4000000000 bytes in a block with room for", Start().Enhanced(Frame, captured: 4_000_000_000).ToArray() },
        { "a packet of interface 1 where 1 are described", Start().Enhanced(Frame, id: 1).ToArray() },
        { "an interface description that is too short", Start().Block(1, new byte[4]).ToArray() },
        { "a section header without a byte order", Start().Block(0x0A0D0D0A, new byte[16]).ToArray() },
        { "a section of pcapng version 2", Start().Section(major: 2).ToArray() },
        { "a simple packet before any interface", Start().Section().Simple(Frame).ToArray() },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_fault_ends_the_file_after_the_frames_before_it(string fault, byte[] bytes)
    {
        var source = FileCaptureSource.FromStream(new MemoryStream([.. bytes, .. Start().ToArray()]), "bad.pcapng");
        Assert.Single(await ReadFrames.OfAsync(source));
        Assert.StartsWith($"bad.pcapng: {fault}", Assert.Single(source.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_cut_of_a_file_gives_its_whole_frames()
    {
        var two = Start().Length;
        var bytes = Start().Enhanced(Frame, Units).ToArray();
        for (var length = (int)two + 1; length < bytes.Length; length++)
        {
            var source = FileCaptureSource.FromStream(new MemoryStream(bytes[..length]), "cut");
            Assert.Single(await ReadFrames.OfAsync(source));
            Assert.StartsWith($"cut: cut off at byte {length}, inside the record that begins at byte {two}", Assert.Single(source.Warnings), StringComparison.Ordinal);
        }
    }

    private static PcapngBytes Start() => new PcapngBytes().Section().Interface().Enhanced(Frame, Units);
}
