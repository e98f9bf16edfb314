using ActorFingerprint.Engine.Capture;
using ActorFingerprint.Engine.Runs;
using Xunit;

namespace ActorFingerprint.Tests.Engine.Runs;

public sealed class RunHistorySpecs
{
    private static readonly RunEvent.Started First = new("a#1", 0, "a", 50);
    private static readonly RunEvent.Progressed Progress = new("a#1", 7, new SourcePosition(101, "x"), "{}", 100, 5);

    private static RunHistory Given(params RunEvent[] events) => events.Aggregate(RunHistory.Empty, (history, e) => history.Evolve(e));

    [Fact]
    public void A_run_that_started_and_did_not_end_is_open_with_its_last_checkpoint() =>
        Assert.Equal(new RunHistory(1, First, Progress), Given(First, Progress with { Frames = 50 }, Progress));

    [Fact]
    public void A_run_that_ended_is_not_resumed() =>
        Assert.Equal(new RunHistory(1, null, null), Given(First, Progress, new RunEvent.Ended("a#1", 9, 200, 9)));

    [Fact]
    public void Checkpoints_of_an_older_run_do_not_move_the_open_one() =>
        Assert.Null(Given(First, First with { Run = "a#2" }, Progress).Progress);
}
