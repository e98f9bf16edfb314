using ActorFingerprint.Core.Fingerprints;
using Xunit;

namespace ActorFingerprint.Tests.Core.Fingerprints;

public sealed class TcpWindowSpecs
{
    [Theory]
    [InlineData(29200, 1460, 20, false, "the segment")]
    [InlineData(28960, 1460, 20, false, "the segment without a timestamp's bytes")]
    [InlineData(42540, 1430, 30, false, "the segment without a timestamp's bytes")]
    [InlineData(14600, 1380, 10, false, "the segment of Ethernet")]
    [InlineData(5792, 1380, 4, false, "the same without a timestamp's bytes")]
    [InlineData(4320, 1400, 3, true, "the packet")]
    [InlineData(6000, 1337, 4, true, "the packet of Ethernet")]
    [InlineData(7000, 1337, 5, false, "the peer's segment")]
    [InlineData(6940, 1337, 5, false, "the peer's segment without a timestamp's bytes")]
    public void The_first_size_that_divides_the_window_wins(int window, int segment, int multiplier, bool isOfPacket, string what) =>
        Assert.True(new TcpWindow(multiplier, isOfPacket) == TcpWindow.Of(window, segment, true, false, 60, 1400), what);

    [Fact]
    public void A_timestamp_of_zero_takes_no_bytes() =>
        Assert.Equal(default, TcpWindow.Of(1418 * 30, 1430, false, false, 60, 0));

    [Fact]
    public void The_headers_of_the_packet_itself_count_too() =>
        Assert.Equal(new TcpWindow(3, true), TcpWindow.Of((1337 + 60) * 3, 1337, false, false, 60, 0));

    [Fact]
    public void IPv6_has_sizes_of_its_own()
    {
        Assert.Equal(new TcpWindow(10, false), TcpWindow.Of(14400, 1337, false, true, 80, 0));
        Assert.Equal(new TcpWindow(10, false), TcpWindow.Of(14280, 1337, false, true, 80, 0));
        Assert.Equal(new TcpWindow(10, true), TcpWindow.Of(13970, 1337, false, true, 100, 0));
        Assert.Equal(default, TcpWindow.Of(13970, 1337, false, false, 100, 0));
    }

    [Theory]
    [InlineData(0, 1460)]
    [InlineData(65535, 1460)]
    [InlineData(9900, 99)]
    [InlineData(9900, 0)]
    public void Other_windows_are_no_multiple(int window, int segment) =>
        Assert.Equal(default, TcpWindow.Of(window, segment, false, false, 60, 0));
}
