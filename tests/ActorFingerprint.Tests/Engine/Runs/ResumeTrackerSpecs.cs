using ActorFingerprint.Engine.Capture;
using ActorFingerprint.Engine.Runs;
using ActorFingerprint.Engine.Streams;
using Xunit;

namespace ActorFingerprint.Tests.Engine.Runs;

public sealed class ResumeTrackerSpecs
{
    private static readonly long Second = TimeSpan.TicksPerSecond;

    private static ResumePoint Boundary(long frame, long atSecond) => new(new SourcePosition(frame, ""), atSecond * Second, "");

    private static MergedBlock Block(long atSecond, long oldestOpen = long.MaxValue) => new()
    {
        Observations = [],
        FirstFrame = 1,
        LastFrame = 1,
        StartTicks = 0,
        StreamTicks = atSecond * Second,
        OldestOpenFrame = oldestOpen,
    };

    [Fact]
    public void A_run_starts_again_from_the_beginning_until_a_minute_of_frame_time_has_passed()
    {
        var tracker = new ResumeTracker();
        tracker.Passed(Boundary(100, atSecond: 10));
        Assert.Null(tracker.SafePoint(Block(atSecond: 69)));
        Assert.Equal(100, tracker.SafePoint(Block(atSecond: 70))?.Position.Frame);
    }

    [Fact]
    public void The_latest_boundary_older_than_a_minute_is_taken()
    {
        var tracker = new ResumeTracker();
        foreach (var n in new[] { 10, 20, 30 }) tracker.Passed(Boundary(n * 10, n));
        Assert.Equal(200, tracker.SafePoint(Block(atSecond: 85))?.Position.Frame);
        Assert.Equal(300, tracker.SafePoint(Block(atSecond: 90))?.Position.Frame);
    }

    [Fact]
    public void An_open_flow_holds_the_resume_point_before_its_first_frame()
    {
        var tracker = new ResumeTracker();
        foreach (var n in new[] { 10, 20, 30 }) tracker.Passed(Boundary(n * 10, n));
        Assert.Equal(100, tracker.SafePoint(Block(atSecond: 500, oldestOpen: 150))?.Position.Frame);
        Assert.Equal(300, tracker.SafePoint(Block(atSecond: 501))?.Position.Frame);
    }
}
