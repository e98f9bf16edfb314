using ActorFingerprint.Capture.Live;
using ActorFingerprint.Engine.Capture;
using Xunit;

namespace ActorFingerprint.Tests.Capture.Live;

public sealed class DropRateMonitorSpecs
{
    private readonly DropRateMonitor _monitor = new();
    private CaptureCounters _totals;
    private long _second;

    [Fact]
    public void A_tenth_is_not_yet_an_alert_and_one_more_is()
    {
        Assert.Equal(DropAlert.Unchanged, Feed(frames: 900, kernel: 100));
        Assert.Equal(0.1, _monitor.Rate, 6);
        Assert.Equal(DropAlert.Raised, Feed(frames: 0, kernel: 1));
        Assert.True(_monitor.IsRaised);
        Assert.Equal(DropAlert.Unchanged, Feed(frames: 0, kernel: 1));
    }

    [Fact]
    public void Drops_of_kernel_interface_and_engine_count_together()
    {
        Assert.Equal(DropAlert.Unchanged, Feed(frames: 880, kernel: 40, card: 40));
        Assert.Equal(DropAlert.Raised, Feed(frames: 0, engine: 40));
    }

    [Fact]
    public void Only_the_last_minute_counts()
    {
        Assert.Equal(DropAlert.Raised, Feed(frames: 100, kernel: 100));
        for (var i = 0; i < 59; i++) Assert.Equal(DropAlert.Unchanged, Feed(frames: 10));
        Assert.True(_monitor.IsRaised);
        Assert.Equal(DropAlert.Cleared, Feed(frames: 10));
        Assert.Equal(0, _monitor.Rate);
    }

    [Fact]
    public void A_long_good_past_does_not_hide_a_bad_minute()
    {
        for (var i = 0; i < 1_000; i++) Feed(frames: 1_000_000);
        for (var i = 0; i < 59; i++) Feed(frames: 100, kernel: 100);
        Assert.False(_monitor.IsRaised); // one good second is still inside the minute
        Assert.Equal(DropAlert.Raised, Feed(frames: 100, kernel: 100));
        Assert.Equal(0.5, _monitor.Rate, 2);
    }

    [Fact]
    public void Silence_is_no_loss_and_feeding_often_changes_nothing()
    {
        for (var i = 0; i < 1_000; i++) Assert.Equal(DropAlert.Unchanged, _monitor.Feed(default, i));
        Assert.Equal(0, _monitor.Rate);
        Feed(frames: 50, kernel: 50);
        for (var i = 0; i < 10_000; i++) _monitor.Feed(_totals, Ticks + i);
        Assert.Equal(0.5, _monitor.Rate, 6);
    }

    [Fact]
    public void Totals_that_fall_belong_to_a_new_capture()
    {
        Feed(frames: 10, kernel: 90);
        _totals = default;
        Assert.Equal(DropAlert.Cleared, Feed(frames: 95, kernel: 5));
    }

    private long Ticks => _second * TimeSpan.TicksPerSecond;

    private DropAlert Feed(long frames, long kernel = 0, long card = 0, long engine = 0)
    {
        _second++;
        _totals = _totals with
        {
            Frames = _totals.Frames + frames,
            DroppedByKernel = _totals.DroppedByKernel + kernel,
            DroppedByInterface = _totals.DroppedByInterface + card,
            DroppedByEngine = _totals.DroppedByEngine + engine,
        };
        return _monitor.Feed(_totals, Ticks);
    }
}
