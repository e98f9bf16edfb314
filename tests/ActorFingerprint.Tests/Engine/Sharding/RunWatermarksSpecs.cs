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
        for (var i = 0; i < RunWatermarks.Capacity; i++) marks.Set(new Watermark($"r{i}#1", 1, 1, 0));
        marks.Set(new Watermark("r0#1", 2, 2, 0));
        marks.Set(new Watermark("new#1", 1, 1, 0));
        Assert.Equal(2, marks.Of("r0#1").Batch);
        Assert.Equal(0, marks.Of("r1#1").Batch);
        Assert.Equal(RunWatermarks.Capacity, marks.All.Count);
    }

    [Fact]
    public void A_run_that_goes_on_outlives_restarts_of_other_sources_and_retries()
    {
        var marks = new RunWatermarks();
        marks.Set(new Watermark("quiet#3", 7, 70, 0));
        for (var i = 1; i <= 2 * RunWatermarks.Capacity; i++)
        {
            marks.Set(new Watermark($"restarts#{i}", 1, 1, 0));
            marks.Set(new Watermark(RunWatermarks.RetryOf("quiet#3", $"{i:x8}"), 1, 0, -1));
        }
        Assert.Equal(7, marks.Of("quiet#3").Batch);
        Assert.Equal(1, marks.Of($"restarts#{2 * RunWatermarks.Capacity}").Batch);
        Assert.Equal(RunWatermarks.Capacity, marks.All.Count);
    }

    [Fact]
    public void A_run_that_has_ended_is_forgotten_before_one_that_was_touched_earlier()
    {
        var marks = new RunWatermarks();
        for (var i = 0; i < RunWatermarks.Capacity; i++) marks.Set(new Watermark($"r{i}#1", 1, 1, 0));
        marks.End($"r{RunWatermarks.Capacity - 1}#1");
        marks.Set(new Watermark("new#1", 1, 1, 0));
        Assert.False(marks.Contains($"r{RunWatermarks.Capacity - 1}#1"));
        Assert.True(marks.Contains("r0#1"));
    }

    [Fact]
    public void What_is_forgotten_next_is_the_same_after_a_restart()
    {
        var marks = new RunWatermarks();
        for (var i = 0; i < RunWatermarks.Capacity; i++) marks.Set(new Watermark($"r{i % 700}#{i}", 1, 1, 0));
        var restored = new RunWatermarks();
        foreach (var mark in marks.All) restored.Set(mark);
        Assert.Equal(marks.All, restored.All);
        for (var i = 0; i < 500; i++)
        {
            marks.Set(new Watermark($"s{i}#1", 1, 1, 0));
            restored.Set(new Watermark($"s{i}#1", 1, 1, 0));
        }
        Assert.Equal(marks.All, restored.All);
    }
}
