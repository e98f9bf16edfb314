using ActorFingerprint.Engine.Sharding;
using Xunit;

namespace ActorFingerprint.Tests.Engine.Sharding;

public sealed class RunWatermarksSpecs
{
    [Fact]
    public void A_run_never_seen_starts_before_its_first_batch()
    {
        var mark = new RunWatermarks().Of("a#1");
        Assert.Equal(new Watermark("a#1", 0, 0, -1), mark);
    }

    [Fact]
    public void Of_too_many_runs_the_longest_untouched_is_forgotten()
    {
        var marks = new RunWatermarks();
        for (var i = 0; i < RunWatermarks.Capacity; i++) marks.Set(new Watermark($"r#{i}", 1, 1, 0));
        marks.Set(new Watermark("r#0", 2, 2, 0));
        marks.Set(new Watermark("new#1", 1, 1, 0));
        Assert.Equal(2, marks.Of("r#0").Batch);
        Assert.Equal(0, marks.Of("r#1").Batch);
        Assert.Equal(RunWatermarks.Capacity, marks.All.Count);
    }
}
