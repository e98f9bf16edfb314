using ActorFingerprint.Node.Hosting;
using Xunit;

namespace ActorFingerprint.Tests.Node.Hosting;

public sealed class SamplingNoticeSpecs
{
    [Fact]
    public void The_first_packet_left_out_is_told_and_then_what_came_since_at_most_once_a_minute()
    {
        var notice = new SamplingNotice();
        Assert.Equal(0, notice.Feed(0, At(0)));
        Assert.Equal(5, notice.Feed(5, At(10)));
        Assert.Equal(0, notice.Feed(500, At(11)));
        Assert.Equal(0, notice.Feed(900, At(69)));
        Assert.Equal(895, notice.Feed(900, At(70)));
        Assert.Equal(0, notice.Feed(900, At(700)));
        Assert.Equal(1, notice.Feed(901, At(701)));
    }

    private static long At(int seconds) => new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(seconds).Ticks;
}
